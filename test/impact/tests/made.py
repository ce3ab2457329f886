"""Results for tests of tables and plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact.measure import Result
from impact.run import Results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact.modes import Mode


def result(factor: float) -> Result:
    return Result(
        service_cpu=1000 * factor,
        agent_cpu=50 * factor,
        p50=2000 * factor,
        p99=4000 * factor,
        service_memory=60 * factor,
        agent_memory=30,
        start=1.5 * factor,
    )


def results(modes: Sequence[Mode], turns: int = 2) -> Results:
    """Mode n costs n times the first; the second round of all is twice as slow."""
    made = Results()
    for turn in range(turns):
        for number, mode in enumerate(modes, 1):
            made.add(mode, turn, result(number * (1 + turn)))
            made.add_calls(mode, {"service": 500.0 * number, "OpenTelemetry": 500.0 * number})
    return made
