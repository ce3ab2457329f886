"""Medians, ranges, ratios and quantiles."""

from __future__ import annotations

import pytest

from impact.stats import Spread, quantile, ratios, spread


@pytest.mark.parametrize(
    ("values", "want"),
    [
        ([3.0], Spread(3, 3, 3)),
        ([4.0, 1.0, 2.0], Spread(2, 1, 4)),
        ([4.0, 1.0, 2.0, 3.0], Spread(2.5, 1, 4)),
    ],
)
def test_spread(values: list[float], want: Spread) -> None:
    assert spread(values) == want


def test_ratios_are_taken_round_by_round() -> None:
    """A machine that gets three times slower changes no ratio."""
    assert ratios([20.0, 60.0], [10.0, 30.0]) == Spread(2, 2, 2)


def test_ratios_want_as_many_bases() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratios([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("q", "want"),
    [(0.0, 1.0), (0.01, 1.0), (0.5, 50.0), (0.505, 51.0), (0.99, 99.0), (1.0, 100.0)],
)
def test_quantile_is_the_nearest_rank(q: float, want: float) -> None:
    assert quantile([float(value) for value in range(1, 101)], q) == want


def test_quantile_of_one_value() -> None:
    assert quantile([7.0], 0.99) == 7.0
