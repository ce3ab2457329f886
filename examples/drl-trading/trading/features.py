"""The features of a tick, computed from the prices of its symbol."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

import numpy as np
from drl_trading_common.telemetry import catalog, span, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drl_trading_common.telemetry import Metrics
    from numpy.typing import NDArray

    from .messages import Tick

    Prices = NDArray[np.float64]

WINDOW = 32
TIMEFRAME = "tick"


def last_return(prices: Prices) -> float:
    """The change from the tick before, as a share; 0 without one."""
    return float(prices[-1] / prices[-2] - 1) if prices.size > 1 else 0.0


def momentum(prices: Prices) -> float:
    """The price against the window's mean, as a share."""
    return float(prices[-1] / prices.mean() - 1)


def volatility(prices: Prices) -> float:
    """Standard deviation of the logarithmic returns."""
    return float(np.log(prices[1:] / prices[:-1]).std()) if prices.size > 1 else 0.0


def strength(prices: Prices) -> float:
    """Wilder's relative strength index, from 0 to 1; 0.5 while nothing moves."""
    moves = np.diff(prices)
    total = np.abs(moves).sum()
    return float(moves[moves > 0].sum() / total) if total > 0 else 0.5


FEATURES: Mapping[str, Callable[[Prices], float]] = {
    "last_return": last_return,
    "momentum": momentum,
    "volatility": volatility,
    "strength": strength,
}


class Windows:
    """The newest WINDOW prices of each symbol. For one thread."""

    def __init__(self) -> None:
        self._prices: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=WINDOW))

    def add(self, tick: Tick) -> Prices:
        """Adds a tick, and returns its symbol's window, the tick's price last."""
        window = self._prices[tick.symbol]
        window.append(tick.price)
        return np.array(window)


def compute(prices: Prices, metrics: Metrics) -> dict[str, float]:
    """All features of the last of the prices, each timed and counted."""
    values = {}
    with span("features.compute", timeframe=TIMEFRAME, window=int(prices.size)):
        for name, feature in FEATURES.items():
            with timed(catalog.FEATURE_DURATION, feature=name, timeframe=TIMEFRAME):
                values[name] = feature(prices)
            metrics.add(catalog.FEATURES, feature=name, timeframe=TIMEFRAME)
    return values
