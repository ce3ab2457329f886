"""A job that shares its work with a process that starts from nothing."""

import multiprocessing

from drl_trading_common.telemetry import setup_telemetry, span


def work(name: str) -> None:
    setup_telemetry("job")
    with span(name):
        pass


if __name__ == "__main__":
    work("parent")
    child = multiprocessing.get_context("spawn").Process(target=work, args=("child",))
    child.start()
    child.join()
