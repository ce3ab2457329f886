"""Computes the features of each tick, keeps them in the feature store, and publishes them."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from drl_trading_common.telemetry import catalog

from . import careless, features, web
from .faults import DEAD_STORE, Faults
from .messages import Features, Tick
from .queue import Queue
from .settings import start_telemetry

if TYPE_CHECKING:
    from collections.abc import Callable

    from drl_trading_common.telemetry import Metrics

    from .store import Store

log = logging.getLogger(__name__)

NAME = "preprocessing"


def main() -> None:
    """Runs the service."""
    telemetry = start_telemetry(NAME)
    # Imported here, as it takes seconds and the telemetry is to run by then.
    from .store import Store  # noqa: PLC0415

    faults = Faults(DEAD_STORE)
    store = Store(Path(os.environ.get("FEAST_FOLDER", "/tmp/feast")), faults)  # noqa: S108
    queue = Queue()
    pipeline = Pipeline(store, telemetry.metrics, queue.publish)
    queue.consume(telemetry, Tick, NAME, pipeline.handle)
    web.serve(web.make_app(NAME, faults), telemetry)


class Pipeline:
    """From a tick to its features. For one thread."""

    def __init__(self, store: Store, metrics: Metrics, publish: Callable[[Features], None]) -> None:
        self._store = store
        self._metrics = metrics
        self._publish = publish
        self._windows = features.Windows()
        metrics.set(catalog.PREPROCESS_HEALTH, 1)

    def handle(self, tick: Tick) -> None:
        """Handles one tick. While that fails, the pipeline counts as ill."""
        try:
            self._process(tick)
        except Exception:
            self._metrics.set(catalog.PREPROCESS_HEALTH, 0)
            raise
        self._metrics.set(catalog.PREPROCESS_HEALTH, 1)

    def _process(self, tick: Tick) -> None:
        careless.handle(tick.customer)
        computed = features.compute(self._windows.add(tick), self._metrics)
        self._store.write(tick, computed)
        self._metrics.set(catalog.PREPROCESS_LAG, time.time() - tick.at, symbol=tick.symbol)
        self._publish(Features(tick, self._store.read(tick.symbol)))
        log.info("features stored")


if __name__ == "__main__":
    main()
