"""setup_telemetry in processes of their own, as it changes what a process has only one of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from collector import Collector, environment, run_code
from drl_trading_common.telemetry.environment import PATTERNS

if TYPE_CHECKING:
    from collections.abc import Iterator

WORK = """
import logging
from drl_trading_common.telemetry import catalog, setup_telemetry, span, TelemetryConfig
def work():
    with span("work"):
        logging.getLogger("service").warning("at work")
    telemetry.metrics.add(catalog.TRAINING_EPISODES)
"""
SETUP = f'{WORK}\ntelemetry = setup_telemetry("service")\nwork()\nprint("alive")'


def _arrived(collector: Collector) -> set[str]:
    found = {
        "traces": "work" in collector.span_names(),
        "metrics": "drl.training.episodes" in collector.metric_names(),
        "logs": "at work" in collector.log_bodies(),
    }
    return {signal for signal, arrived in found.items() if arrived}


ALL = {"traces", "metrics", "logs"}


def _run(code: str, env: dict[str, str]) -> str:
    """The warnings of a process that must get to its end."""
    done = run_code(code, env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "alive"
    return done.stderr


GARBAGE = [
    "DRL_TELEMETRY_SHUTDOWN_DEADLINE",
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_BLRP_EXPORT_TIMEOUT",
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BLRP_MAX_QUEUE_SIZE",
    "OTEL_BLRP_SCHEDULE_DELAY",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS",
    "OTEL_EXPORTER_OTLP_COMPRESSION",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
    "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGS_EXPORTER",
    "OTEL_METRICS_EXEMPLAR_FILTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_METRIC_EXPORT_TIMEOUT",
    "OTEL_PROPAGATORS",
    "OTEL_PYTHON_LOG_HANDLER_LEVEL",
    "OTEL_PYTHON_LOG_LEVEL",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SEMCONV_STABILITY_OPT_IN",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_TRACES_EXPORTER",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
]


def test_bad_variables_stop_nothing(collector: Collector) -> None:
    warnings = _run(SETUP, environment(collector.endpoint, **dict.fromkeys(GARBAGE, "s3cret")))
    assert _arrived(collector) == ALL
    ours = [line for line in warnings.splitlines() if line.startswith("telemetry: ")]
    assert len(ours) > 10
    assert "s3cret" not in "".join(ours)
    assert "export " not in "".join(ours), ours
    assert "invalid literal" not in warnings  # of a number that OpenTelemetry reads, with its value


def test_python_flushes_its_handlers_without_new_threads(collector: Collector) -> None:
    code = f"""{SETUP}
import threading
def refuse(_): raise RuntimeError("can't create new thread at interpreter shutdown")
start, threading.Thread.start = threading.Thread.start, refuse
logging.shutdown()
threading.Thread.start = start
print("alive")
"""
    _run(code, environment(collector.endpoint))
    assert _arrived(collector) == ALL


def test_resource_attributes_that_are_none(collector: Collector) -> None:
    warnings = _run(SETUP, environment(collector.endpoint, OTEL_RESOURCE_ATTRIBUTES="a=1, s3cret,=2,b=3=4"))
    assert warnings.count("OTEL_RESOURCE_ATTRIBUTES") == 1
    assert "s3cret" not in warnings
    resource = collector.resources[0]
    assert (resource["a"], resource["b"]) == ("1", "3=4")


@pytest.mark.parametrize(
    "bad",
    [
        {"OTEL_PROPAGATORS": "none"},
        {"OTEL_PROPAGATORS": "unheard-of"},
        dict.fromkeys(PATTERNS, "content-type,*"),
    ],
)
def test_requests_pass_whatever_the_environment(collector: Collector, bad: dict[str, str]) -> None:
    code = f"""{WORK}
from flask import Flask
import contextlib, requests
app = Flask("service")
telemetry = setup_telemetry("service", app=app)
@app.get("/health")
def health():
    work()
    with consume_span("ticks", {{}}, system="nats"):
        with contextlib.suppress(requests.ConnectionError):
            requests.get("http://127.0.0.1:1/")
    return "well"
