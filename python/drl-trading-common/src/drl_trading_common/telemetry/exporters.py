"""OTLP exporters to the agent, over gRPC or HTTP. Imported only where telemetry is on: gRPC takes time and memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .config import GRPC, HTTP

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter

    from .config import TelemetryConfig


def span_exporter(config: TelemetryConfig) -> SpanExporter:
    """Exports spans. Raises ValueError when a variable that only the SDK reads is bad."""
    if _protocol("TRACES", config) == HTTP:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HTTPExporter  # noqa: PLC0415

        return HTTPExporter(**_http(config, "traces"))
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter(**_grpc(config, "traces"))


def metric_exporter(config: TelemetryConfig) -> MetricExporter:
    """Exports metrics. Raises as span_exporter does."""
    if _protocol("METRICS", config) == HTTP:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HTTPExporter  # noqa: PLC0415

        return HTTPExporter(**_http(config, "metrics"))
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter  # noqa: PLC0415

    return OTLPMetricExporter(**_grpc(config, "metrics"))


def log_exporter(config: TelemetryConfig) -> LogRecordExporter:
    """Exports log records. Raises as span_exporter does."""
    if _protocol("LOGS", config) == HTTP:
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HTTPExporter  # noqa: PLC0415

        return HTTPExporter(**_http(config, "logs"))
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter  # noqa: PLC0415

    return OTLPLogExporter(**_grpc(config, "logs"))


def _protocol(signal: str, config: TelemetryConfig) -> str:
    named = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", "").strip().lower()
    return named if named in (GRPC, HTTP) else config.protocol


def _own(signal: str, setting: str) -> bool:
    """Whether the signal has a variable of its own for a setting, which the SDK's exporter reads if told nothing."""
    return bool(os.environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_{setting}"))


def _grpc(config: TelemetryConfig, signal: str) -> dict[str, Any]:
    from grpc import Compression  # noqa: PLC0415

    options: dict[str, Any] = {}
    if not _own(signal, "ENDPOINT"):
        endpoint = config.endpoint or "http://localhost:4317"
        options["endpoint"] = endpoint
        options["insecure"] = urlsplit(endpoint).scheme == "http"
    if not _own(signal, "TIMEOUT"):
        options["timeout"] = config.timeout_s
    if not _own(signal, "COMPRESSION"):
        options["compression"] = Compression.Gzip if config.gzip else Compression.NoCompression
    return options


def _http(config: TelemetryConfig, signal: str) -> dict[str, Any]:
    from opentelemetry.exporter.otlp.proto.http import Compression  # noqa: PLC0415

    options: dict[str, Any] = {}
    if not _own(signal, "ENDPOINT"):
        options["endpoint"] = (config.endpoint or "http://localhost:4318").rstrip("/") + f"/v1/{signal}"
    if not _own(signal, "TIMEOUT"):
        options["timeout"] = config.timeout_s
    if not _own(signal, "COMPRESSION"):
        options["compression"] = Compression.Gzip if config.gzip else Compression.NoCompression
    return options
