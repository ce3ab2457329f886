"""Prepares the variables that OpenTelemetry's own code reads.

Some of its modules raise at their import when a variable is bad, in whichever library imports them first, and others
raise from constructors that were told all they need. So bad values are taken out of the environment.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from . import parse
from .propagators import known_propagators

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from .config import TelemetryConfig

log = logging.getLogger(__name__)

SEMCONV_OPT_IN = "OTEL_SEMCONV_STABILITY_OPT_IN"
PROPAGATORS = "OTEL_PROPAGATORS"
RESOURCE = "OTEL_RESOURCE_ATTRIBUTES"
SIGNALS = ("TRACES", "METRICS", "LOGS")
CAPTURE = "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_"
# With one that is no pattern, such as "*", the first variables make each request of the service fail.
PATTERNS = (
    f"{CAPTURE}CLIENT_REQUEST",
    f"{CAPTURE}CLIENT_RESPONSE",
    f"{CAPTURE}SANITIZE_FIELDS",
    f"{CAPTURE}SERVER_REQUEST",
    f"{CAPTURE}SERVER_RESPONSE",
    "OTEL_PYTHON_EXCLUDED_URLS",
    "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS",
    "OTEL_PYTHON_FLASK_EXCLUDED_URLS",
    "OTEL_PYTHON_REQUESTS_EXCLUDED_URLS",
)
LIMITS = (
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
)


def prepare(config: TelemetryConfig, environ: MutableMapping[str, str]) -> None:
    """Takes out bad values with a warning, and asks for the new semantic conventions unless the variable is there."""
    for variable, read in _readers().items():
        try:
            if variable in environ:
                read(environ[variable].strip())
        except ValueError as error:
            log.warning("telemetry: ignore %s: want %s", variable, error)
            del environ[variable]
    if RESOURCE in environ:
        environ[RESOURCE] = _pairs(environ[RESOURCE])
    if PROPAGATORS in environ:
        environ[PROPAGATORS] = ",".join(known_propagators(config)) or "none"
    environ.setdefault(SEMCONV_OPT_IN, "http,database")


def _pairs(text: str) -> str:
    """The resource attributes of the text. OpenTelemetry would show what isn't one, once for each signal."""
    parts = [part for part in text.split(",") if part.strip()]
    pairs = [part for part in parts if part.partition("=")[0].strip() and "=" in part]
    if len(pairs) < len(parts):
        log.warning("telemetry: ignore a part of %s: want name=value pairs with commas between them", RESOURCE)
    return ",".join(pairs)


def _readers() -> dict[str, Callable[[str], object]]:
    readers: dict[str, Callable[[str], object]] = dict.fromkeys(LIMITS, parse.limit)
    readers["OTEL_METRICS_EXEMPLAR_FILTER"] = parse.one_of("always_on", "always_off", "trace_based")
    readers["OTEL_PYTHON_LOG_HANDLER_LEVEL"] = parse.level
    for timeout in ("OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BLRP_EXPORT_TIMEOUT", "OTEL_METRIC_EXPORT_TIMEOUT"):
        readers[timeout] = parse.positive_int
    for variable in PATTERNS:
        readers[variable] = parse.patterns
    # OpenTelemetry would show the value, which is often a password.
    readers["OTEL_EXPORTER_OTLP_HEADERS"] = parse.headers
    for signal in SIGNALS:
        readers[f"OTEL_EXPORTER_OTLP_{signal}_HEADERS"] = parse.headers
        readers[f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] = parse.url
        readers[f"OTEL_EXPORTER_OTLP_{signal}_TIMEOUT"] = parse.timeout
        readers[f"OTEL_EXPORTER_OTLP_{signal}_COMPRESSION"] = parse.compression
        readers[f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL"] = parse.protocol
    return readers
