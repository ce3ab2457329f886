"""Trace context and baggage in the headers of messages.

A service whose telemetry is disabled still hands on what it got, by the same allow-list.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from opentelemetry import context
from opentelemetry.propagators.textmap import Getter, Setter

from .handle import HANDLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opentelemetry.context import Context

    ListHeaders: TypeAlias = list[tuple[str, bytes]]
    Headers: TypeAlias = Mapping[str, Any] | Sequence[tuple[str, Any]] | None
    """Headers of a message: a mapping as NATS has it, pairs with values of bytes as Kafka has them, or none."""

log = logging.getLogger(__name__)

CarrierT = TypeVar("CarrierT", "dict[str, str]", "ListHeaders")


def inject(headers: CarrierT) -> CarrierT:
    """Puts the current trace context and the allowed baggage into the headers of a message, and returns them."""
    try:
        HANDLE.current().propagator.inject(headers, setter=_HeaderSetter())
    except Exception as error:  # noqa: BLE001
        log.debug("telemetry: write context of message: %s", type(error).__name__)
    return headers


def extract(headers: Headers) -> Context:
    """The current context with what the headers carry; names match in any case, nonsense is ignored."""
    try:
        return HANDLE.current().propagator.extract(headers, getter=_HeaderGetter())
    except Exception as error:  # noqa: BLE001
        log.debug("telemetry: read context of message: %s", type(error).__name__)
        return context.get_current()


def header(headers: Headers, name: str) -> str | None:
    """The first header of that name, in any case; None if there is none or it isn't text."""
    try:
        values = _HeaderGetter().get(headers, name)
    except Exception as error:  # noqa: BLE001
        log.debug("telemetry: read header of message: %s", type(error).__name__)
        return None
    return values[0] if values else None


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
