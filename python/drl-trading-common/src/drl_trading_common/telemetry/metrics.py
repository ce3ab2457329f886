"""Records the metrics of a catalog, with their allowed labels only."""

from __future__ import annotations

import logging
import math
import threading
from typing import TYPE_CHECKING, Any

from opentelemetry.metrics import CallbackOptions, Observation

from .catalog import DESTINATION, DROPPED_LABELS, QUEUE_DEPTH, SYMBOL, Counter, Gauge, Histogram, Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opentelemetry.metrics import Meter

log = logging.getLogger(__name__)

OTHER = "other"


class Metrics:
    """Records metrics. Safe to call from any thread; nothing raises: what can't be recorded is warned of once.

    Labels are keyword arguments; an underscore stands for a dot: model_version="7" is the label "model.version". A
    label that the metric doesn't allow is left out, counted in DROPPED_LABELS, and warned of once.
    """

    def __init__(self, meter: Meter, symbols: frozenset[str] = frozenset()) -> None:
        self._meter = meter
        self._symbols = symbols
        self._lock = threading.Lock()
        self._instruments: dict[Metric, Any] = {}
        self._warned: set[tuple[str, str]] = set()
        self._queues: dict[str, Callable[[], int]] = {}

    def add(self, metric: Counter, amount: float = 1, /, **labels: object) -> None:
        """Adds amount, in the metric's unit and not below 0, to a counter."""
        self._call("add", metric, amount, labels)

    def record(self, metric: Histogram, value: float, /, **labels: object) -> None:
        """Records a value, in the metric's unit, in a histogram."""
        self._call("record", metric, value, labels)

    def set(self, metric: Gauge, value: float, /, **labels: object) -> None:
        """Sets a gauge to a value in the metric's unit."""
        self._call("set", metric, value, labels)

    def watch_queue(self, destination: str, depth: Callable[[], int]) -> None:
        """Reports depth() messages as QUEUE_DEPTH of the destination, each time metrics are exported.

        depth runs in the export thread. While it raises, the queue has no value. A second call for the same
        destination replaces the first.
        """
        with self._lock:
            first = not self._queues
            self._queues[destination] = depth
        if first:
            self._meter.create_observable_gauge(
                QUEUE_DEPTH.name, [self._observe_queues], unit=QUEUE_DEPTH.unit, description=QUEUE_DEPTH.description
            )

    def allows(self, metric: Metric, label: str) -> bool:
        """Whether the metric may carry the label."""
        return label in getattr(metric, "labels", ())

    def renew_lock(self) -> None:
        """For the child of a fork."""
        self._lock = threading.Lock()

    def _call(self, method: str, metric: Metric, value: float, labels: dict[str, object]) -> None:
        try:
            if not math.isfinite(value):
                # It would spoil the sum for good.
                raise ValueError
            getattr(self._instrument(metric), method)(value, self._allowed(metric, labels))
        except Exception as error:  # noqa: BLE001
            name = getattr(metric, "name", type(metric).__name__)
            self._warn_once((name, method), "telemetry: record metric %s: %s", name, type(error).__name__)

    def _observe_queues(self, _options: CallbackOptions) -> Iterable[Observation]:
        with self._lock:
            queues = list(self._queues.items())
        return list(self._depths(queues))

    def _depths(self, queues: list[tuple[str, Callable[[], int]]]) -> Iterator[Observation]:
        for destination, depth in queues:
            try:
                yield Observation(depth(), {DESTINATION: destination})
            except Exception as error:  # noqa: BLE001
                self._warn_once(
                    (destination, "depth"), "telemetry: read depth of queue %s: %s", destination, type(error).__name__
                )

    def _instrument(self, metric: Metric) -> Any:
        instrument = self._instruments.get(metric)
        if instrument is None:
            with self._lock:
                instrument = self._instruments.setdefault(metric, self._create(metric))
        return instrument

    def _create(self, metric: Metric) -> object:
        if isinstance(metric, Histogram):
            return self._meter.create_histogram(
                metric.name, metric.unit, metric.description, explicit_bucket_boundaries_advisory=metric.buckets
            )
        create = self._meter.create_gauge if isinstance(metric, Gauge) else self._meter.create_counter
        return create(metric.name, metric.unit, metric.description)

    def _allowed(self, metric: Metric, labels: dict[str, object]) -> dict[str, str]:
        allowed: dict[str, str] = {}
        for name, value in labels.items():
            label = name if name in metric.labels else name.replace("_", ".")
            if label not in metric.labels:
                self._drop(metric, name)
            elif label == SYMBOL and value not in self._symbols:
                allowed[label] = OTHER
            else:
                allowed[label] = str(value)
        return allowed

    def _drop(self, metric: Metric, label: str) -> None:
        self._instrument(DROPPED_LABELS).add(1, {"metric": metric.name})
        self._warn_once(
            (metric.name, label), "telemetry: drop label %s of metric %s: it isn't in its table", label, metric.name
        )

    def _warn_once(self, key: tuple[str, str], message: str, *args: object) -> None:
        with self._lock:
            if key in self._warned:
                return
            self._warned.add(key)
        log.warning(message, *args)
