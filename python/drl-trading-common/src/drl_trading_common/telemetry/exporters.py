"""OTLP exporters to the agent, over gRPC or HTTP. Imported only where telemetry is on: gRPC takes time and memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import parse

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter

    from .config import TelemetryConfig


def span_exporter(config: TelemetryConfig) -> SpanExporter:
    """Exports spans. Raises ValueError when a variable that only the SDK reads is bad."""
    if _protocol("traces", config) == parse.HTTP:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HTTPExporter  # noqa: PLC0415

        return HTTPExporter(**_http(config, "traces"))
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter(**_grpc(config, "traces"))


def metric_exporter(config: TelemetryConfig) -> MetricExporter:
    """Exports metrics. Raises as span_exporter does."""
    if _protocol("metrics", config) == parse.HTTP:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HTTPExporter  # noqa: PLC0415

        return HTTPExporter(**_http(config, "metrics"))
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter  # noqa: PLC0415

    return OTLPMetricExporter(**_grpc(config, "metrics"))


def log_exporter(config: TelemetryConfig) -> LogRecordExporter:
    """Exports log records. Raises as span_exporter does."""
    if _protocol("logs", config) == parse.HTTP:
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HTTPExporter  # noqa: PLC0415

        return HTTPExporter(**_http(config, "logs"))
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter  # noqa: PLC0415

    return OTLPLogExporter(**_grpc(config, "logs"))


def _own(signal: str, setting: str) -> str:
    """The signal's own variable for a setting; environment.prepare has checked it."""
    return os.environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_{setting}", "").strip()


def _protocol(signal: str, config: TelemetryConfig) -> str:
    return _own(signal, "PROTOCOL").lower() or config.protocol


def _timeout_s(signal: str, config: TelemetryConfig) -> float:
    own = _own(signal, "TIMEOUT")
    return parse.timeout(own) if own else config.timeout_s


def _compression(signal: str, config: TelemetryConfig, kinds: Any) -> Any:
    own = _own(signal, "COMPRESSION")
    return kinds.Gzip if (parse.compression(own) if own else config.gzip) else kinds.NoCompression


def _grpc(config: TelemetryConfig, signal: str) -> dict[str, Any]:
    from grpc import Compression  # noqa: PLC0415

    options = {"timeout": _timeout_s(signal, config), "compression": _compression(signal, config, Compression)}
    if not _own(signal, "ENDPOINT"):
        endpoint = config.endpoint or "http://localhost:4317"
        options["endpoint"] = endpoint
        options["insecure"] = urlsplit(endpoint).scheme == "http"
    return options


def _http(config: TelemetryConfig, signal: str) -> dict[str, Any]:
    from opentelemetry.exporter.otlp.proto.http import Compression  # noqa: PLC0415

    options = {"timeout": _timeout_s(signal, config), "compression": _compression(signal, config, Compression)}
    if not _own(signal, "ENDPOINT"):
        options["endpoint"] = (config.endpoint or "http://localhost:4318").rstrip("/") + f"/v1/{signal}"
    return options
