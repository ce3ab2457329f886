"""Flushes the telemetry when SIGTERM ends the process."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

EXIT_CODE = 128 + signal.SIGTERM


def install(shutdown: Callable[[], object]) -> bool:
    """Lets SIGTERM run shutdown and then end the process with EXIT_CODE; a second SIGTERM ends it at once.

    Only where the signal has its default action, which ends Python without atexit, and as process 1 of a container does
    nothing at all. Who handles the signal already (gunicorn, uvicorn, the service) ends the process in an orderly
    way, through atexit or the ASGI lifespan.

    Args:
        shutdown: Returns within its own deadline.

    Returns:
        Whether the handler was installed. Python installs handlers from the main thread only.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return False
    terminator = _Terminator(shutdown)
    signal.signal(signal.SIGTERM, terminator)
    # uvicorn hands the signal on as its last act: the main thread then ends the interpreter while the flush goes on.
    atexit.register(terminator.wait)
    return True


class _Terminator:
    """A signal handler that hands its work to a thread.

    The handler interrupts the main thread anywhere, perhaps while that holds a lock that the flush needs. It returns at
    once, so that the main thread can go on and release it.
    """

    def __init__(self, shutdown: Callable[[], object]) -> None:
        self._shutdown = shutdown
        self._thread: threading.Thread | None = None

    def __call__(self, _signum: int, _frame: FrameType | None) -> None:
        if self._thread is not None:
            os._exit(EXIT_CODE)
        thread = threading.Thread(target=self._end, name="telemetry-sigterm", daemon=True)
        # RuntimeError: the interpreter ends already, with its exit handlers, among them the shutdown.
        with contextlib.suppress(RuntimeError):
            thread.start()
            self._thread = thread

    def wait(self) -> None:
        """After a SIGTERM: doesn't return, as the thread ends the process. Else does nothing."""
        if self._thread is not None:
            self._thread.join()

    def _end(self) -> None:
        try:
            self._shutdown()
        finally:
            # Not the signal again with its default action: as process 1 of a container it would be ignored.
            os._exit(EXIT_CODE)
