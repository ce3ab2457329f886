"""Settings of the telemetry: defaults, what the service asks for, and the environment, which wins.

Nothing here raises on a bad value: the value is left out, and a warning names its variable.
A warning never shows the value, which may be a secret in the wrong place.
"""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

GRPC = "grpc"
HTTP = "http/protobuf"
SAMPLERS = (
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
)

_MILLISECONDS_FROM = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryConfig:
    """What a service may set. The environment variable in brackets wins over the field.

    Attributes:
        endpoint: URL of the agent; empty for localhost at the protocol's port. [OTEL_EXPORTER_OTLP_ENDPOINT]
        protocol: "grpc" or "http/protobuf". [OTEL_EXPORTER_OTLP_PROTOCOL]
        timeout_s: Seconds that one export may take, retries included. [OTEL_EXPORTER_OTLP_TIMEOUT: seconds, as
            Python's exporters have it; from 100 on milliseconds, as the specification has it]
        gzip: Whether to compress. Costs more than it saves on loopback. [OTEL_EXPORTER_OTLP_COMPRESSION]
        sampler: One of SAMPLERS. [OTEL_TRACES_SAMPLER]
        sampler_ratio: Probability, 0 to 1, of the "traceidratio" samplers. [OTEL_TRACES_SAMPLER_ARG]
        traces: Whether spans are exported. [OTEL_TRACES_EXPORTER: otlp or none]
        metrics: Whether metrics are exported. [OTEL_METRICS_EXPORTER]
        logs: Whether log records are exported. [OTEL_LOGS_EXPORTER]
        span_delay_ms: Longest wait before ended spans leave. [OTEL_BSP_SCHEDULE_DELAY]
        span_queue: Ended spans that wait for export at most; the oldest are dropped beyond. [OTEL_BSP_MAX_QUEUE_SIZE]
        span_batch: Spans of one export at most. [OTEL_BSP_MAX_EXPORT_BATCH_SIZE]
        log_delay_ms: As span_delay_ms, for log records. [OTEL_BLRP_SCHEDULE_DELAY]
        log_queue: As span_queue, for log records. [OTEL_BLRP_MAX_QUEUE_SIZE]
        log_batch: As span_batch, for log records. [OTEL_BLRP_MAX_EXPORT_BATCH_SIZE]
        log_level: Lowest level of the log records that are exported. [OTEL_PYTHON_LOG_HANDLER_LEVEL, by name]
        metric_interval_ms: Time between two exports of metrics. [OTEL_METRIC_EXPORT_INTERVAL]
        shutdown_deadline_s: Seconds that the flush at exit may take for all signals. [DRL_TELEMETRY_SHUTDOWN_DEADLINE]
        propagators: Names of the context propagators. [OTEL_PROPAGATORS]
        baggage_keys: Baggage that may enter and leave the service. [DRL_TELEMETRY_BAGGAGE_KEYS]
        symbols: Values of the metric label "symbol"; any other becomes "other". [DRL_TELEMETRY_SYMBOLS]
        resource: Further resource attributes. [OTEL_RESOURCE_ATTRIBUTES]
    """

    endpoint: str = ""
    protocol: str = GRPC
    timeout_s: float = 2.0
    gzip: bool = False
    sampler: str = "parentbased_always_on"
    sampler_ratio: float = 1.0
    traces: bool = True
    metrics: bool = True
    logs: bool = True
    span_delay_ms: int = 1000
    span_queue: int = 8192
    span_batch: int = 512
    log_delay_ms: int = 1000
    log_queue: int = 8192
    log_batch: int = 512
    log_level: int = logging.INFO
    metric_interval_ms: int = 15000
    shutdown_deadline_s: float = 5.0
    propagators: tuple[str, ...] = ("tracecontext", "baggage")
    baggage_keys: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    resource: Mapping[str, str] = field(default_factory=dict)


def disabled(environ: Mapping[str, str]) -> bool:
    """Whether OTEL_SDK_DISABLED is "true", in any case, as the specification reads it."""
    return environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"


