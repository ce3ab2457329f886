"""Runs the closing steps of all signals at once, within one deadline."""

from __future__ import annotations

import functools
import logging
import queue
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

STARTS_NONE_AT_EXIT = sys.version_info[:2] == (3, 12)
"""Whether this Python starts no more threads once it runs exit handlers. Others do."""


class Helpers:
    """Daemon threads that wait for a step, for a Python that can't start them when it ends."""

    def __init__(self, count: int) -> None:
        """Starts the threads."""
        self._steps: queue.SimpleQueue[tuple[Callable[[], None], threading.Event]] = queue.SimpleQueue()
        self._idle = threading.Semaphore(count)
        self.count = count
        for _ in range(count):
            threading.Thread(target=self._serve, name="telemetry-helper", daemon=True).start()

    def take(self, step: Callable[[], None], ended: threading.Event) -> bool:
        """Runs the step, which must not raise, in a thread that has nothing to do; False if there is none."""
        if not self._idle.acquire(blocking=False):
            return False
        self._steps.put((step, ended))
        return True

    def _serve(self) -> None:
        while True:
            step, ended = self._steps.get()
            step()
            self._idle.release()
            ended.set()


def run_all(
    steps: Mapping[str, Callable[[], object]], deadline_s: float, helpers: Helpers | None = None
) -> frozenset[str]:
    """Runs every step in a thread of its own, and waits for them at most deadline_s seconds.

    A step that isn't done by then goes on in its daemon thread. A step that raises is logged. Where no thread can be
    started, helpers run the steps; without any that is idle, they run one after the other, which takes as long as they
    take.

    Returns:
        The names of the steps that ended without an error in time.
    """
    end = time.monotonic() + deadline_s
    done: set[str] = set()
    ended = []
    for name, step in steps.items():
        ended.append(threading.Event())
        work = functools.partial(_run, name, step, done)
        try:
            threading.Thread(target=_run_to_end, args=(work, ended[-1]), name=f"telemetry-{name}", daemon=True).start()
        except RuntimeError:
            if helpers is None or not helpers.take(work, ended[-1]):
                _run_to_end(work, ended[-1])
    for event in ended:
        event.wait(max(0.0, end - time.monotonic()))
    return frozenset(done)


def _run_to_end(work: Callable[[], None], ended: threading.Event) -> None:
    work()
    ended.set()


def _run(name: str, step: Callable[[], object], done: set[str]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001
        log.warning("telemetry: close %s: %s", name, type(error).__name__)
    else:
        done.add(name)
