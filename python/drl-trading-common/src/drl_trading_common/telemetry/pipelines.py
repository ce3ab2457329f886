"""Builds the way out of each signal: provider, batching, exporter.

The providers own the queues and the threads that empty them. Each is ended by its pipeline's shutdown. After a fork
the SDK empties the child's queues, starts its threads and gives it a service.instance.id of its own.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from . import exporters
from .sampling import build_sampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter

    from .config import TelemetryConfig

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How one signal is flushed, ended, and given up.

    Attributes:
        flush: Exports what is queued. Blocks for as long as the exporter does.
        shutdown: The same, and ends the provider.
        cancel: Aborts the exports under way. Returns quickly.
    """

    flush: Callable[[], object]
    shutdown: Callable[[], object]
    cancel: Callable[[], object]


@dataclass(slots=True)
class Providers:
    """The providers of the signals that are on, and their pipelines by the signal's name."""

    pipelines: dict[str, Pipeline]
    tracer: TracerProvider | None = None
    meter: MeterProvider | None = None
    logger: LoggerProvider | None = None


def build(service_name: str, config: TelemetryConfig) -> Providers:
    """Builds what the configuration asks for; a signal that can't be built is left out, with a warning."""
    resource = build_resource(service_name, config)
    providers = Providers(pipelines={})
    if config.traces:
        _attempt("traces", lambda: add_traces(providers, exporters.span_exporter(config), resource, config))
    if config.metrics:
        _attempt("metrics", lambda: add_metrics(providers, exporters.metric_exporter(config), resource, config))
    if config.logs:
        _attempt("logs", lambda: add_logs(providers, exporters.log_exporter(config), resource, config))
    return providers


def build_resource(service_name: str, config: TelemetryConfig) -> Resource:
    """What identifies the service: its name and config.resource, overridden by the environment."""
    named = {"service.name": service_name, **config.resource, **OTELResourceDetector().detect().attributes}
    return Resource.create(named)


def add_traces(providers: Providers, exporter: SpanExporter, resource: Resource, config: TelemetryConfig) -> None:
    """Adds the pipeline of spans."""
    provider = TracerProvider(
        sampler=build_sampler(config.sampler, config.sampler_ratio),
        resource=resource,
        span_limits=_span_limits(),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(
        BatchSpanProcessor(
            exporter,
            max_queue_size=config.span_queue,
            schedule_delay_millis=config.span_delay_ms,
            max_export_batch_size=config.span_batch,
        )
    )
    providers.tracer = provider
    providers.pipelines["traces"] = Pipeline(provider.force_flush, provider.shutdown, exporter.shutdown)


def add_metrics(providers: Providers, exporter: MetricExporter, resource: Resource, config: TelemetryConfig) -> None:
    """Adds the pipeline of metrics."""
    reader = PeriodicExportingMetricReader(
        exporter,
        export_interval_millis=config.metric_interval_ms,
        export_timeout_millis=config.timeout_s * 1000,
    )
    provider = MeterProvider(metric_readers=[reader], resource=resource, shutdown_on_exit=False)
    providers.meter = provider
    providers.pipelines["metrics"] = Pipeline(provider.force_flush, provider.shutdown, exporter.shutdown)


def add_logs(providers: Providers, exporter: LogRecordExporter, resource: Resource, config: TelemetryConfig) -> None:
    """Adds the pipeline of log records."""
    provider = LoggerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_log_record_processor(
        BatchLogRecordProcessor(
            exporter,
            schedule_delay_millis=config.log_delay_ms,
            max_export_batch_size=config.log_batch,
            max_queue_size=config.log_queue,
        )
    )
    providers.logger = provider
    providers.pipelines["logs"] = Pipeline(provider.force_flush, provider.shutdown, exporter.shutdown)


def _attempt(signal: str, add: Callable[[], None]) -> None:
    try:
        add()
    except Exception as error:  # noqa: BLE001
        # Type only: the text may show a header or an address with a password.
        log.warning(
            "telemetry: export no %s: %s; check the OTEL_EXPORTER_OTLP_* variables", signal, type(error).__name__
        )


def _span_limits() -> SpanLimits:
    try:
        return SpanLimits()
    except ValueError:
        log.warning("telemetry: ignore the OTEL_*_LIMIT variables: want whole numbers")
        # The SDK's defaults, given one by one so that it doesn't read the environment.
        return SpanLimits(
            max_attributes=128,
            max_events=128,
            max_links=128,
            max_span_attributes=128,
            max_event_attributes=128,
            max_link_attributes=128,
            max_attribute_length=SpanLimits.UNSET,
            max_span_attribute_length=SpanLimits.UNSET,
        )
