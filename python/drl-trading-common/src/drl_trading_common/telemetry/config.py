"""Settings of the telemetry: defaults, what the service asks for, and the environment, which wins.

Nothing here raises on a bad value: the value is left out, and a warning names its variable.
A warning never shows the value, which may be a secret in the wrong place.
"""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import parse
from .check import checks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

SAMPLERS = (
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
)


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
    protocol: str = parse.GRPC
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
    config = _checked(config)
    changes: dict[str, Any] = {}
    for variable, (name, read) in variables().items():
        text = environ.get(variable, "").strip()
        if not text:
            continue
        try:
            changes[name] = read(text)
        except ValueError as error:
            log.warning("telemetry: ignore %s: want %s", variable, error)
    resolved = dataclasses.replace(config, **changes)
    # A batch larger than its queue is refused by the SDK.
    return dataclasses.replace(
        resolved,
        span_batch=min(resolved.span_batch, resolved.span_queue),
        log_batch=min(resolved.log_batch, resolved.log_queue),
    )


def _checked(config: TelemetryConfig) -> TelemetryConfig:
    """The configuration with defaults in place of what can't be."""
    default = TelemetryConfig()
    if not isinstance(config, TelemetryConfig):
        log.warning("telemetry: ignore config: want a TelemetryConfig")
        return default
    changes: dict[str, Any] = {}
    for name, read in checks(SAMPLERS).items():
        value = getattr(config, name)
        if value == getattr(default, name):
            continue
        try:
            changes[name] = read(value)
        except ValueError as error:
            log.warning("telemetry: ignore TelemetryConfig.%s: want %s", name, error)
            changes[name] = getattr(default, name)
    return dataclasses.replace(config, **changes)


def variables() -> dict[str, tuple[str, Callable[[str], object]]]:
    """The field of each variable, and what reads its value."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": ("endpoint", parse.url),
        "OTEL_EXPORTER_OTLP_PROTOCOL": ("protocol", parse.protocol),
        "OTEL_EXPORTER_OTLP_TIMEOUT": ("timeout_s", parse.timeout),
        "OTEL_EXPORTER_OTLP_COMPRESSION": ("gzip", parse.compression),
        "OTEL_TRACES_SAMPLER": ("sampler", parse.one_of(*SAMPLERS)),
        "OTEL_TRACES_SAMPLER_ARG": ("sampler_ratio", parse.ratio),
        "OTEL_TRACES_EXPORTER": ("traces", parse.exporter),
        "OTEL_METRICS_EXPORTER": ("metrics", parse.exporter),
        "OTEL_LOGS_EXPORTER": ("logs", parse.exporter),
        "OTEL_BSP_SCHEDULE_DELAY": ("span_delay_ms", parse.positive_int),
        "OTEL_BSP_MAX_QUEUE_SIZE": ("span_queue", parse.positive_int),
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": ("span_batch", parse.positive_int),
        "OTEL_BLRP_SCHEDULE_DELAY": ("log_delay_ms", parse.positive_int),
        "OTEL_BLRP_MAX_QUEUE_SIZE": ("log_queue", parse.positive_int),
        "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE": ("log_batch", parse.positive_int),
        "OTEL_PYTHON_LOG_HANDLER_LEVEL": ("log_level", parse.level),
        "OTEL_METRIC_EXPORT_INTERVAL": ("metric_interval_ms", parse.positive_int),
        "OTEL_PROPAGATORS": ("propagators", parse.names),
        "DRL_TELEMETRY_SHUTDOWN_DEADLINE": ("shutdown_deadline_s", parse.seconds_above_0),
        "DRL_TELEMETRY_BAGGAGE_KEYS": ("baggage_keys", lambda text: frozenset(parse.names(text))),
        "DRL_TELEMETRY_SYMBOLS": ("symbols", lambda text: frozenset(parse.names(text))),
    }
