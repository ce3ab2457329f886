from __future__ import annotations

from typing import Any

import pytest

from conftest import Recorded
from drl_trading_common.telemetry import catalog
from drl_trading_common.telemetry.catalog import CATALOG, Gauge, Histogram, Metric


def _declared() -> list[Metric]:
    return [value for value in vars(catalog).values() if isinstance(value, Metric)]


def test_the_catalog_holds_every_metric_once() -> None:
    assert sorted(metric.name for metric in CATALOG) == sorted({metric.name for metric in _declared()})


@pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.name)
def test_declaration(metric: Metric) -> None:
    assert metric.unit
    assert metric.description.endswith(".")
    words = {word for label in metric.labels for word in label.replace("_", ".").split(".")}
    assert not words & {"id", "account", "user", "email", "order", "correlation"}
    if isinstance(metric, Histogram):
        assert metric.unit == "s"
        assert list(metric.buckets) == sorted(set(metric.buckets))


def test_counter_gauge_histogram(recorded: Recorded) -> None:
    metrics = recorded.telemetry.metrics
    metrics.add(catalog.TRADES, side="buy", status="filled", venue="sim")
    metrics.add(catalog.TRADES, 2, side="buy", status="filled", venue="sim")
    metrics.set(catalog.PREPROCESS_HEALTH, 1)
    metrics.record(catalog.PREDICTION_DURATION, 0.002, model_version="7")

    (trades,) = recorded.points("drl.trades")
    assert (trades.value, dict(trades.attributes)) == (3, {"side": "buy", "status": "filled", "venue": "sim"})
    assert [point.value for point in recorded.points("drl.preprocess.health")] == [1]
    (duration,) = recorded.points("drl.prediction.duration")
    assert dict(duration.attributes) == {"model.version": "7"}
    assert duration.explicit_bounds == catalog.MILLISECONDS_TO_SECONDS
    assert duration.bucket_counts[duration.explicit_bounds.index(0.0025)] == 1


def test_unknown_labels_are_dropped_counted_and_warned_of_once(
    recorded: Recorded, caplog: pytest.LogCaptureFixture
) -> None:
    for account in ("ACC-1", "ACC-2"):
        recorded.telemetry.metrics.add(catalog.TRADES, side="buy", account_id=account)
    (trades,) = recorded.points("drl.trades")
    assert (trades.value, dict(trades.attributes)) == (2, {"side": "buy"})
    (dropped,) = recorded.points("drl.telemetry.dropped_labels")
    assert (dropped.value, dict(dropped.attributes)) == (2, {"metric": "drl.trades"})
    assert [record.getMessage().count("account_id") for record in caplog.records] == [1]
    assert "ACC" not in caplog.text


@pytest.mark.parametrize("value", ["many", None, float("nan"), float("inf")])
def test_what_is_no_number_is_left_out(recorded: Recorded, caplog: pytest.LogCaptureFixture, value: Any) -> None:
    for _ in range(2):
        recorded.telemetry.metrics.record(catalog.TRADE_DURATION, value)
        recorded.telemetry.metrics.add(value, 1)
    assert recorded.points("drl.trade.duration") == []
    assert caplog.text.count("record metric drl.trade.duration") == 1


def test_a_label_that_cannot_be_read_stops_nothing(recorded: Recorded) -> None:
    class Unreadable:
        def __str__(self) -> str:
            raise RuntimeError

    recorded.telemetry.metrics.add(catalog.TRADES, side=Unreadable())


def test_symbols_by_allow_list(recorded: Recorded) -> None:
    for symbol in ("EURUSD", "ACC-12345678", "XYZ"):
        recorded.telemetry.metrics.add(catalog.PREDICTIONS, symbol=symbol)
    values = {point.attributes["symbol"]: point.value for point in recorded.points("drl.predictions")}
    assert values == {"EURUSD": 1, "other": 2}


def test_queue_depth(recorded: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    depths = {"ticks": 3, "features": 0}
    recorded.telemetry.metrics.watch_queue("ticks", lambda: depths["ticks"])
    recorded.telemetry.metrics.watch_queue("features", lambda: depths["features"])
    recorded.telemetry.metrics.watch_queue("broken", lambda: depths["none"])

    def read() -> dict[str, int]:
        return {p.attributes["messaging.destination.name"]: p.value for p in recorded.points("drl.queue.depth")}

    assert read() == {"ticks": 3, "features": 0}
    depths["ticks"] = 5
    recorded.telemetry.metrics.watch_queue("features", lambda: 9)
    assert read() == {"ticks": 5, "features": 9}
    assert caplog.text.count("depth of queue broken") == 1


def test_a_service_declares_its_own(recorded: Recorded) -> None:
    spread = Gauge("drl.ingest.spread", "1", "Spread of the latest tick.", ("venue",))
    recorded.telemetry.metrics.set(spread, 0.2, venue="sim")
    assert [point.value for point in recorded.points("drl.ingest.spread")] == [0.2]
