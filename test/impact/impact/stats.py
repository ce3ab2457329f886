"""Medians and ranges over the rounds of a run."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Spread:
    """The median, least and greatest of some values."""

    median: float
    least: float
    greatest: float


def spread(values: Sequence[float]) -> Spread:
    """The spread of at least one value."""
    return Spread(median(values), min(values), max(values))


def ratios(values: Sequence[float], bases: Sequence[float]) -> Spread:
    """The spread of the ratios of values to bases, round by round, as each round has its own state of the machine."""
    return spread([value / base for value, base in zip(values, bases, strict=True)])


def quantile(ascending: Sequence[float], q: float) -> float:
    """The smallest value that at least the share q of the values doesn't exceed (nearest rank)."""
    rank = -int(-q * len(ascending) // 1)  # rounded up
    return ascending[max(rank, 1) - 1]
