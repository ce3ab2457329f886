"""The order of the measurements, and what is kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact.modes import MODES, VARIANTS, Mode
from impact.run import run, schedule
from impact.stats import Spread

from .made import result

if TYPE_CHECKING:
    import pytest

    from impact.measure import Result

BASE = Mode(key="none", title="base")
OTHER = Mode(key="other", title="other")
VARIANT = Mode(key="variant", title="variant", base="other")


def test_schedule_turns_round_and_variants_sit_out() -> None:
    keys = [(turn, mode.key) for turn, mode in schedule([BASE, OTHER], [VARIANT], 3, 1)]
    assert keys == [
        (0, "none"),
        (0, "other"),
        (0, "variant"),
        (1, "other"),
        (1, "none"),
        (2, "none"),
        (2, "other"),
    ]


def test_run_compares_within_rounds(capsys: pytest.CaptureFixture[str]) -> None:
    """The second round is four times slower; a variant that takes part in one round is compared with that one."""
    given = iter([1.0, 2.0, 3.0, 8.0, 4.0])

    def measure(_mode: Mode) -> Result:
        return result(next(given))

    results = run(list(schedule([BASE, OTHER], [VARIANT], 2, 1)), measure)
    assert results.ratio(OTHER, "service_cpu") == Spread(2, 2, 2)
    assert results.ratio(VARIANT, "service_cpu") == Spread(1.5, 1.5, 1.5)
    assert results.spread(OTHER, "p50") == Spread(10000, 4000, 16000)
    assert "5/5 none: service_cpu 4000.00" in capsys.readouterr().err


def test_each_base_is_measured() -> None:
    keys = [mode.key for mode in (*MODES, *VARIANTS)]
    assert len(set(keys)) == len(keys)
    assert {mode.base for mode in (*MODES, *VARIANTS)} <= set(keys)
