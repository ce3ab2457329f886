"""Lets the children of multiprocessing flush before they end."""

from __future__ import annotations

import multiprocessing
from multiprocessing import util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .handle import Telemetry


def flush_children(telemetry: Telemetry) -> None:
    """Ends the telemetry of a child of multiprocessing with the child: of this one if it is one, and of those to come.

    multiprocessing ends a forked child by os._exit, which runs no atexit; it runs only the finalizers that were made in
    the child itself. Pools and concurrent.futures end theirs the same way.
    """
    if multiprocessing.parent_process() is not None:
        _shut_down_at_end(telemetry)
    util.register_after_fork(telemetry, _shut_down_at_end)


def _shut_down_at_end(telemetry: Telemetry) -> None:
    # Priority 0 runs before the child waits for children of its own.
    util.Finalize(None, telemetry.shutdown, exitpriority=0)
