"""The processes of a measurement: started on free ports, read by their CPU clocks, and ended."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

READY_S = 30.0
_CPUCLOCK_SCHED = 2


class StartError(RuntimeError):
    """A process that isn't ready in time, or ends before it is."""


@contextlib.contextmanager
def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a command for a block, with its output in log; then SIGTERM, and SIGKILL if it doesn't end in 10 s."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command), stdout=output, stderr=output, env=dict(environment) if environment is not None else None
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> float:
    """Waits until a GET of url is answered with 200; returns the seconds it took. Raises StartError."""
    begin = time.perf_counter()
    while time.perf_counter() - begin < READY_S:
        if process.poll() is not None:
            break
        with contextlib.suppress(URLError, ConnectionError), urlopen(url, timeout=5):
            return time.perf_counter() - begin
        time.sleep(0.005)
    last = log.read_text(errors="replace")[-2000:]
    raise StartError(f"wait for {url}: not answered; the end of its log:\n{last}")


def free_ports(count: int) -> list[int]:
    """Loopback ports that nothing listens on.

    All are taken before one is given back, as a port that was given back can be the next one taken.
    """
    with contextlib.ExitStack() as taken:
        probes = [taken.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def cpu_seconds(pid: int) -> float:
    """CPU time of all threads of a process so far, of those that ended, too, in ns resolution.

    /proc counts in ticks of 10 ms. The clock's number is made as clock_getcpuclockid(3) does.
    """
    return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)


def resident_mib(pid: int) -> float:
    """Resident memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"read memory of process {pid}: no VmRSS")
