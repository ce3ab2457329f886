from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
from typing import TYPE_CHECKING

import pytest
from opentelemetry.trace import SpanKind, StatusCode, get_current_span

from conftest import Recorded
from drl_trading_common.telemetry import catalog, feast_op, span, timed, traced

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator


def _parent(recorded: Recorded, child: str, parent: str) -> bool:
    spans = recorded.spans()
    above, context = spans[child].parent, spans[parent].context
    return above is not None and context is not None and above.span_id == context.span_id


def test_span(recorded: Recorded) -> None:
    with span("outer", kind=SpanKind.CLIENT, attributes={"server.address": "sim"}, symbol="EURUSD", bars=3):
        with span("inner"):
            pass
    outer = recorded.spans()["outer"]
    assert dict(outer.attributes or {}) == {"server.address": "sim", "drl.symbol": "EURUSD", "drl.bars": 3}
    assert outer.kind is SpanKind.CLIENT
    assert _parent(recorded, "inner", "outer")


def test_span_of_an_error(recorded: Recorded) -> None:
    with pytest.raises(KeyError), span("fails"):
        raise KeyError("missing")
    failed = recorded.spans()["fails"]
    assert failed.status.status_code is StatusCode.ERROR
    assert (failed.attributes or {})["error.type"] == "KeyError"
    assert [event.name for event in failed.events] == ["exception"]


def test_traced_takes_what_can_be_called(recorded: Recorded) -> None:
    class Policy:
        def __call__(self, side: str) -> str:
            return side

    assert traced(functools.partial(max, 3))(2) == 3
    assert traced(Policy())("buy") == "buy"
    assert set(recorded.spans()) == {"partial", f"{test_traced_takes_what_can_be_called.__name__}.<locals>.Policy"}


def test_timed(recorded: Recorded) -> None:
    with timed(catalog.FEAST_DURATION, operation="get_online_features"):
        pass
    with pytest.raises(OSError), timed(catalog.FEAST_DURATION, operation="get_online_features"):
        raise OSError
    with timed(catalog.TRADE_DURATION, venue="sim") as labels:
        labels["status"] = "rejected"
    feast = [dict(point.attributes) for point in recorded.points("drl.feast.operation.duration")]
    assert {"operation": "get_online_features", "outcome": "ok"} in feast
    assert {"operation": "get_online_features", "outcome": "error", "error.type": "OSError"} in feast
    (trade,) = recorded.points("drl.trade.duration")
    assert (trade.count, dict(trade.attributes)) == (1, {"venue": "sim", "status": "rejected"})
    assert recorded.points("drl.telemetry.dropped_labels") == []


def test_timed_cancelled(recorded: Recorded) -> None:
    async def cancelled() -> None:
        with timed(catalog.FEAST_DURATION, operation="materialize"):
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    (point,) = recorded.points("drl.feast.operation.duration")
    assert point.attributes["outcome"] == "error"


def test_durations_show_the_trace_they_belong_to(recorded: Recorded) -> None:
    with feast_op("materialize", view="bars"):
        pass
    (point,) = recorded.points("drl.feast.operation.duration")
    (exemplar,) = point.exemplars
    context = recorded.spans()["feast materialize"].context
    assert context is not None
    assert (exemplar.trace_id, exemplar.span_id) == (context.trace_id, context.span_id)


def test_traced_function(recorded: Recorded) -> None:
    @traced("predict", kind=SpanKind.SERVER, attrs=("symbol", "rows", "size"))
    def predict(symbol: str, rows: list[int], account: str, size: int = 2) -> int:
        """Docstring."""
        return len(rows) + size

    assert predict("EURUSD", [1], "ACC-1") == 3
    assert (predict.__name__, predict.__doc__) == ("predict", "Docstring.")
    made = recorded.spans()["predict"]
    assert made.kind is SpanKind.SERVER
    assert dict(made.attributes or {}) == {"drl.symbol": "EURUSD", "drl.size": 2}