assert app.test_client().get("/health").text == "well"
print("alive")
""".replace("import catalog", "import catalog, consume_span")
    _run(code, environment(collector.endpoint, **bad))
    assert set(collector.span_names()) == {"work", "GET", "process ticks", "GET /health"}


@pytest.mark.parametrize("endpoint", ["nonsense", "http://no.such.host.invalid:4317", "http://[::1"])
def test_a_broken_endpoint_stops_nothing(endpoint: str) -> None:
    _run(SETUP, environment(endpoint, DRL_TELEMETRY_SHUTDOWN_DEADLINE="0.2"))


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        ('sys.modules["opentelemetry.exporter.otlp.proto.grpc.trace_exporter"] = None', {"metrics", "logs"}),
        ('sys.modules["grpc"] = None', set()),
        ('sys.modules["opentelemetry.sdk.trace"] = None', set()),
        ('sys.modules["opentelemetry.instrumentation.logging"] = None', {"traces", "metrics"}),
        ('sys.modules["psutil"] = None', ALL),
        ("from opentelemetry.instrumentation import requests as r; r.RequestsInstrumentor.instrument = fail", ALL),
        ("from opentelemetry import trace; trace.set_tracer_provider = fail", ALL),
        ("from drl_trading_common.telemetry import terminate; terminate.install = fail", ALL),
        ("from drl_trading_common.telemetry import setup; setup.resolve = fail", set()),
    ],
)
def test_what_fails_is_left_out(collector: Collector, fault: str, left: set[str]) -> None:
    fail = 'import os, sys\ndef fail(*_, **__): raise RuntimeError("s3cret")\n'
    warnings = _run(f"{fail}{fault}\n{SETUP}", environment(collector.endpoint))
    assert _arrived(collector) == left
    assert "telemetry: " in warnings
    assert "s3cret" not in warnings


def test_without_exporters_nothing_is_instrumented(collector: Collector) -> None:
    code = f"""{WORK}
import logging, threading
none = setup_telemetry("service")
assert not none.enabled
assert threading.active_count() == 1 and not logging.getLogger().handlers
print("alive")
"""
    none = dict.fromkeys(("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER"), "none")
    assert _run(code, environment(collector.endpoint, **none)) == ""


def test_an_app_that_cannot_be_instrumented_works(collector: Collector) -> None:
    code = f"""{WORK}
from flask import Flask
from opentelemetry.instrumentation.flask import FlaskInstrumentor
def fail(*_, **__): raise RuntimeError
FlaskInstrumentor.instrument_app = fail
telemetry = setup_telemetry("service", app=Flask("broken"))
telemetry.instrument(object())
work()
print("alive")
"""
    warnings = _run(code, environment(collector.endpoint))
    assert "telemetry: instrument flask: RuntimeError" in warnings
    assert "want a Flask or FastAPI object, got object" in warnings
    assert _arrived(collector) == ALL


def test_bad_arguments_stop_nothing(collector: Collector) -> None:
    code = f"""{WORK}
import sys
config = TelemetryConfig(protocol="pigeon", sampler="coin", sampler_ratio=7, span_queue=-1, metric_interval_ms=-1)
telemetry = setup_telemetry(None, config=config, app=3, engine=4)
work()
telemetry.metrics.add(catalog.TRADES, "many", side=object())
telemetry.metrics.record(None, 1)
from drl_trading_common.telemetry import timed
with timed(None): pass
print("alive")
"""
    _run(code, environment(collector.endpoint))
    assert _arrived(collector) == ALL


def test_once_from_any_thread(collector: Collector) -> None:
    code = f"""{WORK}
import threading
from flask import Flask
app = Flask("service")
got = []
callers = [threading.Thread(target=lambda: got.append(setup_telemetry("service", app=app))) for _ in range(8)]
for caller in callers: caller.start()
for caller in callers: caller.join()
telemetry = setup_telemetry("service")
assert set(map(id, got)) == {{id(telemetry)}}
assert [thread.name for thread in threading.enumerate()].count("OtelBatchSpanRecordProcessor") == 1
assert len(app.before_request_funcs[None]) == 1, app.before_request_funcs
work()
app.test_client().get("/nothing")
setup_telemetry("other")
assert telemetry.shutdown() and telemetry.shutdown()
print("alive")
"""
    warnings = _run(code, environment(collector.endpoint))
    assert _arrived(collector) == ALL
    # Not the path, of which callers may make any number.
    assert collector.span_names() == ["work", "GET"]
    assert "keep the service name" in warnings


def test_disabled_costs_nothing(collector: Collector) -> None:
    code = """
