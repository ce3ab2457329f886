"""Runs the policy on the features of each tick, and publishes what it predicts."""

from __future__ import annotations

import logging
import time
import uuid
from typing import TYPE_CHECKING

from drl_trading_common.telemetry import catalog, span, timed

from . import careless, policy, web
from .faults import SLOW_MODEL, Faults
from .messages import Features, Prediction
from .queue import Queue
from .settings import start_telemetry

if TYPE_CHECKING:
    from collections.abc import Callable

    from drl_trading_common.telemetry import Metrics

log = logging.getLogger(__name__)

NAME = "inference"


def main() -> None:
    """Runs the service."""
    telemetry = start_telemetry(NAME)
    faults = Faults(SLOW_MODEL)
    queue = Queue()
    model = Model(faults, telemetry.metrics, queue.publish)
    queue.consume(telemetry, Features, NAME, model.handle)
    web.serve(web.make_app(NAME, faults), telemetry)


class Model:
    """From features to a prediction. For one thread."""

    def __init__(self, faults: Faults, metrics: Metrics, publish: Callable[[Prediction], None]) -> None:
        self._faults = faults
        self._metrics = metrics
        self._publish = publish

    def handle(self, features: Features) -> None:
        """Predicts, and publishes the prediction."""
        careless.handle(features.tick.customer)
        self._publish(self.predict(features))

    def predict(self, features: Features) -> Prediction:
        """Runs the policy."""
        symbol = features.symbol
        with (
            timed(catalog.PREDICTION_DURATION, model_version=policy.VERSION),
            span("policy.predict", symbol=symbol, model_version=policy.VERSION) as current,
        ):
            time.sleep(self._faults[SLOW_MODEL])
            action, confidence = policy.decide(features.values)
            current.set_attributes({"drl.action": action, "drl.confidence": confidence})
        self._metrics.add(catalog.PREDICTIONS, action=action, model_version=policy.VERSION, symbol=symbol)
        log.info("predicted %s", action)
        return Prediction(uuid.uuid4().hex, features.tick, action, confidence, policy.VERSION, time.time())


if __name__ == "__main__":
    main()
