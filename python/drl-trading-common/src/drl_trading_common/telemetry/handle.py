"""The telemetry of a process, and the one place that remembers which is in force."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from opentelemetry.metrics import NoOpMeter
from opentelemetry.trace import NoOpTracer

from .config import TelemetryConfig
from .drain import STARTS_NONE_AT_EXIT, Helpers, run_all
from .metrics import Metrics
from .propagators import build_propagator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.metrics import Meter
    from opentelemetry.trace import Tracer

    from .pipelines import Pipeline, Providers

SCOPE = "drl_trading_common"

_CANCEL_S = 0.5
_RIGHT_AFTER_S = 1.0

log = logging.getLogger(__name__)


class Telemetry:
    """What setup_telemetry gives to a service.

    Attributes:
        service_name: As given to setup_telemetry.
        config: The settings in force.
        tracer: For spans that span() and @traced don't cover.
        meter: For instruments that the catalog can't express.
        metrics: Records the metrics of the catalog.
        propagator: Of the trace context and the allowed baggage.
    """

    def __init__(self, service_name: str, config: TelemetryConfig, providers: Providers | None) -> None:
        """Wraps the providers, which it ends on shutdown; without any, it records nothing and costs next to nothing."""
        self.service_name = service_name
        self.config = config
        self._providers = providers
        tracer_provider = providers.tracer if providers else None
        meter_provider = providers.meter if providers else None
        self.tracer: Tracer = tracer_provider.get_tracer(SCOPE) if tracer_provider else NoOpTracer()
        self.meter: Meter = meter_provider.get_meter(SCOPE) if meter_provider else NoOpMeter(SCOPE)
        self.metrics = Metrics(self.meter, config.symbols)
        self.propagator = build_propagator(config)
        self._instrumenting = threading.Lock()
        self._ending = threading.Lock()
        self._ended = False
        self._out_of_time_at = float("-inf")
        # Two for each signal: one that closes it, and one that cancels that.
        self._helpers = Helpers(2 * len(providers.pipelines)) if providers and STARTS_NONE_AT_EXIT else None

    @property
    def enabled(self) -> bool:
        """Whether anything is exported."""
        return self._providers is not None

    def instrument(self, app: object) -> None:
        """Instruments a Flask or FastAPI app, once.

        Does nothing when disabled. What can't be instrumented is left as it is, with a warning.
        """
        if self._providers is not None:
            from .instrumentation import instrument_app  # noqa: PLC0415

            with self._instrumenting:
                instrument_app(self._providers, app, self.metrics, self.flush)

    def flush(self, deadline_s: float | None = None) -> bool:
        """Exports all that is pending, the signals in parallel; for a job's steps, or before os._exit.

        Args:
            deadline_s: Seconds to wait at most; config.shutdown_deadline_s if None. Exports under way go on after it.

        Returns:
            Whether all signals were done in time. That the agent took them is not said: the SDK doesn't tell.
        """
        if self._providers is None or self._ended:
            return True
        pipelines = self._providers.pipelines
        deadline_s = self.config.shutdown_deadline_s if deadline_s is None else deadline_s
        done = run_all({name: p.flush for name, p in pipelines.items()}, deadline_s, self._helpers)
        if len(done) < len(pipelines):
            self._out_of_time_at = time.monotonic()
        return len(done) == len(pipelines)

    def shutdown(self, deadline_s: float | None = None) -> bool:
        """Exports all that is pending, the signals in parallel, and ends the telemetry. Once; then it does nothing.

        Exports that aren't done by the deadline are cancelled, which takes up to half a second more; what they held
        is lost. Right after a flush that ran out of time nothing is waited for: uvicorn ends the lifespan, whose flush
        had its deadline, and then the process, which must not take a second one.

        Args:
            deadline_s: Seconds to wait at most; config.shutdown_deadline_s if None.

        Returns:
            Whether all signals were done in time.
        """
        if self._providers is None:
            return True
        # Who comes while another thread is at it waits, as the process may end right after.
        if not self._ending.acquire(timeout=self.config.shutdown_deadline_s + 2 * _CANCEL_S):
            return False
        try:
            return self._ended or self._end(self._providers.pipelines, deadline_s)
        finally:
            self._ending.release()

    def renew_locks(self) -> None:
        """For the child of a fork: threads of its parent may hold them, and none of them is there."""
        self._instrumenting = threading.Lock()
        self._ending = threading.Lock()
        self.metrics.renew_lock()
        if self._helpers is not None:
            self._helpers = Helpers(self._helpers.count)

    def _end(self, pipelines: Mapping[str, Pipeline], deadline_s: float | None) -> bool:
        self._ended = True
        deadline_s = self.config.shutdown_deadline_s if deadline_s is None else deadline_s
        if time.monotonic() - self._out_of_time_at < _RIGHT_AFTER_S:
            deadline_s = 0.0
        done = run_all({name: p.shutdown for name, p in pipelines.items()}, deadline_s, self._helpers)
        late = {name: p.cancel for name, p in pipelines.items() if name not in done}
        if late:
            log.warning(
                "telemetry: give up what is pending of %s: no answer in %g s", ", ".join(sorted(late)), deadline_s
            )
            run_all(late, _CANCEL_S, self._helpers)
        return not late


class Handle:
    """Remembers the telemetry of this process. After a fork its locks are new: threads of the parent may hold them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.telemetry: Telemetry | None = None
        self._nothing = Telemetry("", TelemetryConfig(), None)
        os.register_at_fork(after_in_child=self._renew_locks)

    def current(self) -> Telemetry:
        """The telemetry that setup_telemetry made; one that records nothing before that."""
        return self.telemetry or self._nothing

    def _renew_locks(self) -> None:
        self.lock = threading.Lock()
        self.current().renew_locks()


HANDLE = Handle()
"""The only mutable global: span(), @traced and the message helpers find the telemetry of the process by it."""
