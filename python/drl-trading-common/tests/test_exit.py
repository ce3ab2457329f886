"""What is pending when a process ends. Nothing leaves before: the schedule delays are ten minutes."""

from __future__ import annotations

import re
import signal
import socket
import sys
from typing import TYPE_CHECKING

import pytest
import requests

from collector import PATIENCE_S, PROGRAMS, Collector, Program, environment, run_code, running

if TYPE_CHECKING:
    from collections.abc import Iterator

FLASK = [sys.executable, "-u", str(PROGRAMS / "flask_service.py")]
UVICORN = [sys.executable, "-m", "uvicorn", "--port", "0", "fastapi_service:app"]
UVICORN_IN_MAIN = [
    sys.executable,
    "-u",
    "-c",
    "import uvicorn; from fastapi_service import app; uvicorn.run(app, port=0)",
]
GUNICORN = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", "flask_service:app"]
GUNICORN_PRELOAD = [*GUNICORN, "--preload"]
TERMINATED = 128 + signal.SIGTERM
BY_SIGTERM = {-signal.SIGTERM, TERMINATED}


def _get(program: Program, path: str) -> None:
    """Calls the server that the program starts three times."""
    url = re.search(r"http://127\.0\.0\.1:\d+", program.line_with("http://127.0.0.1:"))
    assert url
    for _ in range(3):
        requests.get(url[0] + path, timeout=PATIENCE_S)


@pytest.mark.parametrize("command", [FLASK, UVICORN], ids=["flask", "uvicorn"])
def test_plain_servers_lose_all_on_sigterm(collector: Collector, command: list[str]) -> None:
    with running(command, environment(collector.endpoint, PLAIN="1")) as program:
        _get(program, "/work")
        assert program.end_by(signal.SIGTERM) in BY_SIGTERM
    assert collector.spans == []


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        (FLASK, BY_SIGTERM),
        (UVICORN, BY_SIGTERM),
        (UVICORN_IN_MAIN, BY_SIGTERM),
        (GUNICORN, {0}),
        (GUNICORN_PRELOAD, {0}),
    ],
    ids=["flask", "uvicorn", "uvicorn-in-main", "gunicorn", "gunicorn-preload"],
)
def test_all_arrives_on_sigterm(collector: Collector, command: list[str], codes: set[int]) -> None:
    with running(command, environment(collector.endpoint)) as program:
        _get(program, "/work")
        assert program.end_by(signal.SIGTERM) in codes
    assert collector.span_names().count("GET /work") == 3
    assert {"http.server.request.duration", "process.cpu.time"} <= collector.metric_names()
    if "flask" in "".join(command):
        assert collector.log_bodies().count("at work") == 3


# A job that a shell put into the background inherits that SIGINT is ignored.
_INTERRUPT = """
signal.signal(signal.SIGINT, signal.default_int_handler)
os.kill(os.getpid(), signal.SIGINT)
signal.pause()
"""


@pytest.mark.parametrize(
    "ending",
    ["", "sys.exit(3)", "raise SystemError", _INTERRUPT],
    ids=["end", "exit", "error", "sigint"],
)
def test_all_arrives_when_the_interpreter_ends(collector: Collector, ending: str) -> None:
    run_code(f"{_WORK}\n{ending}", environment(collector.endpoint))
    assert collector.span_names() == ["work"]
    assert "drl.training.episodes" in collector.metric_names()
    assert "worked" in collector.log_bodies()


_WORK = """
import logging, os, signal, sys, threading
from drl_trading_common.telemetry import catalog, setup_telemetry, span
telemetry = setup_telemetry("job")
with span("work"):
    logging.getLogger("job").warning("worked")
telemetry.metrics.add(catalog.TRAINING_EPISODES)
"""


def test_sigterm_while_the_main_thread_holds_the_logging_lock(collector: Collector) -> None:
    code = _WORK + "\nlogging._acquireLock() if hasattr(logging, '_acquireLock') else logging._lock.acquire()\n"
    code += "os.kill(os.getpid(), signal.SIGTERM)\nsignal.pause()"
    assert run_code(code, environment(collector.endpoint)).returncode == TERMINATED
    assert collector.span_names() == ["work"]


