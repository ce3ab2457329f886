"""Switches on the instrumentations of the libraries that are installed. Imported only where telemetry is on."""

from __future__ import annotations

import functools
import importlib.util
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from opentelemetry import _logs, propagate, trace
from opentelemetry.metrics import set_meter_provider

from .guard import attempt
from .log_export import ExportFilter
from .web import CountASGIErrors, count_flask_errors, flush_at_lifespan_end, name_without_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.propagators.textmap import TextMapPropagator

    from .config import TelemetryConfig
    from .metrics import Metrics
    from .pipelines import Providers

log = logging.getLogger(__name__)


def register_globals(providers: Providers, propagator: TextMapPropagator) -> None:
    """Makes the providers and the propagator those of OpenTelemetry's API, for libraries that ask it."""
    registered: list[tuple[Callable[[Any], None], Any]] = [
        (trace.set_tracer_provider, providers.tracer),
        (set_meter_provider, providers.meter),
        (_logs.set_logger_provider, providers.logger),
    ]
    for register, provider in registered:
        if provider is not None:
            attempt("register provider", functools.partial(register, provider))
    attempt("register propagator", lambda: propagate.set_global_textmap(propagator))


def instrument_libraries(providers: Providers, config: TelemetryConfig, engine: object) -> None:
    """Instruments logging, process metrics, requests, and SQLAlchemy: the engine given, and those made later."""
    if providers.logger is not None:
        attempt("instrument logging", lambda: _logging(config))
    if providers.meter is not None:
        attempt("instrument process metrics", lambda: _process_metrics(providers))
    attempt("instrument requests", lambda: _requests(providers))
    attempt("instrument sqlalchemy", lambda: _sqlalchemy(providers, engine))
    httpx = logging.getLogger("httpx")
    if httpx.level == logging.NOTSET:
        # At INFO it logs every URL with its query.
        httpx.setLevel(logging.WARNING)


def instrument_app(providers: Providers, app: object, metrics: Metrics, flush: Callable[[], object]) -> None:
    """Instruments a Flask or FastAPI app. An app that is instrumented already stays as it is.

    Args:
        providers: What its spans and metrics go to.
        app: Flask or FastAPI; any other object is left as it is, with a warning.
        metrics: Counts its errors.
        flush: Called when a FastAPI app has ended.
    """
    if getattr(app, "_is_instrumented_by_opentelemetry", False):
        return
    if _is_a("flask", "Flask", app):
        attempt("instrument flask", lambda: _flask(providers, app, metrics))
    elif _is_a("fastapi", "FastAPI", app):
        attempt("instrument fastapi", lambda: _fastapi(providers, app, metrics, flush))
    else:
        log.warning("telemetry: instrument app: want a Flask or FastAPI object, got %s", type(app).__name__)


def _installed(library: str) -> bool:
    """Whether both the library and its instrumentation are there."""
    return all(importlib.util.find_spec(name) for name in (library, f"opentelemetry.instrumentation.{library}"))


def _is_a(module: str, name: str, thing: object) -> bool:
    """Isinstance without an import: a thing's class has been imported."""
    return module in sys.modules and isinstance(thing, getattr(sys.modules[module], name))


def _logging(config: TelemetryConfig) -> None:
    from opentelemetry.instrumentation.logging import LoggingInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.logging.handler import LoggingHandler  # noqa: PLC0415

    LoggingInstrumentor().instrument(
        set_logging_format=False, enable_log_auto_instrumentation=True, log_handler_level=config.log_level
    )
    for handler in logging.getLogger().handlers:
        if isinstance(handler, LoggingHandler):
            handler.addFilter(ExportFilter())
            # Its own starts a thread, which Python 3.12 refuses when it flushes all handlers as it ends; it would leave
            # the service's unflushed. The telemetry's shutdown exports what is pending.
            handler.flush = _nothing  # type: ignore[method-assign]


def _nothing() -> None: ...


def _process_metrics(providers: Providers) -> None:
    import psutil  # noqa: PLC0415
    from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor  # noqa: PLC0415

    # system.* would repeat the host's values from each of its containers.
    instrumentor = SystemMetricsInstrumentor(
        config={
            "process.cpu.time": ["user", "system"],
            "process.cpu.utilization": ["user", "system"],
            "process.memory.usage": None,
            "process.memory.virtual": None,
            "process.open_file_descriptor.count": None,
            "process.thread.count": None,
            "cpython.gc.collections": None,
            "cpython.gc.collected_objects": None,
            "cpython.gc.uncollectable_objects": None,
        }
    )
    instrumentor.instrument(meter_provider=providers.meter)

    def measure_this_process() -> None:
        instrumentor._proc = psutil.Process()

    # The instrumentor remembers its process: a fork's metrics would be its parent's.
    os.register_at_fork(after_in_child=measure_this_process)


def _requests(providers: Providers) -> None:
    if not _installed("requests"):
        return
    from opentelemetry.instrumentation.requests import RequestsInstrumentor  # noqa: PLC0415

    RequestsInstrumentor().instrument(tracer_provider=providers.tracer, meter_provider=providers.meter)


def _sqlalchemy(providers: Providers, engine: Any) -> None:
    if not _installed("sqlalchemy"):
        return
    from .database import instrument_sqlalchemy  # noqa: PLC0415

    instrument_sqlalchemy(providers, engine)


def _flask(providers: Providers, app: Any, metrics: Metrics) -> None:
    from opentelemetry.instrumentation.flask import FlaskInstrumentor  # noqa: PLC0415

    FlaskInstrumentor.instrument_app(
        app, tracer_provider=providers.tracer, meter_provider=providers.meter, request_hook=name_without_path
    )
    count_flask_errors(app, metrics)


def _fastapi(providers: Providers, app: Any, metrics: Metrics, flush: Callable[[], object]) -> None:
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor  # noqa: PLC0415

    flush_at_lifespan_end(app, flush)
    FastAPIInstrumentor.instrument_app(
        app,
        tracer_provider=providers.tracer,
        meter_provider=providers.meter,
        # Two spans a request that say nothing: more than half of an app's volume. No environment variable does it.
        exclude_spans=["send", "receive"],
    )
    app.add_middleware(CountASGIErrors, metrics=metrics)
