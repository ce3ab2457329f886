from __future__ import annotations

import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from drl_trading_common.telemetry.config import SAMPLERS
from drl_trading_common.telemetry.sampling import build_sampler

TRACES = 400


def _kept(sampler: sampling.Sampler) -> list[trace.SpanContext]:
    tracer = TracerProvider(sampler=sampler, shutdown_on_exit=False).get_tracer("test")
    contexts = (tracer.start_span("root").get_span_context() for _ in range(TRACES))
    return [context for context in contexts if context.trace_flags.sampled]


@pytest.mark.parametrize("name", [name for name in SAMPLERS if not name.endswith("off")])
def test_keeps_all_by_default_ratio(name: str) -> None:
    assert len(_kept(build_sampler(name, 1.0))) == TRACES


@pytest.mark.parametrize("name", ["always_off", "parentbased_always_off"])
def test_keeps_none(name: str) -> None:
    assert _kept(build_sampler(name, 1.0)) == []


@pytest.mark.parametrize("name", ["traceidratio", "parentbased_traceidratio"])
def test_a_ratio_says_its_threshold(name: str) -> None:
    kept = _kept(build_sampler(name, 0.25))
    assert 0 < len(kept) < TRACES
    # Keep a quarter: reject randomness below three quarters of 2**56, which is c followed by zeros.
    assert {context.trace_state["ot"] for context in kept} == {"th:c"}


def test_ratios_are_consistent() -> None:
    small, large = build_sampler("traceidratio", 0.1), build_sampler("traceidratio", 0.5)
    for context in _kept(small):
        assert large.should_sample(None, context.trace_id, "root").decision.is_sampled()


@pytest.mark.parametrize("flags", [TraceFlags.SAMPLED, TraceFlags.DEFAULT])
def test_a_parent_decides(flags: int) -> None:
    parent = SpanContext(trace_id=1, span_id=2, is_remote=True, trace_flags=TraceFlags(flags))
    context = set_span_in_context(NonRecordingSpan(parent))
    for name in ("parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"):
        decision = build_sampler(name, 0.5).should_sample(context, 1, "child").decision
        assert decision.is_sampled() is bool(flags)


def test_without_the_experimental_sampler(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace._sampling_experimental", None)
    monkeypatch.delattr("opentelemetry.sdk.trace._sampling_experimental", raising=False)
    assert isinstance(build_sampler("parentbased_traceidratio", 0.1), sampling.ParentBasedTraceIdRatio)
    assert isinstance(build_sampler("traceidratio", 0.1), sampling.TraceIdRatioBased)
    assert "threshold" in caplog.text
