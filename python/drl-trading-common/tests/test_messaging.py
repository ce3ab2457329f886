from __future__ import annotations

import time
from typing import Any

import pytest
from opentelemetry import baggage, context
from opentelemetry.trace import SpanKind, StatusCode, get_current_span

from conftest import Recorded
from drl_trading_common.telemetry import (
    TelemetryConfig,
    consume_span,
    extract,
    feast_op,
    inject,
    produce,
    span,
    with_baggage,
)
from drl_trading_common.telemetry.messaging import PUBLISHED_AT
from drl_trading_common.telemetry.propagation import header
from drl_trading_common.telemetry.propagators import build_propagator


def _kafka(headers: dict[str, str]) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in headers.items()]


def _nats(headers: dict[str, str]) -> dict[str, str]:
    return {name.title(): value for name, value in headers.items()}


@pytest.mark.parametrize("carry", [dict, _nats, _kafka])
def test_one_trace_from_producer_to_consumer(recorded: Recorded, carry: Any) -> None:
    with span("request"), produce("ticks", system="nats", headers={"kept": "yes"}) as headers:
        sent = carry(headers)
    with consume_span("ticks", sent, system="nats", group="preprocessing"), span("work"):
        pass

    spans = recorded.spans()
    traces = {each.context.trace_id for each in spans.values() if each.context}
    assert len(traces) == 1
    producer, consumer = spans["publish ticks"], spans["process ticks"]
    assert (producer.kind, consumer.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert consumer.parent is not None
    assert producer.context is not None
    assert (consumer.parent.span_id, consumer.parent.is_remote) == (producer.context.span_id, True)
    assert dict(consumer.attributes or {}) == {
        "messaging.system": "nats",
        "messaging.destination.name": "ticks",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.consumer.group.name": "preprocessing",
    }
    assert headers["kept"] == "yes"
    assert not get_current_span().get_span_context().is_valid


def test_a_batch_links_to_each_producer(recorded: Recorded) -> None:
    batch: list[dict[str, str] | None] = []
    for number in range(2):
        with span(f"request {number}"), produce("ticks", system="kafka") as headers:
            batch.append(headers)
    with span("poll"), consume_span("ticks", batch=[*batch, {}, None], system="kafka"):
        pass

    consumer, poll = recorded.spans()["process ticks"], recorded.spans()["poll"]
    producers = [each.context for each in recorded.all_spans() if each.name == "publish ticks"]
    assert [link.context.span_id for link in consumer.links] == [each.span_id for each in producers if each]
    assert consumer.parent == poll.context
    assert (consumer.attributes or {})["messaging.batch.message_count"] == 4


def test_a_message_without_context_starts_a_trace(recorded: Recorded) -> None:
    odd: Any = (7, [1], [(b"k", 2)])
    for headers in (
        None,
        {},
        [],
        {"traceparent": "garbage"},
        [("traceparent", b"\xff\xfe")],
        {"traceparent": None},
        *odd,
    ):
        with consume_span("ticks", headers, system="nats"):
            pass
    spans = recorded.all_spans()
    assert [each.parent for each in spans] == [None] * 9


def test_delay_and_duration(recorded: Recorded) -> None:
    now = time.time()
    no_number: Any = "soon"
    for headers, published_at in [
        ({PUBLISHED_AT: f"{now - 20}"}, None),
        ({PUBLISHED_AT: f"{now + 3600}"}, None),
        (None, now - 2),
        ({PUBLISHED_AT: "garbage"}, None),
        ({PUBLISHED_AT: "nan"}, None),
        ({PUBLISHED_AT: "-inf"}, None),
        ({}, None),
        ({}, no_number),
    ]:
        with consume_span("ticks", headers, system="nats", published_at=published_at):
            pass
    with pytest.raises(LookupError), consume_span("ticks", system="nats"):
        raise LookupError

    (delay,) = recorded.points("drl.queue.delay")
    assert (delay.count, delay.min) == (3, 0.0)
    assert 22 <= delay.sum < 60
    durations = {
        point.attributes["outcome"]: (point.count, point.attributes.get("error.type"))
        for point in recorded.points("messaging.process.duration")
    }
    assert durations == {"ok": (8, None), "error": (1, "LookupError")}
    failed = recorded.all_spans()[-1]
    assert failed.status.status_code is StatusCode.ERROR


def test_produced_headers_make_the_delay(recorded: Recorded) -> None:
    with produce("ticks", system="nats") as headers:
        pass
    with consume_span("ticks", batch=[headers, headers], system="nats"):
        pass
    (delay,) = recorded.points("drl.queue.delay")
    assert (delay.count, dict(delay.attributes)) == (2, {"messaging.destination.name": "ticks"})


def test_inject_replaces_in_kafka_headers(recorded: Recorded) -> None:
    headers = [("TraceParent", b"old"), ("other", b"1")]
    with span("work"):
        assert inject(headers) is headers
    assert [name for name, _ in headers] == ["other", "traceparent"]
    assert get_current_span(extract(headers)).get_span_context().is_valid
    assert header(headers, "OTHER") == "1"


def test_baggage_by_allow_list(recorded: Recorded) -> None:
    with with_baggage(strategy="momentum", account="ACC-1"):
        assert baggage.get_baggage("account") == "ACC-1"
        headers = inject({})
    assert headers == {"baggage": "strategy=momentum"}
    assert baggage.get_all() == {}
    received = extract({"Baggage": "account=ACC-1,strategy=momentum,email=a%40b.c"})
    assert dict(baggage.get_all(received)) == {"strategy": "momentum"}


def test_the_consumer_has_the_message_s_baggage(recorded: Recorded) -> None:
    with consume_span("ticks", {"baggage": "strategy=momentum"}, system="nats"):
        assert baggage.get_all() == {"strategy": "momentum"}
    assert context.get_current() == {}


def test_propagators(caplog: pytest.LogCaptureFixture) -> None:
    config = TelemetryConfig(propagators=("tracecontext", "none", "unheard-of"))
    assert build_propagator(config).fields == {"traceparent", "tracestate"}
    assert "OTEL_PROPAGATORS" in caplog.text


def test_feast_op(recorded: Recorded) -> None:
    with feast_op("get_online_features", view="bars_1m"):
        pass
    with pytest.raises(ConnectionError), feast_op("materialize", view="bars_1m"):
        raise ConnectionError
    assert dict(recorded.spans()["feast get_online_features"].attributes or {}) == {
        "drl.operation": "get_online_features",
        "drl.view": "bars_1m",
    }
    outcomes = {
        point.attributes["operation"]: point.attributes["outcome"]
        for point in recorded.points("drl.feast.operation.duration")
    }
    assert outcomes == {"get_online_features": "ok", "materialize": "error"}
