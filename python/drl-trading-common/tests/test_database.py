from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from drl_trading_common.telemetry.database import instrument_sqlalchemy
from drl_trading_common.telemetry.pipelines import Providers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracer_provider = TracerProvider(shutdown_on_exit=False)
    tracer_provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrument_sqlalchemy(Providers({}, tracer_provider), None)
    yield exporter
    SQLAlchemyInstrumentor().uninstrument()


def test_a_connection_of_the_pool_has_no_span(spans: InMemorySpanExporter, tmp_path: Path) -> None:
    import sqlalchemy  # its create_engine is another now

    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/orders.db")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()
    (statement,) = spans.get_finished_spans()
    assert statement.name.startswith("SELECT")


def test_a_failed_connect_has_one(spans: InMemorySpanExporter) -> None:
    engine = create_engine("sqlite:////no/such/folder/orders.db")
    with pytest.raises(OperationalError):
        engine.connect()
    (connect,) = spans.get_finished_spans()
    assert (connect.name, connect.kind, connect.status.status_code) == ("connect", SpanKind.CLIENT, StatusCode.ERROR)
    assert connect.attributes == {
        "db.system.name": "sqlite",
        "db.namespace": "/no/such/folder/orders.db",
        "error.type": "OperationalError",
    }
    assert [event.name for event in connect.events] == ["exception"]
    assert connect.start_time is not None
    assert connect.end_time is not None
    assert connect.start_time <= connect.end_time


def test_pools_are_counted(tmp_path: Path) -> None:
    import sqlalchemy

    reader = InMemoryMetricReader()
    instrument_sqlalchemy(Providers({}, None, MeterProvider([reader], shutdown_on_exit=False)), None)
    try:
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/orders.db")
        in_memory = sqlalchemy.create_engine("sqlite://")
        with in_memory.connect(), engine.connect(), engine.connect():
            assert connections(reader) == {("used", "orders.db"): 2, ("idle", "orders.db"): 0}
        with engine.connect():
            assert connections(reader) == {("used", "orders.db"): 1, ("idle", "orders.db"): 1}
        engine.dispose()
        in_memory.dispose()
    finally:
        SQLAlchemyInstrumentor().uninstrument()


def connections(reader: InMemoryMetricReader) -> dict[tuple[object, str], float]:
    data = reader.get_metrics_data()
    assert data is not None
    (metric,) = [metric for r in data.resource_metrics for scope in r.scope_metrics for metric in scope.metrics]
    assert metric.name == "db.client.connections.usage"
    found: dict[tuple[object, str], float] = {}
    for point in metric.data.data_points:
        assert isinstance(point, NumberDataPoint)
        assert point.attributes is not None
        found[point.attributes["state"], str(point.attributes["pool.name"]).rsplit("/", 1)[1]] = point.value
    return found


def test_uninstrumented_it_is_gone(spans: InMemorySpanExporter) -> None:
    SQLAlchemyInstrumentor().uninstrument()
    engine = create_engine("sqlite:////no/such/folder/orders.db")
    with pytest.raises(OperationalError):
        engine.connect()
    assert spans.get_finished_spans() == ()
    SQLAlchemyInstrumentor().instrument()
