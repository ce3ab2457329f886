"""Runs the closing steps of all signals at once, within one deadline."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


def run_all(steps: Mapping[str, Callable[[], object]], deadline_s: float) -> frozenset[str]:
    """Runs every step in a thread of its own, and waits for them at most deadline_s seconds.

    A step that isn't done by then goes on in its daemon thread. A step that raises is logged.

    Returns:
        The names of the steps that ended without an error in time.
    """
    end = time.monotonic() + deadline_s
    done: set[str] = set()
    threads = []
    for name, step in steps.items():
        thread = threading.Thread(target=_run, args=(name, step, done), name=f"telemetry-{name}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # Late in its exit the interpreter starts no more threads. One step after the other is slower, and works.
            _run(name, step, done)
        else:
            threads.append(thread)
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return frozenset(done)


def _run(name: str, step: Callable[[], object], done: set[str]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001
        log.warning("telemetry: close %s: %s", name, type(error).__name__)
    else:
        done.add(name)
