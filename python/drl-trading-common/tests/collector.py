"""An OTLP/gRPC server in this process, and programs that send to it."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import grpc
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PROGRAMS = Path(__file__).parent / "programs"
PATIENCE_S = 120.0
"""How long a condition may take on a busy machine before a test fails."""


class Collector:
    """What has arrived: spans, metrics, log records, and the resources they came with, as decoded OTLP messages."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.metrics: list[Any] = []
        self.logs: list[Any] = []
        self.resources: list[dict[str, str]] = []
        self._changed = threading.Condition()
        self._server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(_Traces(self), self._server)
        metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(_Metrics(self), self._server)
        logs_service_pb2_grpc.add_LogsServiceServicer_to_server(_Logs(self), self._server)
        self.endpoint = f"http://127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def __enter__(self) -> Collector:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def take(self, into: list[Any], resource: Any, items: list[Any]) -> None:
        with self._changed:
            into.extend(items)
            self.resources.append({each.key: each.value.string_value for each in resource.attributes})
            self._changed.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        """Until the condition holds; fails the test when it doesn't within PATIENCE_S."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), "condition not met by what arrived"

    def span_names(self) -> list[str]:
        return [span.name for span in self.spans]

    def metric_names(self) -> set[str]:
        return {metric.name for metric in self.metrics}

    def log_bodies(self) -> list[str]:
        return [record.body.string_value for record in self.logs]


class _Traces(trace_service_pb2_grpc.TraceServiceServicer):
    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802
        for each in request.resource_spans:
            spans = [span for scope in each.scope_spans for span in scope.spans]
            self._collector.take(self._collector.spans, each.resource, spans)
        return trace_service_pb2.ExportTraceServiceResponse()


class _Metrics(metrics_service_pb2_grpc.MetricsServiceServicer):
    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802
        for each in request.resource_metrics:
            metrics = [metric for scope in each.scope_metrics for metric in scope.metrics]
            self._collector.take(self._collector.metrics, each.resource, metrics)
        return metrics_service_pb2.ExportMetricsServiceResponse()


class _Logs(logs_service_pb2_grpc.LogsServiceServicer):
    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802
        for each in request.resource_logs:
            records = [record for scope in each.scope_logs for record in scope.log_records]
            self._collector.take(self._collector.logs, each.resource, records)
        return logs_service_pb2.ExportLogsServiceResponse()


def environment(endpoint: str, **settings: str) -> dict[str, str]:
    """An environment in which nothing is exported before the end unless settings say otherwise."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "DRL_"))}
    return {
        **clean,
        "PYTHONPATH": str(PROGRAMS),
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_BSP_SCHEDULE_DELAY": "600000",
        "OTEL_BLRP_SCHEDULE_DELAY": "600000",
        "OTEL_METRIC_EXPORT_INTERVAL": "600000",
        **settings,
    }


def run_code(code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs Python code to its end."""
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", code]
    return subprocess.run(command, env=dict(env), capture_output=True, text=True, timeout=PATIENCE_S, check=False)


class Program:
    """A process whose output is read as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._seen: list[str] = []
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put(None)

    def line_with(self, text: str) -> str:
        """The first line to come that holds text."""
        while True:
            line = self._lines.get(timeout=PATIENCE_S)
            assert line is not None, f"ended without {text!r}: {''.join(self._seen)}"
            self._seen.append(line)
            if text in line:
                return line

    def rest(self) -> str:
        """All that comes until the program ends."""
        while (line := self._lines.get(timeout=PATIENCE_S)) is not None:
            self._seen.append(line)
        return "".join(self._seen)

    def end_by(self, signum: int, within_s: float = PATIENCE_S) -> int:
        """Sends a signal; the exit code."""
        self.process.send_signal(signum)
        return self.process.wait(within_s)


@contextmanager
def running(command: list[str], env: Mapping[str, str]) -> Iterator[Program]:
    """A program that runs during the block, and is killed after it if it is still there."""
    with subprocess.Popen(
        command, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()