def test_traced_without_arguments(recorded: Recorded) -> None:
    @traced
    def work() -> None:
        with span("inside"):
            pass

    work()
    name = "test_traced_without_arguments.<locals>.work"
    assert _parent(recorded, "inside", name)
    assert not recorded.spans()[name].attributes


def test_traced_lets_a_wrong_call_raise_its_own_error(recorded: Recorded) -> None:
    @traced("work", attrs=("symbol",))
    def work(symbol: str) -> None: ...

    with pytest.raises(TypeError, match="symbol"):
        work()  # type: ignore[call-arg]


def test_traced_coroutine(recorded: Recorded) -> None:
    @traced("outer")
    async def outer(fail: bool) -> str:
        await asyncio.sleep(0)
        with span("inner"):
            if fail:
                raise ValueError("no data")
        return "done"

    assert inspect.iscoroutinefunction(outer)
    assert asyncio.run(outer(fail=False)) == "done"
    assert _parent(recorded, "inner", "outer")
    with pytest.raises(ValueError, match="no data"):
        asyncio.run(outer(fail=True))
    assert recorded.spans()["outer"].status.status_code is StatusCode.ERROR


def test_traced_generator(recorded: Recorded) -> None:
    @traced("bars", attrs=("count",))
    def bars(count: int) -> Generator[int, str, str]:
        sent = []
        with span("window"):
            for number in range(count):
                with span(f"bar {number}"):
                    pass
                sent.append((yield number))
        return "".join(sent)

    with span("consumer"):
        generator = bars(2)
        assert next(generator) == 0
        with span("between"):
            assert generator.send("a") == 1
        with pytest.raises(StopIteration) as stop:
            generator.send("b")
        assert get_current_span().get_span_context().span_id != 0
        with span("after"):
            pass
    assert stop.value.value == "ab"
    for child, parent in [
        ("bars", "consumer"),
        ("window", "bars"),
        ("bar 0", "window"),
        ("bar 1", "window"),
        ("between", "consumer"),
        ("after", "consumer"),
    ]:
        assert _parent(recorded, child, parent), child
    assert dict(recorded.spans()["bars"].attributes or {}) == {"drl.count": 2}


def test_traced_generator_closed_thrown_and_failing(recorded: Recorded) -> None:
    closed = []

    @traced("steps")
    def steps() -> Generator[int, None, None]:
        try:
            yield 1
            yield 2
        except KeyError:
            yield 3
        finally:
            closed.append(True)

    first = steps()
    next(first)
    assert "steps" not in recorded.spans()
    first.close()
    assert recorded.spans()["steps"].status.status_code is StatusCode.UNSET

    second = steps()
    next(second)
    assert second.throw(KeyError()) == 3
    with pytest.raises(ValueError, match="boom"):
        second.throw(ValueError("boom"))
    assert recorded.spans()["steps"].status.status_code is StatusCode.ERROR
    assert closed == [True, True]


def test_traced_async_generator(recorded: Recorded) -> None:
    @traced("ticks")
    async def ticks() -> AsyncGenerator[int, str]:
        with span("session"):
            while True:
                await asyncio.sleep(0)
                with span("tick"):
                    got = yield 1
                if got == "stop":
                    return

    async def consume() -> None:
        with span("consumer"):
            stream = ticks()
            await anext(stream)
            with span("between"):
                pass
            with pytest.raises(StopAsyncIteration):
                await stream.asend("stop")
            with span("after"):
                pass
            async with contextlib.aclosing(ticks()) as again:
                await anext(again)

    asyncio.run(consume())
    for child, parent in [("ticks", "consumer"), ("between", "consumer"), ("after", "consumer")]:
        assert _parent(recorded, child, parent), child
    spans = [each for each in recorded.all_spans() if each.name in ("ticks", "session", "tick")]
    assert len(spans) == 6
    assert {each.status.status_code for each in spans} == {StatusCode.UNSET}


def test_helpers_do_nothing_before_setup() -> None:
    with span("nothing", symbol="EURUSD") as current, timed(catalog.TRADE_DURATION, venue="sim"):
        assert not current.is_recording()
