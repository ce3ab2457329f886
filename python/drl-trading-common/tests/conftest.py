from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent import Agent, build_agent, running_agent
from collector import Collector
from drl_trading_common.telemetry import Telemetry, TelemetryConfig
from drl_trading_common.telemetry.handle import HANDLE
from drl_trading_common.telemetry.pipelines import Providers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Recorded:
    """A telemetry in force whose spans and metrics stay in memory."""

    def __init__(self, config: TelemetryConfig) -> None:
        self._spans = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        tracer_provider = TracerProvider(shutdown_on_exit=False)
        tracer_provider.add_span_processor(SimpleSpanProcessor(self._spans))
        meter_provider = MeterProvider([self._reader], shutdown_on_exit=False)
        self.telemetry = Telemetry("test", config, Providers({}, tracer_provider, meter_provider))

    def spans(self) -> dict[str, ReadableSpan]:
        """The ended spans, by name."""
        return {span.name: span for span in self._spans.get_finished_spans()}

    def all_spans(self) -> list[ReadableSpan]:
        """The ended spans, in the order of their ends."""
        return list(self._spans.get_finished_spans())

    def points(self, name: str) -> list[Any]:
        """The data points of a metric."""
        data = self._reader.get_metrics_data()
        if data is None:
            return []
        metrics = [metric for r in data.resource_metrics for scope in r.scope_metrics for metric in scope.metrics]
        return [point for metric in metrics if metric.name == name for point in metric.data.data_points]


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    config = TelemetryConfig(baggage_keys=frozenset({"strategy"}), symbols=frozenset({"EURUSD"}))
    recorded = Recorded(config)
    monkeypatch.setattr(HANDLE, "telemetry", recorded.telemetry)
    return recorded


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="session")
def agent_binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_agent(tmp_path_factory.mktemp("agent"))


@pytest.fixture
def agent(agent_binary: Path, collector: Collector) -> Iterator[Agent]:
    with running_agent(agent_binary, collector.endpoint) as agent:
        yield agent
