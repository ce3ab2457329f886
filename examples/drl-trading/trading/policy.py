"""A small policy: the probabilities of the actions from the features of a tick, by one matrix and softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .messages import BUY, HOLD, SELL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

ACTIONS = (BUY, HOLD, SELL)
VERSION = "1"
INPUTS = ("last_return", "momentum", "volatility", "strength")

# What each action gains by each input. Shares of a price are small, so their weights are large.
_WEIGHTS = np.array([[400.0, 900.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0], [-400.0, -900.0, 0.0, -1.0]])
_BIAS = np.array([-0.5, 0.05, 0.5])


def softmax(scores: Vector) -> Vector:
    """Probabilities that grow with the scores."""
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()  # type: ignore[no-any-return]


def decide(values: Mapping[str, float]) -> tuple[str, float]:
    """The likeliest action and its probability. Raises KeyError when a feature is missing."""
    inputs = np.array([values[name] for name in INPUTS])
    probabilities = softmax(_WEIGHTS @ inputs + _BIAS)
    best = int(probabilities.argmax())
    return ACTIONS[best], float(probabilities[best])
