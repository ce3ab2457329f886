"""The agent, built from this repository, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from collector import PATIENCE_S, Program, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[3]
FREE = "127.0.0.1:0"
POLL_S = 0.05


class Agent:
    """A running agent."""

    def __init__(self, program: Program) -> None:
        self._listens: dict[str, str] = json.loads(program.line_with("agent started"))["listens"]

    def endpoint(self, listener: str) -> str:
        return f"http://{self._listens[listener]}"

    def wait(self, condition: Callable[[dict[str, float]], bool]) -> dict[str, float]:
        """The agent's own metrics as soon as the condition holds."""
        pause = threading.Event()
        for _ in range(int(PATIENCE_S / POLL_S)):
            samples = self.samples("metrics")
            if condition(samples):
                return samples
            pause.wait(POLL_S)
        raise AssertionError("condition not met by the agent's metrics")

    def samples(self, listener: str) -> dict[str, float]:
        """The samples of a page, by name and labels; those of the exporting process are left out."""
        page = requests.get(f"{self.endpoint(listener)}/metrics", timeout=30).text
        found: dict[str, float] = {}
        for name, labels, value in re.findall(r"^(\w+)(?:{(.*)})? (\S+)", page, re.MULTILINE):
            kept = [label for label in labels.split(",") if not label.startswith(("instance=", "otel_scope", "job="))]
            found[f"{name}{{{','.join(kept)}}}"] = float(value)
        return found


def build_agent(folder: Path) -> Path:
    """The agent's binary."""
    binary = folder / "agent"
    build = [shutil.which("go") or "go", "build", "-o", str(binary), "./cmd/agent"]
    subprocess.run(build, cwd=ROOT, check=True, timeout=150)
    return binary


@contextmanager
def running_agent(binary: Path, backend: str) -> Iterator[Agent]:
    """An agent on free ports that sends the traces it keeps to backend, a URL."""
    settings = {
        "receive.protocols.grpc.endpoint": FREE,
        "receive.protocols.http.endpoint": FREE,
        "admin.endpoint": FREE,
        "admin.metrics.endpoint": FREE,
        "export.prometheus.scrape.endpoint": FREE,
        "export.jaeger.endpoint": backend.removeprefix("http://"),
        "sample.grace": "10ms",
    }
    command = [str(binary), "run", *(word for key, value in settings.items() for word in ("--set", f"{key}={value}"))]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AGENT_")}
    with running(command, clean) as program:
        yield Agent(program)
