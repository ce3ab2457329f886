from __future__ import annotations

import threading

import pytest

from drl_trading_common.telemetry import Telemetry, TelemetryConfig, handle
from drl_trading_common.telemetry.drain import Helpers, run_all
from drl_trading_common.telemetry.pipelines import Pipeline, Providers


def test_steps_run_at_once() -> None:
    # Each step waits for the other: one after the other they would never end.
    barrier = threading.Barrier(3)
    steps = dict.fromkeys(("traces", "metrics", "logs"), barrier.wait)
    assert run_all(steps, 30) == {"traces", "metrics", "logs"}


def test_a_late_step_is_left_behind() -> None:
    release = threading.Event()
    assert run_all({"traces": release.wait, "logs": lambda: None}, 0.05) == {"logs"}
    release.set()


def test_a_failing_step_is_logged_by_type_only(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OSError("https://user:password@agent")

    assert run_all({"traces": fail, "logs": lambda: None}, 30) == {"logs"}
    assert "close traces: OSError" in caplog.text
    assert "password" not in caplog.text


def _refuse(_thread: threading.Thread) -> None:
    raise RuntimeError("can't create new thread at interpreter shutdown")


def test_without_new_threads_helpers_run_the_steps_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers, release = Helpers(3), threading.Event()
    monkeypatch.setattr(threading.Thread, "start", _refuse)
    for _ in range(2):  # a helper takes one step after the other
        barrier = threading.Barrier(3)
        assert len(run_all(dict.fromkeys(("traces", "metrics", "logs"), barrier.wait), 30, helpers)) == 3
    late = dict.fromkeys(("traces", "metrics", "logs"), release.wait)
    assert run_all(late, 0.05, helpers) == set()
    # All are busy: what cancels the late steps returns at once, so it needs none.
    assert run_all({"traces": release.set}, 30, helpers) == {"traces"}


def test_without_new_threads_steps_run_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Thread, "start", _refuse)
    assert run_all({"traces": lambda: None, "logs": lambda: None}, 30) == {"traces", "logs"}


class _Stuck:
    """A pipeline whose exports end only when they are cancelled."""

    def __init__(self) -> None:
        self.cancelled, self.called = threading.Event(), threading.Event()
        self.calls: list[str] = []
        self.pipeline = Pipeline(lambda: self._call("flush"), lambda: self._call("shutdown"), self.cancelled.set)

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self.called.set()
        self.cancelled.wait()


def test_shutdown_cancels_what_is_late_and_only_that(caplog: pytest.LogCaptureFixture) -> None:
    stuck, calls = _Stuck(), []
    healthy = Pipeline(lambda: None, lambda: calls.append("shutdown"), lambda: calls.append("cancel"))
    telemetry = Telemetry("test", TelemetryConfig(), Providers({"traces": stuck.pipeline, "logs": healthy}))
    assert telemetry.shutdown(0.05) is False
    assert stuck.cancelled.is_set()
    assert calls == ["shutdown"]
    assert "give up what is pending of traces" in caplog.text

    assert telemetry.shutdown() is True
    assert telemetry.flush() is True
    assert (stuck.calls, calls) == (["shutdown"], ["shutdown"])


def test_without_new_threads_the_deadline_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handle, "STARTS_NONE_AT_EXIT", True)
    stuck = _Stuck()
    telemetry = Telemetry("test", TelemetryConfig(), Providers({"traces": stuck.pipeline}))
    telemetry.renew_locks()  # as in the child of a fork
    monkeypatch.setattr(threading.Thread, "start", _refuse)
    assert telemetry.shutdown(0.05) is False
    assert stuck.cancelled.is_set()


def test_a_flush_out_of_time_leaves_none_for_the_shutdown() -> None:
    stuck = _Stuck()
    telemetry = Telemetry("test", TelemetryConfig(), Providers({"traces": stuck.pipeline}))
    assert telemetry.flush(0.05) is False
    # With a deadline of its own it would outlast the test's.
    assert telemetry.shutdown(600) is False
    assert stuck.cancelled.is_set()


def test_a_second_shutdown_waits_for_the_first() -> None:
    stuck = _Stuck()
    telemetry = Telemetry("test", TelemetryConfig(shutdown_deadline_s=600), Providers({"traces": stuck.pipeline}))
    first = threading.Thread(target=telemetry.shutdown)
    first.start()
    assert stuck.called.wait(30)
    ended = threading.Event()

    def shut_down() -> None:
        telemetry.shutdown()
        ended.set()

    second = threading.Thread(target=shut_down)
    second.start()
    assert not ended.wait(0.05)
    stuck.cancelled.set()
    assert ended.wait(30)
    for thread in (first, second):
        thread.join()


def test_flush_cancels_nothing() -> None:
    stuck = _Stuck()
    telemetry = Telemetry("test", TelemetryConfig(shutdown_deadline_s=0.05), Providers({"traces": stuck.pipeline}))
    assert telemetry.flush() is False
    assert not stuck.cancelled.is_set()
    stuck.cancelled.set()
