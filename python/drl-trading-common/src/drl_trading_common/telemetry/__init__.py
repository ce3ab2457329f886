"""Traces, metrics and logs of a trading service, by OTLP to the agent beside it.

setup_telemetry starts it all. The helpers (span, traced, timed, produce, consume_span, feast_op, log_context) may be
called before it, or without it: they record nothing then. What they need of OpenTelemetry beyond its API is imported
by setup_telemetry, only when telemetry is on.

Owned here: the providers with their queues and export threads, ended by Telemetry.shutdown, at exit, or on SIGTERM.
Personal data and secrets are removed by the agent, not here; docs/instrumenting.md says what not to record.
"""

from . import catalog
from .baggage import with_baggage
from .catalog import Counter, Gauge, Histogram
from .config import TelemetryConfig
from .feast import feast_op
from .handle import Telemetry
from .logs import CorrelatedFormatter, log_context
from .messaging import consume_span, produce
from .metrics import Metrics
from .propagation import extract, inject
from .setup import setup_telemetry
from .spans import span, timed
from .traced import traced

__all__ = [
    "CorrelatedFormatter",
    "Counter",
    "Gauge",
    "Histogram",
    "Metrics",
    "Telemetry",
    "TelemetryConfig",
    "catalog",
    "consume_span",
    "extract",
    "feast_op",
    "inject",
    "log_context",
    "produce",
    "setup_telemetry",
    "span",
    "timed",
    "traced",
    "with_baggage",
]
