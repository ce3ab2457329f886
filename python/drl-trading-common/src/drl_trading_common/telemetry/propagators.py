"""The propagators that a configuration names."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from opentelemetry.context import get_current
from opentelemetry.propagators import textmap
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util._importlib_metadata import entry_points

from .baggage import AllowedBaggagePropagator
from .guard import attempt

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.propagators.textmap import CarrierT, Getter, TextMapPropagator

    from .config import TelemetryConfig


class _Propagators(CompositePropagator):
    """All of them, one after the other; perhaps none, by OTEL_PROPAGATORS=none.

    OpenTelemetry's own gives None where there is none, and an instrumentation that attaches that as the current context
    makes every request of the service fail.
    """

    def extract(
        self,
        carrier: CarrierT,
        context: Context | None = None,
        getter: Getter[CarrierT] = textmap.default_getter,
    ) -> Context:
        """What the carrier brings, on top of the context, or of the current one."""
        return super().extract(carrier, get_current() if context is None else context, getter)


def build_propagator(config: TelemetryConfig) -> TextMapPropagator:
    """The propagators of the configuration, baggage by allow-list; unknown ones are left out, with a warning."""
    return _Propagators(list(_named(config).values()))


def known_propagators(config: TelemetryConfig) -> list[str]:
    """The names of the configuration that are propagators here."""
    return list(_named(config))


def _named(config: TelemetryConfig) -> dict[str, TextMapPropagator]:
    found: dict[str, TextMapPropagator] = {}
    for name in config.propagators:
        if name == "tracecontext":
            found[name] = TraceContextTextMapPropagator()
        elif name == "baggage":
            found[name] = AllowedBaggagePropagator(config.baggage_keys)
        elif name != "none":
            attempt("ignore one of OTEL_PROPAGATORS", functools.partial(_load, name, found))
    return found


def _load(name: str, into: dict[str, TextMapPropagator]) -> None:
    (entry_point,) = entry_points(group="opentelemetry_propagator", name=name)
    into[name] = entry_point.load()()
