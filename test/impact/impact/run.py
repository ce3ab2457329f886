"""All measurements of a run, in turns."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from .stats import Spread, ratios, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .measure import Result
    from .modes import Mode


class Results:
    """The results of each mode by round."""

    def __init__(self) -> None:
        self._results: dict[str, dict[int, Result]] = {}
        self._calls: dict[str, dict[str, float]] = {}

    def add(self, mode: Mode, turn: int, result: Result) -> None:
        """Keeps what a mode gave in a round."""
        self._results.setdefault(mode.key, {})[turn] = result

    def add_calls(self, mode: Mode, calls: dict[str, float]) -> None:
        """Keeps the Python calls of a request in a mode, by owner."""
        self._calls[mode.key] = calls

    def calls(self, mode: Mode) -> float:
        """The Python calls of a request in a mode."""
        return sum(self._calls[mode.key].values())

    def added_calls(self, mode: Mode) -> float:
        """The share that the mode adds to the calls of its base."""
        return self.calls(mode) / sum(self._calls[mode.base].values()) - 1

    def spread(self, mode: Mode, field: str) -> Spread:
        """The spread of a field of Result over the mode's rounds."""
        return spread([getattr(result, field) for result in self._results[mode.key].values()])

    def ratio(self, mode: Mode, field: str) -> Spread:
        """The spread of the field's ratios to the same round of the mode's base."""
        base = self._results[mode.base]
        rounds = [turn for turn in self._results[mode.key] if turn in base]
        values = [getattr(self._results[mode.key][turn], field) for turn in rounds]
        return ratios(values, [getattr(base[turn], field) for turn in rounds])


def schedule(
    modes: Sequence[Mode], variants: Sequence[Mode], rounds: int, variant_rounds: int
) -> Iterator[tuple[int, Mode]]:
    """Every round measures all; variants take part in the first ones. Every second round goes backwards.

    So a mode isn't always before or after the same other, and a drift of the machine meets the first as the last.
    """
    for turn in range(rounds):
        measured = [*modes, *(variants if turn < variant_rounds else ())]
        yield from ((turn, mode) for mode in (reversed(measured) if turn % 2 else measured))


def run(turns: Sequence[tuple[int, Mode]], measure: Callable[[Mode], Result]) -> Results:
    """Measures in that order, and tells of each on stderr."""
    results = Results()
    for done, (turn, mode) in enumerate(turns, 1):
        result = measure(mode)
        results.add(mode, turn, result)
        values = ", ".join(f"{name} {value:.2f}" for name, value in asdict(result).items())
        print(f"{done}/{len(turns)} {mode.key}: {values}", file=sys.stderr, flush=True)
    return results
