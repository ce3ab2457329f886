"""setup_telemetry: one call that gives a service its telemetry."""

from __future__ import annotations

import atexit
import logging
import os

from . import environment, terminate
from .config import TelemetryConfig, disabled, resolve
from .guard import attempt
from .handle import HANDLE, Telemetry

log = logging.getLogger(__name__)


def setup_telemetry(
    service_name: str, *, config: TelemetryConfig | None = None, app: object = None, engine: object = None
) -> Telemetry:
    """Gives the process traces, metrics and logs by OTLP to the agent beside it.

    Call it first: a module that has done `from sqlalchemy import create_engine` before it makes plain engines.

    Environment first (OTEL_*, DRL_TELEMETRY_*: see TelemetryConfig), then config, then its defaults. Idempotent: a
    second call returns the same telemetry, and only instruments its app. Never raises into the service: what can't be
    set up is left out with a warning. With OTEL_SDK_DISABLED=true nothing is imported, started or patched.

    What is pending leaves at exit and on SIGTERM, within config.shutdown_deadline_s; see terminate.install.
    Changes the environment in two ways: OTEL_SEMCONV_STABILITY_OPT_IN, which the instrumentations read, is set to
    "http,database" unless it is there; bad values at which OpenTelemetry raises are taken out.

    Args:
        service_name: The resource attribute service.name, such as "drl-trading-ingest".
        config: Settings of the service.
        app: A Flask or FastAPI app to instrument.
        engine: A SQLAlchemy engine that exists already. Those made later are instrumented by themselves.
    """
    with HANDLE.lock:
        telemetry = HANDLE.telemetry
        if telemetry is None:
            telemetry = HANDLE.telemetry = _start(service_name, config or TelemetryConfig(), engine)
        elif telemetry.service_name != service_name or engine is not None:
            log.warning("telemetry: keep the service name and engine that setup_telemetry was called with before")
    if app is not None:
        attempt("instrument app", lambda: telemetry.instrument(app))
    return telemetry


def _start(service_name: str, config: TelemetryConfig, engine: object) -> Telemetry:
    try:
        resolved = resolve(config, os.environ)
        if disabled(os.environ):
            return Telemetry(service_name, resolved, None)
        return _start_enabled(service_name, resolved, engine)
    except Exception as error:  # noqa: BLE001
        log.warning("telemetry: go on without: %s", type(error).__name__)
        return Telemetry(service_name, TelemetryConfig(), None)


def _start_enabled(service_name: str, config: TelemetryConfig, engine: object) -> Telemetry:
    environment.prepare(config, os.environ)
    # Imported here so that a disabled process doesn't load the SDK and gRPC.
    from . import forks, instrumentation, pipelines  # noqa: PLC0415

    providers = pipelines.build(service_name, config)
    if not providers.pipelines:
        return Telemetry(service_name, config, None)
    telemetry = Telemetry(service_name, config, providers)
    instrumentation.register_globals(providers, telemetry.propagator)
    instrumentation.instrument_libraries(providers, config, engine)
    atexit.register(telemetry.shutdown)
    attempt("flush children", lambda: forks.flush_children(telemetry))
    attempt("flush on SIGTERM", lambda: terminate.install(telemetry.shutdown))
    return telemetry
