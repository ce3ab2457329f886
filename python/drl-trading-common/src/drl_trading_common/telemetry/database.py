"""SQLAlchemy: a span for each statement, and for each connect that fails; the connections of its pools."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.instrumentation.utils import is_instrumentation_enabled, unwrap
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.trace import NoOpTracerProvider, SpanKind, Status, StatusCode
from sqlalchemy.engine.base import Engine
from wrapt import wrap_function_wrapper

from .catalog import ERROR_TYPE
from .pools import Pools

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.trace import Tracer

    from .pipelines import Providers

_SCOPE = "opentelemetry.instrumentation.sqlalchemy"


def instrument_sqlalchemy(providers: Providers, engine: Any) -> None:
    """Instruments the engine given, and those made later."""
    SQLAlchemyInstrumentor().instrument(
        engine=getattr(engine, "sync_engine", engine),
        tracer_provider=providers.tracer,
        meter_provider=NoOpMeterProvider(),  # for Pools
    )
    # The instrumentation's span is of every connection taken from the pool, which takes no time: one of two or three
    # spans of a session, a twentieth of the CPU time of a small request (docs/performance-impact.md).
    unwrap(Engine, "connect")
    tracer = (providers.tracer or NoOpTracerProvider()).get_tracer(_SCOPE)
    pools = Pools((providers.meter or NoOpMeterProvider()).get_meter(_SCOPE))
    wrap_function_wrapper(Engine, "connect", _watch(tracer, pools))


def _watch(tracer: Tracer, pools: Pools) -> Callable[..., Any]:
    def connect(wrapped: Callable[..., Any], engine: Any, args: Any, kwargs: Any) -> Any:
        pools.watch(engine)
        begin = time.time_ns()
        try:
            return wrapped(*args, **kwargs)
        except Exception as error:
            if is_instrumentation_enabled():
                span = tracer.start_span("connect", kind=SpanKind.CLIENT, attributes=_address(engine), start_time=begin)
                span.set_attribute(ERROR_TYPE, type(error).__qualname__)
                span.record_exception(error)
                span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
                span.end()
            raise

    return connect


def _address(engine: Any) -> dict[str, str | int]:
    url = engine.url
    named = {"db.namespace": url.database, "server.address": url.host, "server.port": url.port}
    return {"db.system.name": engine.name, **{name: value for name, value in named.items() if value is not None}}
