"""The plot of docs/performance-impact.md: CPU time and latency of each mode."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .svg import Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .modes import Mode
    from .run import Results

WIDTH = 860
LEFT = 300
RIGHT = 120
ROW = 30


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps values from 0 on to px."""

    top: float
    step: float

    def x(self, value: float) -> float:
        """The place of a value."""
        return LEFT + value / self.top * (WIDTH - LEFT - RIGHT)


def axis(greatest: float) -> Axis:
    """An axis with at most 6 round steps that ends at or above the greatest value, which is above 0."""
    magnitude = 10.0 ** math.floor(math.log10(greatest / 6))
    step = next(magnitude * factor for factor in (1, 2, 5, 10) if magnitude * factor * 6 >= greatest)
    return Axis(math.ceil(greatest / step) * step, step)


def plot(modes: Sequence[Mode], results: Results) -> str:
    """The document."""
    drawing = Drawing(WIDTH)
    bottom = _cpu(drawing, 34, modes, results)
    bottom = _latency(drawing, bottom + 56, modes, results)
    return drawing.render(bottom + 20, "CPU time and latency of a request by mode of telemetry")


def _cpu(drawing: Drawing, top: float, modes: Sequence[Mode], results: Results) -> float:
    """Draws the bars of CPU time; returns where they end."""
    rows = [(mode, results.spread(mode, "service_cpu"), results.spread(mode, "agent_cpu")) for mode in modes]
    scale = axis(max(service.greatest + agent.median for _, service, agent in rows))
    drawing.text(16, top, "CPU time a request, µs", "title")
    drawing.box(LEFT, top - 11, 12, 12, "first")
    drawing.text(LEFT + 18, top, "service")
    drawing.box(LEFT + 90, top - 11, 12, 12, "second")
    drawing.text(LEFT + 108, top, "agent")
    drawing.text(WIDTH - RIGHT, top, "median; line: least to greatest, service", "small", "end")
    bottom = _grid(drawing, top + 18, len(rows), scale, "{:.0f}")
    for number, (mode, service, agent) in enumerate(rows):
        y = top + 18 + number * ROW
        _label(drawing, y, mode)
        drawing.box(LEFT, y + 6, scale.x(service.median) - LEFT, ROW - 12, "first")
        drawing.box(scale.x(service.median), y + 6, scale.x(agent.median) - LEFT, ROW - 12, "second")
        drawing.line(scale.x(service.least), y + ROW / 2, scale.x(service.greatest), y + ROW / 2, "range")
        end = max(scale.x(service.median + agent.median), scale.x(service.greatest))
        drawing.text(end + 6, y + ROW / 2 + 4, f"{service.median + agent.median:.0f}")
    return bottom


def _latency(drawing: Drawing, top: float, modes: Sequence[Mode], results: Results) -> float:
    """Draws the latencies; returns where they end."""
    rows = [
        (mode, results.spread(mode, "p50").median / 1000, results.spread(mode, "p99").median / 1000) for mode in modes
    ]
    scale = axis(max(p99 for _, _, p99 in rows))
    drawing.text(16, top, "Latency, ms", "title")
    drawing.dot(LEFT + 6, top - 5, "first")
    drawing.text(LEFT + 18, top, "p50")
    drawing.dot(LEFT + 96, top - 5, "second")
    drawing.text(LEFT + 108, top, "p99")
    bottom = _grid(drawing, top + 18, len(rows), scale, "{:g}")
    for number, (mode, p50, p99) in enumerate(rows):
        y = top + 18 + number * ROW
        _label(drawing, y, mode)
        drawing.line(scale.x(p50), y + ROW / 2, scale.x(p99), y + ROW / 2, "line")
        drawing.dot(scale.x(p50), y + ROW / 2, "first")
        drawing.dot(scale.x(p99), y + ROW / 2, "second")
        drawing.text(scale.x(p99) + 10, y + ROW / 2 + 4, f"{p50:.2f} / {p99:.2f}")
    return bottom


def _grid(drawing: Drawing, top: float, rows: int, scale: Axis, form: str) -> float:
    """Draws the steps of an axis behind its rows; returns where they end."""
    bottom = top + rows * ROW
    for number in range(round(scale.top / scale.step) + 1):
        value = number * scale.step
        drawing.line(scale.x(value), top, scale.x(value), bottom, "grid")
        drawing.text(scale.x(value), bottom + 15, form.format(value), "small", "middle")
    return bottom + 15


def _label(drawing: Drawing, y: float, mode: Mode) -> None:
    drawing.text(LEFT - 10, y + ROW / 2 + 4, mode.title.replace("`", ""), anchor="end")
