"""Trace context and baggage in the headers of messages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from opentelemetry import context, propagate
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import Getter, Setter, TextMapPropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util._importlib_metadata import entry_points

from .baggage import AllowedBaggagePropagator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opentelemetry.context import Context

    from .config import TelemetryConfig

    ListHeaders: TypeAlias = list[tuple[str, bytes]]
    Headers: TypeAlias = Mapping[str, Any] | Sequence[tuple[str, Any]] | None
    """Headers of a message: a mapping as NATS has it, pairs with values of bytes as Kafka has them, or none."""

log = logging.getLogger(__name__)

CarrierT = TypeVar("CarrierT", "dict[str, str]", "ListHeaders")


def inject(headers: CarrierT) -> CarrierT:
    """Puts the current trace context and the allowed baggage into the headers of a message, and returns them."""
    propagate.inject(headers, setter=_HeaderSetter())
    return headers


def extract(headers: Headers) -> Context:
    """The current context with what the headers carry; names match in any case, nonsense is ignored."""
    try:
        return propagate.extract(headers, getter=_HeaderGetter())
    except Exception as error:  # noqa: BLE001
        log.debug("telemetry: read context of message: %s", type(error).__name__)
        return context.get_current()


def header(headers: Headers, name: str) -> str | None:
    """The first header of that name, in any case; None if there is none or it isn't text."""
    values = _HeaderGetter().get(headers, name)
    return values[0] if values else None


def build_propagator(config: TelemetryConfig) -> TextMapPropagator:
    """The propagators of the configuration, baggage by allow-list; unknown ones are left out, with a warning."""
    found: list[TextMapPropagator] = []
    for name in config.propagators:
        if name == "tracecontext":
            found.append(TraceContextTextMapPropagator())
        elif name == "baggage":
            found.append(AllowedBaggagePropagator(config.baggage_keys))
        elif name != "none":
            found.extend(_installed(name))
    return CompositePropagator(found)


def _installed(name: str) -> list[TextMapPropagator]:
    try:
        return [next(iter(entry_points(group="opentelemetry_propagator", name=name))).load()()]
    except Exception as error:  # noqa: BLE001
        log.warning("telemetry: ignore a propagator of OTEL_PROPAGATORS: %s", type(error).__name__)
        return []


class _HeaderSetter(Setter[Any]):
    def set(self, carrier: Any, key: str, value: str) -> None:
        if isinstance(carrier, list):
            carrier[:] = [pair for pair in carrier if pair[0].lower() != key]
            carrier.append((key, value.encode()))
        else:
            carrier[key] = value


class _HeaderGetter(Getter[Any]):
    def get(self, carrier: Any, key: str) -> list[str] | None:
        values = [_text(value) for name, value in _pairs(carrier) if name.lower() == key.lower()]
        return [value for value in values if value is not None] or None

    def keys(self, carrier: Any) -> list[str]:
        return [name for name, _ in _pairs(carrier)]


def _pairs(carrier: Headers) -> list[tuple[str, Any]]:
    if not carrier:
        return []
    return list(cast("Mapping[str, Any]", carrier).items()) if hasattr(carrier, "items") else list(carrier)


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None
