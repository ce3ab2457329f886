"""A batch job: reads the history of a symbol through ingest, trains a policy on it, and ends."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

import numpy as np
import requests
from drl_trading_common.telemetry import catalog, span, traced

from .agent import Environment, Learner
from .settings import start_telemetry

if TYPE_CHECKING:
    from drl_trading_common.telemetry import Metrics
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

ALGORITHM = "reinforce"
SYMBOL = "EURUSD"

_PAUSE_S = 2.0


def main() -> None:
    """Runs the job, and ends when what it measured has left."""
    telemetry = start_telemetry("training")
    episodes = int(os.environ.get("TRAINING_EPISODES", "20"))
    ticks = int(os.environ.get("TRAINING_TICKS", "200"))
    wait_s = float(os.environ.get("TRAINING_WAIT", "300"))
    try:
        with span("training.run", symbol=SYMBOL, algorithm=ALGORITHM):
            prices = read_history(os.environ["INGEST_URL"], ticks, time.monotonic() + wait_s)
            train(prices, episodes, telemetry.metrics)
    finally:
        telemetry.shutdown()


def read_history(ingest: str, ticks: int, deadline: float) -> NDArray[np.float64]:
    """The prices of the newest ticks, oldest first. Waits until there are as many.

    Args:
        ingest: URL of the service.
        ticks: How many.
        deadline: Of time.monotonic(); raises TimeoutError at it.
    """
    while True:
        prices = np.array(newest(ingest, ticks))
        if prices.size >= ticks:
            return prices
        if time.monotonic() > deadline:
            raise TimeoutError(f"read history: {prices.size} ticks of {ticks} in time")
        time.sleep(_PAUSE_S)


@traced("training.read_history")
def newest(ingest: str, ticks: int) -> list[float]:
    """The prices of the newest ticks, oldest first; none while ingest can't be reached or can't read them."""
    try:
        response = requests.get(f"{ingest}/ticks", params={"symbol": SYMBOL, "limit": str(ticks)}, timeout=10)
    except (requests.ConnectionError, requests.Timeout):
        return []
    if response.status_code >= requests.codes.server_error:
        return []
    response.raise_for_status()
    return [tick["price"] for tick in response.json()["ticks"]]


def train(prices: NDArray[np.float64], episodes: int, metrics: Metrics) -> Learner:
    """Runs the episodes, and returns what was learned."""
    environment = Environment.from_prices(prices)
    learner = Learner()
    for number in range(episodes):
        with span("training.episode", number=number, steps=len(environment.returns)) as current:
            reward = learner.episode(environment)
            current.set_attribute("drl.reward", reward)
        metrics.add(catalog.TRAINING_EPISODES, algorithm=ALGORITHM)
        metrics.set(catalog.TRAINING_REWARD, reward, algorithm=ALGORITHM)
    log.info("trained %d episodes on %d ticks", episodes, prices.size)
    return learner


if __name__ == "__main__":
    main()
