from __future__ import annotations

import asyncio
import contextvars
import logging
import threading

import pytest
from opentelemetry.trace import format_trace_id, get_current_span

from conftest import Recorded
from drl_trading_common.telemetry import CorrelatedFormatter, log_context, span
from drl_trading_common.telemetry.log_export import ExportFilter


def _record(name: str = "service") -> logging.LogRecord:
    return logging.LogRecord(name, logging.INFO, "file.py", 1, "priced %s", ("bar",), None)


def _exported_fields() -> dict[str, object]:
    record = _record()
    assert ExportFilter().filter(record)
    return {name: value for name, value in vars(record).items() if name.startswith("drl.")}


def test_fields_nest_and_end() -> None:
    with log_context(symbol="EURUSD", bar=1):
        with log_context(bar=2, stage="features"):
            assert _exported_fields() == {"drl.symbol": "EURUSD", "drl.bar": "2", "drl.stage": "features"}
        assert _exported_fields() == {"drl.symbol": "EURUSD", "drl.bar": "1"}
    assert _exported_fields() == {}


def test_fields_follow_await_and_stay_apart_between_tasks() -> None:
    async def work(symbol: str, barrier: asyncio.Barrier) -> dict[str, object]:
        with log_context(symbol=symbol):
            await barrier.wait()
            return _exported_fields()

    async def main() -> list[dict[str, object]]:
        barrier = asyncio.Barrier(2)
        return list(await asyncio.gather(work("EURUSD", barrier), work("XAUUSD", barrier)))

    assert asyncio.run(main()) == [{"drl.symbol": "EURUSD"}, {"drl.symbol": "XAUUSD"}]


def test_fields_enter_a_thread_with_its_copied_context() -> None:
    seen: list[dict[str, object]] = []
    with log_context(symbol="EURUSD"):
        copied = contextvars.copy_context()
        plain = threading.Thread(target=lambda: seen.append(_exported_fields()))
        carried = threading.Thread(target=lambda: seen.append(copied.run(_exported_fields)))
        for thread in (plain, carried):
            thread.start()
            thread.join()
    assert seen == [{}, {"drl.symbol": "EURUSD"}]


@pytest.mark.parametrize(
    ("name", "exported"),
    [("opentelemetry", False), ("opentelemetry.sdk.trace", False), ("opentelemetrys", True), ("service", True)],
)
def test_own_records_are_held_back(name: str, exported: bool) -> None:
    assert ExportFilter().filter(_record(name)) is exported


def test_console_format(recorded: Recorded) -> None:
    formatter = CorrelatedFormatter("%(levelname)s %(message)s")
    assert formatter.format(_record()) == "INFO priced bar"
    record = _record()
    with span("work"), log_context(symbol="EURUSD"):
        current = get_current_span().get_span_context()
        text = formatter.format(record)
    assert text == (
        f"INFO priced bar trace_id={format_trace_id(current.trace_id)} span_id={current.span_id:016x} symbol=EURUSD"
    )
    assert not hasattr(record, "trace_id")


@pytest.mark.parametrize(
    ("others", "level", "shown"),
    [([], logging.WARNING, "priced bar\n"), ([], logging.INFO, ""), ([logging.NullHandler()], logging.WARNING, "")],
)
def test_warnings_still_reach_stderr_where_nobody_else_handles_them(
    others: list[logging.Handler],
    level: int,
    shown: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    exporting = logging.NullHandler()
    exporting.addFilter(ExportFilter())
    monkeypatch.setattr(logging.getLogger(), "handlers", [exporting, *others])
    record = _record("service.orders")
    record.levelno = level
    exporting.filter(record)
    assert capsys.readouterr().err == shown
