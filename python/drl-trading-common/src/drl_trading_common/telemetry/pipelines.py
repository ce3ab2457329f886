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
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from . import exporters
from .catalog import INSTRUMENTED
from .guard import attempt
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
    steps = {
        "traces": lambda: add_traces(providers, exporters.span_exporter(config), resource, config),
        "metrics": lambda: add_metrics(providers, exporters.metric_exporter(config), resource, config),
        "logs": lambda: add_logs(providers, exporters.log_exporter(config), resource, config),
    }
    for signal, step in steps.items():
        if getattr(config, signal):
            attempt(f"export {signal}; check the OTEL_EXPORTER_OTLP_* variables", step)
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
    provider = MeterProvider(metric_readers=[reader], resource=resource, views=_views(), shutdown_on_exit=False)
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


def _views() -> list[View]:
    """Holds the instrumentations' own histograms to the buckets and labels of the catalog."""
    return [
        View(
            instrument_name=metric.name,
            aggregation=ExplicitBucketHistogramAggregation(metric.buckets),
            attribute_keys=set(metric.labels),
        )
        for metric in INSTRUMENTED
    ]