def resolve(config: TelemetryConfig, environ: Mapping[str, str]) -> TelemetryConfig:
    """The settings in force: those of config, overridden by each valid variable of environ."""
    changes: dict[str, Any] = {}
    for variable, (name, parse) in _variables().items():
        text = environ.get(variable, "").strip()
        if not text:
            continue
        try:
            changes[name] = parse(text)
        except ValueError as error:
            log.warning("telemetry: ignore %s: want %s", variable, error)
    resolved = dataclasses.replace(config, **changes)
    # A batch larger than its queue is refused by the SDK.
    return dataclasses.replace(
        resolved,
        span_batch=min(resolved.span_batch, resolved.span_queue),
        log_batch=min(resolved.log_batch, resolved.log_queue),
    )


def _variables() -> dict[str, tuple[str, Callable[[str], object]]]:
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": ("endpoint", _url),
        "OTEL_EXPORTER_OTLP_PROTOCOL": ("protocol", _one_of(GRPC, HTTP)),
        "OTEL_EXPORTER_OTLP_TIMEOUT": ("timeout_s", _timeout),
        "OTEL_EXPORTER_OTLP_COMPRESSION": ("gzip", _choice({"gzip": True, "none": False})),
        "OTEL_TRACES_SAMPLER": ("sampler", _one_of(*SAMPLERS)),
        "OTEL_TRACES_SAMPLER_ARG": ("sampler_ratio", _ratio),
        "OTEL_TRACES_EXPORTER": ("traces", _choice({"otlp": True, "none": False})),
        "OTEL_METRICS_EXPORTER": ("metrics", _choice({"otlp": True, "none": False})),
        "OTEL_LOGS_EXPORTER": ("logs", _choice({"otlp": True, "none": False})),
        "OTEL_BSP_SCHEDULE_DELAY": ("span_delay_ms", _positive_int),
        "OTEL_BSP_MAX_QUEUE_SIZE": ("span_queue", _positive_int),
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": ("span_batch", _positive_int),
        "OTEL_BLRP_SCHEDULE_DELAY": ("log_delay_ms", _positive_int),
        "OTEL_BLRP_MAX_QUEUE_SIZE": ("log_queue", _positive_int),
        "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE": ("log_batch", _positive_int),
        "OTEL_PYTHON_LOG_HANDLER_LEVEL": ("log_level", _level),
        "OTEL_METRIC_EXPORT_INTERVAL": ("metric_interval_ms", _positive_int),
        "OTEL_PROPAGATORS": ("propagators", _names),
        "DRL_TELEMETRY_SHUTDOWN_DEADLINE": ("shutdown_deadline_s", _seconds),
        "DRL_TELEMETRY_BAGGAGE_KEYS": ("baggage_keys", lambda text: frozenset(_names(text))),
        "DRL_TELEMETRY_SYMBOLS": ("symbols", lambda text: frozenset(_names(text))),
    }


def _choice(values: Mapping[str, object]) -> Callable[[str], object]:
    def parse(text: str) -> object:
        try:
            return values[text.lower()]
        except KeyError:
            raise ValueError("one of " + ", ".join(values)) from None

    return parse


def _one_of(*names: str) -> Callable[[str], object]:
    return _choice({name: name for name in names})


def _number(text: str, want: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(want) from None


def _seconds(text: str) -> float:
    want = "seconds above 0"
    seconds = _number(text, want)
    if not 0 < seconds < float("inf"):
        raise ValueError(want)
    return seconds


def _timeout(text: str) -> float:
    seconds = _seconds(text)
    return seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds


def _ratio(text: str) -> float:
    want = "a number from 0 to 1"
    ratio = _number(text, want)
    if not 0 <= ratio <= 1:
        raise ValueError(want)
    return ratio


def _positive_int(text: str) -> int:
    want = "a whole number above 0"
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(want)
    return int(text)


def _level(text: str) -> int:
    levels = logging.getLevelNamesMapping()
    try:
        return levels[text.upper()]
    except KeyError:
        raise ValueError("one of " + ", ".join(levels)) from None


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def _url(text: str) -> str:
    want = "a URL such as http://localhost:4317"
    try:
        parts = urlsplit(text)
        port = parts.port  # reading it checks its range
    except ValueError:
        raise ValueError(want) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError(want)
    return text
