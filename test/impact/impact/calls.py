"""Counts the Python functions that a request calls, by whose they are: a measure of work that knows no noise.

python -m impact.calls FORM DATABASE PRICES, in the environment of a mode: prints the calls of a request as JSON. What
export threads do isn't counted: it depends on time.
"""

from __future__ import annotations

import cProfile
import json
import logging
import os
import pstats
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service import instruments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WARM_UP = 20
REQUESTS = 50
LIBRARY = "drl-trading-common"
OPENTELEMETRY = "OpenTelemetry"
SERVICE = "service"


def owner(path: str) -> str:
    """Whose a function is, by its file. What OpenTelemetry calls of Python itself counts as the service's."""
    if "/drl_trading_common/" in path:
        return LIBRARY
    return OPENTELEMETRY if "/opentelemetry/" in path else SERVICE


def count(place_order: Callable[[], object]) -> dict[str, float]:
    """The calls of one order, by owner."""
    for _ in range(WARM_UP):
        place_order()
    # A reader of metrics, or a garbage collection with finalizers, would show now and then.
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(REQUESTS):
        place_order()
    profile.disable()
    calls: Counter[str] = Counter()
    stats: Mapping[tuple[str, int, str], tuple[Any, ...]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (path, _, _), (_, number, *_) in stats.items():
        calls[owner(path)] += number
    return {name: number / REQUESTS for name, number in calls.items()}


def main() -> None:
    """Builds the service of a form, and counts."""
    form, database, prices = sys.argv[1:]
    with Path(os.devnull).open("w") as nowhere:
        logging.basicConfig(level=logging.INFO, stream=nowhere)
        started = instruments.start(form)
        from service.app import build  # noqa: PLC0415

        client = build(started, database, prices).test_client()
        calls = count(lambda: client.post("/orders", json={"symbol": "EURUSD", "quantity": 1}))
    print(json.dumps(calls), flush=True)
    os._exit(0)  # without a flush, which would wait for an endpoint that isn't there


if __name__ == "__main__":
    main()
