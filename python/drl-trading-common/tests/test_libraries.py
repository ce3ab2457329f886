"""What the instrumentations of HTTP and database give a service, by the names of the new semantic conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from collector import Collector, environment, run_code

if TYPE_CHECKING:
    from collections.abc import Iterator

# requests' Session and an engine that were there before setup_telemetry, and an engine of after.
CODE = """
import threading
from requests import Session
from sqlalchemy import create_engine, text
before = create_engine("sqlite://")
from drl_trading_common.telemetry import setup_telemetry, with_baggage
from flask import Flask, request
from werkzeug.serving import make_server
app = Flask("service")
telemetry = setup_telemetry("service", app=app, engine=before)
import sqlalchemy
after = sqlalchemy.create_engine("sqlite://")

@app.get("/symbols/<symbol>")
def symbol(symbol):
    assert request.headers["baggage"] == "strategy=trend", request.headers
    for engine in (before, after):
        with engine.connect() as connection:
            connection.execute(text("SELECT :value"), {"value": "bound"})
    return symbol

server = make_server("127.0.0.1", 0, app)
threading.Thread(target=server.serve_forever, daemon=True).start()
with with_baggage(strategy="trend", account="ACC-1"):
    assert Session().get(f"http://127.0.0.1:{server.server_port}/symbols/EURUSD?token=1").text == "EURUSD"
server.shutdown()
"""


@pytest.fixture(scope="module")
def sent() -> Iterator[Collector]:
    with Collector() as collector:
        done = run_code(CODE, environment(collector.endpoint, DRL_TELEMETRY_BAGGAGE_KEYS="strategy"))
        assert done.returncode == 0, done.stderr
        yield collector


def _attributes(span: Any) -> dict[str, object]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_one_trace_over_http_to_the_database(sent: Collector) -> None:
    spans = {span.name: span for span in sent.spans}
    client, server = spans["GET"], spans["GET /symbols/<symbol>"]
    assert (server.parent_span_id, server.trace_id) == (client.span_id, client.trace_id)
    statements = [span for span in sent.spans if span.name.startswith("SELECT")]
    assert [span.parent_span_id for span in statements] == [server.span_id] * 2
    assert len(sent.spans) == 4


def test_new_names_only(sent: Collector) -> None:
    spans = {span.name.split()[0] + str(span.kind): _attributes(span) for span in sent.spans}
    client, server, statement = spans["GET3"], spans["GET2"], spans["SELECT3"]
    assert client["http.request.method"] == "GET"
    assert client["http.response.status_code"] == 200
    assert server["http.route"] == "/symbols/<symbol>"
    assert statement["db.query.text"] == "SELECT ?"
    assert statement["db.system.name"] == "sqlite"
    old = {"http.method", "http.url", "http.target", "http.status_code", "db.statement", "db.system", "net.peer.ip"}
    for attributes in spans.values():
        assert not old & set(attributes)


def test_labels_of_durations(sent: Collector) -> None:
    labels = {
        metric.name: {label.key for point in metric.histogram.data_points for label in point.attributes}
        for metric in sent.metrics
        if metric.name.endswith(".request.duration")
    }
    assert labels == {
        "http.server.request.duration": {
            "http.request.method",
            "http.response.status_code",
            "http.route",
            "url.scheme",
        },
        "http.client.request.duration": {
            "http.request.method",
            "http.response.status_code",
            "server.address",
            "server.port",
        },
    }