def test_a_second_sigterm_ends_at_once(dead: str) -> None:
    code = _WORK + "\nos.kill(os.getpid(), signal.SIGTERM)\nos.kill(os.getpid(), signal.SIGTERM)\nsignal.pause()"
    env = environment(dead, DRL_TELEMETRY_SHUTDOWN_DEADLINE="600", OTEL_EXPORTER_OTLP_TIMEOUT="600000")
    assert run_code(code, env).returncode == TERMINATED


def test_the_service_s_own_handler_stays(collector: Collector) -> None:
    code = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n" + _WORK
    code += "\nos.kill(os.getpid(), signal.SIGTERM)\nsignal.pause()"
    assert run_code(code, environment(collector.endpoint)).returncode == 7
    assert collector.span_names() == ["work"]


def test_setup_outside_the_main_thread_installs_no_handler(collector: Collector) -> None:
    code = """
import signal, threading
from drl_trading_common.telemetry import setup_telemetry
thread = threading.Thread(target=setup_telemetry, args=("job",))
thread.start(); thread.join()
assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
"""
    assert run_code(code, environment(collector.endpoint)).returncode == 0


@pytest.fixture(params=["refuses", "hangs"])
def dead(request: pytest.FixtureRequest) -> Iterator[str]:
    """An endpoint that refuses connections, or one that takes them and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "hangs":
            listener.listen()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


# An export may take 10 min here, more than the tests wait for a process, so that only the deadline can end the wait.
DEAD = {"DRL_TELEMETRY_SHUTDOWN_DEADLINE": "0.5", "OTEL_EXPORTER_OTLP_TIMEOUT": "600000"}


SIGTERM = "os.kill(os.getpid(), signal.SIGTERM); signal.pause()"


@pytest.mark.parametrize(
    ("protocol", "ending"),
    [("grpc", ""), ("grpc", SIGTERM), ("http/protobuf", SIGTERM)],
    ids=["exit", "sigterm", "sigterm-http"],
)
def test_a_dead_endpoint_holds_nobody_beyond_the_deadline(dead: str, protocol: str, ending: str) -> None:
    code = f"{_WORK}\nfor _ in range(9000):\n    telemetry.tracer.start_span('more').end()\n{ending}"
    env = environment(dead, **DEAD, OTEL_EXPORTER_OTLP_PROTOCOL=protocol)
    done = run_code(code, env)
    assert done.returncode == (TERMINATED if ending else 0), done.stderr
    assert "telemetry: give up what is pending of" in done.stderr


@pytest.mark.parametrize(
    ("command", "codes"),
    [(FLASK, BY_SIGTERM), (UVICORN, BY_SIGTERM), (GUNICORN, {0})],
    ids=["flask", "uvicorn", "gunicorn"],
)
def test_a_dead_endpoint_holds_no_server(dead: str, command: list[str], codes: set[int]) -> None:
    with running(command, environment(dead, **DEAD)) as program:
        _get(program, "/work")
        assert program.end_by(signal.SIGTERM) in codes
        assert "telemetry: give up what is pending of" in program.rest()


@pytest.mark.parametrize("command", [FLASK, UVICORN], ids=["flask", "uvicorn"])
def test_errors_are_counted(collector: Collector, command: list[str]) -> None:
    with running(command, environment(collector.endpoint)) as program:
        _get(program, "/busy")
        program.end_by(signal.SIGTERM)
    # FastAPI's are exported twice: at the end of the lifespan, and of the process.
    errors = [metric for metric in collector.metrics if metric.name == "drl.request.errors"]
    (point,) = errors[-1].sum.data_points
    assert point.as_int == 3
    assert [(label.key, label.value.string_value) for label in point.attributes] == [("error.type", "503")]


def test_requests_have_the_catalog_s_buckets_and_labels(collector: Collector) -> None:
    with running(FLASK, environment(collector.endpoint)) as program:
        _get(program, "/orders/4711?customer=7")
        program.end_by(signal.SIGTERM)
    (duration,) = [metric for metric in collector.metrics if metric.name == "http.server.request.duration"]
    (point,) = duration.histogram.data_points
    assert (point.count, duration.unit, point.explicit_bounds[0]) == (3, "s", 0.0005)
    labels = {label.key for label in point.attributes}
    assert labels == {"http.request.method", "http.response.status_code", "url.scheme"}
