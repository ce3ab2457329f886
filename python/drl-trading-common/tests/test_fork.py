"""Children of a process that has telemetry, and an open connection to the agent."""

from __future__ import annotations

import sys

import pytest

from collector import PROGRAMS, Collector, environment, run_code, running

PARENT = """
import logging, multiprocessing, os, signal, sys
from concurrent.futures import ProcessPoolExecutor
from drl_trading_common.telemetry import catalog, setup_telemetry, span
def work(name):
    with span(name):
        logging.getLogger("job").warning(name)
    setup_telemetry("job").metrics.add(catalog.TRAINING_EPISODES, algorithm=name)
if __name__ == "__main__":
    telemetry = setup_telemetry("job")
    work("parent")
    assert telemetry.flush()
"""


@pytest.mark.parametrize(
    "children",
    [
        """
    for number in range(2):
        if os.fork() == 0:
            work(f"child {number}")
            sys.exit(0)
    assert os.wait()[1] == os.wait()[1] == 0
""",
        """
    context = multiprocessing.get_context("fork")
    started = [context.Process(target=work, args=(f"child {number}",)) for number in range(2)]
    for child in started: child.start()
    for child in started: child.join()
""",
        """
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        list(pool.map(work, ["child 0"]))
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        list(pool.map(work, ["child 1"]))
""",
        """
    def served(number, pipe):
        work(f"child {number}")
        pipe.send("worked")
        signal.pause()
    context = multiprocessing.get_context("fork")
    for number in range(2):
        here, there = context.Pipe()
        child = context.Process(target=served, args=(number, there))
        child.start()
        here.recv()
        child.terminate()
        child.join()
""",
    ],
    ids=["os.fork", "multiprocessing", "pool", "terminated"],
)
def test_children_lose_nothing(collector: Collector, children: str) -> None:
    done = run_code(f'{PARENT}{children}    work("after")', environment(collector.endpoint))
    assert done.returncode == 0, done.stderr
    want = ["after", "child 0", "child 1", "parent"]
    assert sorted(collector.span_names()) == want
    assert sorted(collector.log_bodies()) == want
    # Each its own: counters of one process that came from two would jump up and down.
    assert len({resource["service.instance.id"] for resource in collector.resources}) == 3
    assert "drl.training.episodes" in collector.metric_names()


def test_a_spawned_child_loses_nothing(collector: Collector) -> None:
    command = [sys.executable, str(PROGRAMS / "spawning_job.py")]
    with running(command, environment(collector.endpoint)) as program:
        assert program.process.wait(60) == 0
    assert sorted(collector.span_names()) == ["child", "parent"]
