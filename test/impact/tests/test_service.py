"""The measured service answers alike in each form, and loads of OpenTelemetry only what the form says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from impact import load
from impact.measure import peers
from impact.processes import free_ports, running, wait_for

if TYPE_CHECKING:
    from pathlib import Path

SHOW_MODULES = (
    "import sys, runpy, atexit, signal\n"
    "atexit.register(lambda: print('loaded', 'opentelemetry.sdk' in sys.modules, 'opentelemetry' in sys.modules))\n"
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
    "runpy.run_module('service', run_name='__main__')\n"
)


@pytest.mark.parametrize(
    ("form", "environment", "loaded"),
    [
        ("none", {}, "loaded False False"),
        ("library", {"OTEL_SDK_DISABLED": "true"}, "loaded False True"),
        ("library", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, "loaded True True"),
        ("plain", {}, "loaded False True"),
    ],
)
def test_orders_are_placed(tmp_path: Path, form: str, environment: dict[str, str], loaded: str) -> None:
    port, log = free_ports(1)[0], tmp_path / "log"
    with peers(tmp_path) as (prices, _sink):
        command = [sys.executable, "-c", SHOW_MODULES, form, str(port), str(tmp_path / "orders.db"), prices]
        with running(command, log, {"PYTHONPATH": ":".join(sys.path), **environment}) as process:
            wait_for(f"http://127.0.0.1:{port}/health", process, log)
            seen = load.run(port, 20)
    assert len(seen.latencies_s) == 20
    assert list(seen.latencies_s) == sorted(seen.latencies_s)
    assert loaded in log.read_text()
    assert "order 20 placed at 1.08431" in log.read_text()
