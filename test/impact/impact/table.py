"""The tables of docs/performance-impact.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .modes import Mode
    from .run import Results
    from .stats import Spread


def modes_table(modes: Sequence[Mode], results: Results) -> str:
    """A row for each mode: medians with their ranges, and ratios to the base."""
    head = (
        "| | CPU a request, service, µs | ratio | CPU a request, agent, µs | p50, ms | ratio | p99, ms "
        "| memory, service, MiB | memory, agent, MiB | start, s | Python calls a request |"
    )
    rows = [_row(mode, results) for mode in modes]
    return "\n".join([head, _rule(head), *rows]) + "\n"


def variants_table(variants: Sequence[Mode], modes: Sequence[Mode], results: Results) -> str:
    """A row for each variant: what the service's and the agent's CPU time become, against the mode it changes."""
    titles = {mode.key: mode.title for mode in [*modes, *variants]}
    head = (
        "| changed | against | CPU a request, service, µs | ratio | CPU a request, agent, µs "
        "| memory, service, MiB | start, s | Python calls a request |"
    )
    rows = [
        "| "
        + " | ".join(
            [
                mode.title,
                titles[mode.base],
                cell(results.spread(mode, "service_cpu"), 0),
                cell(results.ratio(mode, "service_cpu"), 2),
                cell(results.spread(mode, "agent_cpu"), 0) if mode.agent else "",
                cell(results.spread(mode, "service_memory"), 0),
                cell(results.spread(mode, "start"), 2),
                calls_cell(mode, results),
            ]
        )
        + " |"
        for mode in variants
    ]
    return "\n".join([head, _rule(head), *rows]) + "\n"


def cell(values: Spread, digits: int, scale: float = 1) -> str:
    """The median, with the range in brackets where it shows."""
    middle, least, greatest = (
        f"{value / scale:.{digits}f}" for value in (values.median, values.least, values.greatest)
    )
    return middle if least == greatest else f"{middle} ({least} to {greatest})"


def calls_cell(mode: Mode, results: Results) -> str:
    """The calls, and the share that they add to those of the base, where that isn't the mode itself."""
    calls = f"{results.calls(mode):.0f}"
    return calls if mode.base == mode.key else f"{calls} ({100 * results.added_calls(mode):+.0f} %)"


def _row(mode: Mode, results: Results) -> str:
    agent = (
        (cell(results.spread(mode, "agent_cpu"), 0), cell(results.spread(mode, "agent_memory"), 0))
        if mode.agent
        else ("", "")
    )
    cells = [
        mode.title,
        cell(results.spread(mode, "service_cpu"), 0),
        cell(results.ratio(mode, "service_cpu"), 2),
        agent[0],
        cell(results.spread(mode, "p50"), 2, 1000),
        cell(results.ratio(mode, "p50"), 2),
        cell(results.spread(mode, "p99"), 2, 1000),
        cell(results.spread(mode, "service_memory"), 0),
        agent[1],
        cell(results.spread(mode, "start"), 2),
        calls_cell(mode, results),
    ]
    return "| " + " | ".join(cells) + " |"


def _rule(head: str) -> str:
    return "|" + "---|" * (head.count("|") - 1)
