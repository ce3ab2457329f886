"""With OpenTelemetry's API, for a process that was started by opentelemetry-instrument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry import metrics, trace

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flask import Flask


class Plain:
    """Telemetry by OpenTelemetry's API."""

    def __init__(self) -> None:
        self._tracer = trace.get_tracer("impact")
        self._trades = metrics.get_meter("impact").create_counter("drl.trades", "{trade}")

    def attach(self, app: Flask) -> None:
        """Leaves the app as it is: its class is patched already."""

    def span(self, name: str, symbol: str) -> AbstractContextManager[object]:
        """A span of the SDK."""
        return self._tracer.start_as_current_span(name, attributes={"drl.symbol": symbol})

    def count_trade(self, side: str) -> None:
        """A counter of the SDK."""
        self._trades.add(1, {"side": side, "status": "filled", "venue": "simulated"})
