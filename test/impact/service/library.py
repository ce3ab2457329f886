"""With drl-trading-common, as the trading services use it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from drl_trading_common.telemetry import catalog, setup_telemetry, span

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flask import Flask


class Library:
    """Telemetry by drl-trading-common."""

    def __init__(self) -> None:
        self._telemetry = setup_telemetry("impact-service")
        if os.environ.get("IMPACT_SYSTEM_METRICS"):
            _add_system_metrics()

    def attach(self, app: Flask) -> None:
        """Instruments the app; not when telemetry is off."""
        self._telemetry.instrument(app)

    def span(self, name: str, symbol: str) -> AbstractContextManager[object]:
        """The library's span."""
        return span(name, symbol=symbol)

    def count_trade(self, side: str) -> None:
        """The library's counter of trades."""
        self._telemetry.metrics.add(catalog.TRADES, side=side, status="filled", venue="simulated")


def _add_system_metrics() -> None:
    """Adds the host's metrics, which the instrumentation reports by default and the library leaves out."""
    from opentelemetry.instrumentation.system_metrics import _DEFAULT_CONFIG, SystemMetricsInstrumentor  # noqa: PLC0415

    SystemMetricsInstrumentor().uninstrument()
    host = {name: parts for name, parts in _DEFAULT_CONFIG.items() if name.startswith("system.")}
    SystemMetricsInstrumentor(config=host).instrument()
