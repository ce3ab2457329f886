"""One measurement: a fresh service, with an agent where the mode has one, under load."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import load
from .processes import StartError, cpu_seconds, free_ports, resident_mib, running, wait_for
from .stats import quantile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .modes import Mode

ROOT = Path(__file__).parents[1]
WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Result:
    """What a measurement gives. Times of requests in µs, of the start in s, memory in MiB."""

    service_cpu: float
    agent_cpu: float
    p50: float
    p99: float
    service_memory: float
    agent_memory: float
    start: float


@dataclass(frozen=True, slots=True)
class Setting:
    """What all measurements of a run share.

    Attributes:
        agent: The agent's binary.
        requests: Requests of one measurement.
        prices: URL of the prices.
        sink: Address that the agent delivers traces to.
    """

    agent: Path
    requests: int
    prices: str
    sink: str


@contextlib.contextmanager
def peers(folder: Path) -> Iterator[tuple[str, str]]:
    """Runs the peers for a block; yields the URL of the prices and the address of the sink."""
    prices, sink = free_ports(2)
    log = folder / "peers.log"
    with running([sys.executable, "-m", "impact.peers", str(prices), str(sink)], log) as process:
        wait_for(f"http://127.0.0.1:{prices}/price", process, log)
        yield f"http://127.0.0.1:{prices}", f"127.0.0.1:{sink}"


def measure(mode: Mode, setting: Setting) -> Result:
    """Measures a mode once. Raises StartError or ValueError when something doesn't work."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        service_port, *agent_ports = free_ports(6)
        agent = stack.enter_context(_agent(setting, folder, agent_ports)) if mode.agent else None
        http = mode.environment.get("OTEL_EXPORTER_OTLP_PROTOCOL") == "http/protobuf"
        endpoint = f"http://127.0.0.1:{agent_ports[1 if http else 0]}"
        service, start = stack.enter_context(_service(mode, setting, folder, service_port, endpoint))
        load.run(service_port, WARM_UP)
        time.sleep(mode.settle_s)
        service_before, agent_before = cpu_seconds(service), cpu_seconds(agent) if agent else 0.0
        seen = load.run(service_port, setting.requests)
        time.sleep(mode.settle_s)
        service_after, agent_after = cpu_seconds(service), cpu_seconds(agent) if agent else 0.0
        return Result(
            service_cpu=(service_after - service_before) * 1e6 / setting.requests,
            agent_cpu=(agent_after - agent_before) * 1e6 / setting.requests,
            p50=quantile(seen.latencies_s, 0.5) * 1e6,
            p99=quantile(seen.latencies_s, 0.99) * 1e6,
            service_memory=resident_mib(service),
            agent_memory=resident_mib(agent) if agent else 0.0,
            start=start,
        )


def count_calls(mode: Mode, setting: Setting) -> dict[str, float]:
    """Counts the Python calls of a request in a mode, by owner; see calls.py. Raises StartError."""
    with tempfile.TemporaryDirectory() as folder:
        (closed,) = free_ports(1)
        command = [sys.executable, "-m", "impact.calls", mode.form, f"{folder}/orders.db", setting.prices]
        environment = _service_environment(mode, f"http://127.0.0.1:{closed}")
        done = subprocess.run(_started(mode, command), env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartError(f"count calls of {mode.key}: {done.stderr[-2000:]}")
        counted: dict[str, float] = json.loads(done.stdout)
        return counted


@contextlib.contextmanager
def _agent(setting: Setting, folder: Path, ports: list[int]) -> Iterator[int]:
    """Runs an agent on its defaults, with a destination, on five ports; yields its process id."""
    grpc_port, http_port, scrape, admin, health = ports
    addresses = {
        "receive.protocols.grpc.endpoint": f"127.0.0.1:{grpc_port}",
        "receive.protocols.http.endpoint": f"127.0.0.1:{http_port}",
        "export.jaeger.endpoint": setting.sink,
        "export.prometheus.scrape.endpoint": f"127.0.0.1:{scrape}",
        "admin.endpoint": f"127.0.0.1:{admin}",
        "admin.metrics.endpoint": f"127.0.0.1:{health}",
        "shutdown.linger": "0s",
    }
    command = [
        str(setting.agent),
        "run",
        *(part for key, value in addresses.items() for part in ("--set", f"{key}={value}")),
    ]
    log = folder / "agent.log"
    with running(command, log, _environment()) as process:
        wait_for(f"http://127.0.0.1:{health}/readyz", process, log)
        yield process.pid


@contextlib.contextmanager
def _service(mode: Mode, setting: Setting, folder: Path, port: int, endpoint: str) -> Iterator[tuple[int, float]]:
    """Runs the service; yields its process id, and the seconds from exec to the first answer."""
    command = [sys.executable, "-m", "service", mode.form, str(port), str(folder / "orders.db"), setting.prices]
    log = folder / "service.log"
    with running(_started(mode, command), log, _service_environment(mode, endpoint)) as process:
        start = wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield process.pid, start


def _started(mode: Mode, command: list[str]) -> list[str]:
    return [str(Path(sys.executable).parent / "opentelemetry-instrument"), *command] if mode.instrument else command


def _service_environment(mode: Mode, endpoint: str) -> dict[str, str]:
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": "impact-service"}
    return _environment() | named | dict(mode.environment)


def _environment() -> dict[str, str]:
    """Few variables, the same for everyone: some would be read as settings, and requests looks at all for each call."""
    kept = {
        name: os.environ[name] for name in ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR") if name in os.environ
    }
    return {**kept, "PYTHONPATH": str(ROOT)}
