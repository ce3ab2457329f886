"""How many connections SQLAlchemy's pools hold, read when metrics are exported."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from opentelemetry.metrics import CallbackOptions, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentelemetry.metrics import Meter


class Pools:
    """The pools of the engines in use. Safe to use from any thread.

    The instrumentation counts up and down twice for every connection that is taken or given back: a tenth of what
    telemetry adds to a small request. The pool knows its numbers itself.
    """

    def __init__(self, meter: Meter) -> None:
        """Reports them under the instrumentation's name, which is that of the semantic conventions up to 1.25."""
        self._lock = threading.Lock()
        self._names: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        meter.create_observable_up_down_counter(
            "db.client.connections.usage",
            [self._observe],
            unit="connections",
            description="The number of connections that are currently in state described by the state attribute.",
        )

    def watch(self, engine: Any) -> None:
        """Reports an engine's pool for as long as it lives. A pool without numbers, as SQLite's in memory, isn't."""
        pool = engine.pool
        if pool in self._names or not hasattr(pool, "checkedout"):
            return
        url = engine.url
        name = pool.logging_name or f"{url.drivername}://{url.host or ''}:{url.port or ''}/{url.database or ''}"
        with self._lock:
            self._names[pool] = name

    def _observe(self, _options: CallbackOptions) -> Iterable[Observation]:
        with self._lock:
            names = list(self._names.items())
        for pool, name in names:
            yield Observation(pool.checkedout(), {"pool.name": name, "state": "used"})
            yield Observation(pool.checkedin(), {"pool.name": name, "state": "idle"})
