"""The parts that decide: features, policy, learning, messages. The services as a whole are tested in containers."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import numpy as np
import pytest
import requests
from drl_trading_common.telemetry import Metrics
from opentelemetry.metrics import NoOpMeter

from trading import exchange, features, messages, policy, training
from trading.agent import Environment, Learner
from trading.faults import REJECTED_ORDERS, Faults
from trading.messages import BUY, HOLD, SELL, Features, Prediction, Tick

METRICS = Metrics(NoOpMeter("test"))


def tick(price: float) -> Tick:
    return Tick("EURUSD", price, 1.0, 1_700_000_000.0)


@pytest.mark.parametrize(
    ("prices", "action"),
    [
        pytest.param([1.0], HOLD, id="first"),
        pytest.param([1.0] * 40, HOLD, id="flat"),
        pytest.param([1.0 + i / 100 for i in range(40)], BUY, id="rising"),
        pytest.param([2.0 - i / 100 for i in range(40)], SELL, id="falling"),
    ],
)
def test_the_policy_follows_the_prices(prices: list[float], action: str) -> None:
    windows = features.Windows()
    for price in prices:
        window = windows.add(tick(price))
    assert window.size == min(len(prices), features.WINDOW)
    values = features.compute(window, METRICS)
    assert all(np.isfinite(value) for value in values.values())
    decided, confidence = policy.decide(values)
    assert decided == action
    assert 1 / len(policy.ACTIONS) < confidence <= 1


def test_symbols_have_windows_of_their_own() -> None:
    windows = features.Windows()
    windows.add(tick(1.0))
    assert windows.add(Tick("XAUUSD", 2000.0, 1.0, 0.0)).tolist() == [2000.0]


def test_messages_survive_the_queue() -> None:
    customer = Tick("EURUSD", 1.1, 2.0, 3.0, {"email": "ada@example.com"})
    features_of = Features(customer, {"momentum": 0.1})
    prediction = Prediction("1", customer, BUY, 0.9, "1", 4.0)
    assert messages.decode(Tick, messages.encode(customer)) == customer
    assert messages.decode(Features, messages.encode(features_of)) == features_of
    assert messages.decode(Prediction, messages.encode(prediction)) == prediction


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"1",
        b'{"symbol": "EURUSD", "price": "x", "at": 1}',
        b'{"symbol": "EURUSD", "price": 0, "at": 1}',
        b'{"symbol": "EURUSD", "price": 1}',
        b'{"symbol": "ZZZ", "price": 1, "at": 1}',
        b'{"tick": {}}',
    ],
)
@pytest.mark.parametrize("kind", [Tick, Features])
def test_what_is_no_message_is_a_value_error(kind: type[Tick], body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        messages.decode(kind, body)


def test_the_exchange_rejects_the_given_share() -> None:
    assert exchange.answer(1.0, 0.0)["status"] == "filled"
    assert exchange.answer(1.0, 1.0)["status"] == "rejected"


def test_the_exchange_places_an_order_once() -> None:
    client = exchange.make_app(Faults(REJECTED_ORDERS)).test_client()
    order = {"id": "1", "price": 1.0}
    assert client.post("/orders", json=order).json == client.post("/orders", json=order).json
    assert client.put("/faults/slow_model", data="1").status_code == 404
    assert client.put("/faults/rejected_orders", data="many").status_code == 400
    assert client.put("/faults/rejected_orders", data="1").status_code == 200
    placed = client.post("/orders", json={"id": "2", "price": 1.0}).json
    assert placed is not None
    assert placed["status"] == "rejected"


def test_the_learner_earns_more_by_learning() -> None:
    steps = np.random.default_rng(1).normal(0, 1e-3, 400)
    trend = np.repeat(np.tile([1e-3, -1e-3], 4), 50)
    environment = Environment.from_prices(np.exp(np.cumsum(steps + trend)))
    learner = Learner()
    rewards = [learner.episode(environment) for _ in range(200)]
    assert np.mean(rewards[-20:]) > np.mean(rewards[:20]) + 0.1


def test_an_environment_needs_two_prices() -> None:
    with pytest.raises(ValueError, match="at least 2 prices, got 1"):
        Environment.from_prices(np.array([1.0]))


class Ingest(BaseHTTPRequestHandler):
    """An ingest whose database is dead for a while."""

    answers: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        status = self.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b'{"ticks": [{"price": 1.5}, {"price": 2.5}]}' if status == 200 else b"no")

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_training_outlives_a_dead_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_PAUSE_S", 0.0)
    with HTTPServer(("127.0.0.1", 0), Ingest) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        Ingest.answers = [500, 503, 200]
        assert training.read_history(url, 2, time.monotonic() + 60).tolist() == [1.5, 2.5]
        Ingest.answers = [400]
        with pytest.raises(requests.HTTPError):
            training.read_history(url, 2, time.monotonic() + 60)
        server.shutdown()
