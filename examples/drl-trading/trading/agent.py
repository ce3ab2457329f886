"""The reinforcement learning of the training job: an environment made of past prices, and REINFORCE on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import features
from .policy import ACTIONS, INPUTS, softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

POSITIONS = np.array([1.0, 0.0, -1.0])
"""What each of ACTIONS holds."""

_STEP = 0.5
_MIN_HISTORY = 2


@dataclass(frozen=True, slots=True)
class Environment:
    """Past prices as a reinforcement learning task.

    Attributes:
        inputs: One row of standardised INPUTS for each step.
        returns: The price's change after each step, standardised: a position earns it.
    """

    inputs: Vector
    returns: Vector

    @classmethod
    def from_prices(cls, prices: Vector) -> Environment:
        """Raises ValueError for fewer than two prices."""
        if prices.size < _MIN_HISTORY:
            raise ValueError(f"make environment: want at least {_MIN_HISTORY} prices, got {prices.size}")
        rows = [
            [features.FEATURES[name](prices[max(0, i - features.WINDOW) : i]) for name in INPUTS]
            for i in range(1, prices.size)
        ]
        returns = np.diff(np.log(prices))
        return cls(_standardise(np.array(rows)), returns / (returns.std() or 1.0))


class Learner:
    """A softmax policy that learns by REINFORCE with the mean reward as its baseline."""

    def __init__(self, seed: int = 0) -> None:
        self.weights = np.zeros((len(ACTIONS), len(INPUTS)))
        self._random = np.random.default_rng(seed)

    def episode(self, environment: Environment) -> float:
        """Goes once through the environment, learns from it, and returns the mean reward of a step."""
        probabilities = np.array([softmax(self.weights @ row) for row in environment.inputs])
        draws = self._random.random(len(probabilities))
        actions = np.minimum((probabilities.cumsum(axis=1) < draws[:, None]).sum(axis=1), len(ACTIONS) - 1)
        rewards = POSITIONS[actions] * environment.returns
        chosen = np.eye(len(ACTIONS))[actions]
        advantage = rewards - rewards.mean()
        gradient = ((chosen - probabilities) * advantage[:, None]).T @ environment.inputs / len(actions)
        self.weights += _STEP * gradient
        return float(rewards.mean())


def _standardise(columns: Vector) -> Vector:
    spread = columns.std(axis=0)
    return (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)  # type: ignore[no-any-return]
