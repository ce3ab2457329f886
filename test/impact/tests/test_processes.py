"""Processes and their clocks."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from impact.processes import StartError, cpu_seconds, free_ports, resident_mib, running, wait_for

if TYPE_CHECKING:
    from pathlib import Path


def test_cpu_clock_counts_work_of_another_process(tmp_path: Path) -> None:
    """The child listens once it has worked for a tenth of a second by its own account."""
    port = free_ports(1)[0]
    program = (
        "import http.server, time\n"
        "while time.process_time() < 0.1: pass\n"
        f"http.server.HTTPServer(('127.0.0.1', {port}), http.server.SimpleHTTPRequestHandler).serve_forever()\n"
    )
    log = tmp_path / "log"
    with running([sys.executable, "-c", program], log) as process:
        assert wait_for(f"http://127.0.0.1:{port}/", process, log) > 0
        assert cpu_seconds(process.pid) >= 0.1
        assert 1 < resident_mib(process.pid) < 1000
    assert process.returncode is not None


def test_own_clock() -> None:
    before = cpu_seconds(os.getpid())
    assert sum(range(100000)) > 0
    assert cpu_seconds(os.getpid()) > before


def test_a_process_that_ends_too_soon_shows_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running([sys.executable, "-c", "raise SystemExit('no such table')"], log) as process:
        process.wait()
        with pytest.raises(StartError, match="no such table"):
            wait_for(f"http://127.0.0.1:{free_ports(1)[0]}/", process, log)


def test_free_ports_differ() -> None:
    assert len(set(free_ports(50))) == 50