import logging, signal, sys, threading
from flask import Flask
import requests, sqlalchemy
from fastapi import FastAPI
apps = [Flask("service"), FastAPI()]
watched = [(requests.Session, "send"), (sqlalchemy, "create_engine"), (logging, "getLogRecordFactory"),
    (apps[0], "wsgi_app"), (apps[0], "before_request_funcs"), (apps[0], "after_request_funcs"),
    (apps[1], "user_middleware"), (apps[1], "build_middleware_stack"), (apps[1].router, "lifespan_context")]
def state():
    found = [repr(getattr(owner, name)) for owner, name in watched]
    return found, logging.getLogger().handlers, signal.getsignal(signal.SIGTERM), threading.active_count()
before = state()
from drl_trading_common.telemetry import *
telemetry = setup_telemetry("service", app=apps[0])
telemetry.instrument(apps[1])

@traced("work", attrs=("symbol",))
def work(symbol):
    with span("inner"), timed(catalog.TRADE_DURATION, venue="sim"), feast_op("materialize", view="bars"):
        telemetry.metrics.add(catalog.TRADES)
        telemetry.metrics.watch_queue("ticks", lambda: 1)
work("EURUSD")
incoming = {"traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01", "baggage": "strategy=trend,account=ACC-1"}
with consume_span("ticks", incoming, system="nats"), produce("features", system="nats") as outgoing:
    pass
assert {name: outgoing[name] for name in incoming} == {**incoming, "baggage": "strategy=trend"}
assert not telemetry.enabled and telemetry.flush() and telemetry.shutdown()
assert state() == before, (before, state())
loaded = [name for name in sys.modules if name.startswith(("grpc", "google.protobuf", "opentelemetry.sdk",
    "opentelemetry.instrumentation", "opentelemetry.exporter", "psutil"))]
assert loaded == [], loaded
print("alive")
"""
    env = environment(collector.endpoint, OTEL_SDK_DISABLED="true", DRL_TELEMETRY_BAGGAGE_KEYS="strategy")
    assert _run(code, env) == ""
    assert collector.resources == []


def test_the_environment_alone_changes_the_sampling(collector: Collector) -> None:
    many = f'{SETUP}\nfor _ in range(40):\n    with span("root"), span("child"): pass\nprint("alive")'
    _run(many, environment(collector.endpoint, OTEL_TRACES_SAMPLER="traceidratio", OTEL_TRACES_SAMPLER_ARG="0.5"))
    kept = [span for span in collector.spans if span.name in ("root", "child")]
    assert 0 < len(kept) < 80
    assert {span.trace_state for span in kept} == {"ot=th:8"}
    # Metrics and logs don't depend on it.
    assert _arrived(collector) >= {"metrics", "logs"}


@pytest.fixture(scope="module")
def normal() -> Iterator[Collector]:
    """What a service without a fault has sent."""
    settings = {"OTEL_SERVICE_NAME": "named", "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test"}
    with Collector() as collector:
        assert _run(SETUP, environment(collector.endpoint, **settings)) == "at work\n"
        yield collector


def test_the_environment_names_the_service(normal: Collector) -> None:
    assert len(normal.resources) == 3
    for resource in normal.resources:
        assert resource["service.name"] == "named"
        assert resource["deployment.environment.name"] == "test"
        assert resource["service.instance.id"]


def test_logs_carry_their_span(normal: Collector) -> None:
    (span,) = normal.spans
    (record,) = [each for each in normal.logs if each.body.string_value == "at work"]
    assert (record.trace_id, record.span_id) == (span.trace_id, span.span_id)


def test_process_metrics_only(normal: Collector) -> None:
    names = normal.metric_names()
    assert {
        "process.cpu.time",
        "process.cpu.utilization",
        "process.memory.usage",
        "process.open_file_descriptor.count",
        "cpython.gc.collections",
    } <= names
    assert [name for name in names if name.startswith(("system.", "process.runtime."))] == []
