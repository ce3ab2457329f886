"""How the services set up their telemetry and the log on the console."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from drl_trading_common.telemetry import CorrelatedFormatter, TelemetryConfig, setup_telemetry

from .messages import SYMBOLS

if TYPE_CHECKING:
    from drl_trading_common.telemetry import Telemetry


def start_telemetry(service: str) -> Telemetry:
    """Telemetry of drl-trading-<service>. Call it before anything that is to be instrumented is made."""
    console = logging.StreamHandler()
    console.setFormatter(CorrelatedFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[console])
    config = TelemetryConfig(symbols=SYMBOLS, resource={"service.namespace": "drl-trading", "service.version": "1.0.0"})
    return setup_telemetry(f"drl-trading-{service}", config=config)
