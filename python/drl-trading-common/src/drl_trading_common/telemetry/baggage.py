"""Baggage by allow-list: only named keys enter or leave the service, by any carrier."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import baggage, context
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.propagators import textmap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.context import Context
    from opentelemetry.propagators.textmap import CarrierT, Getter, Setter


class AllowedBaggagePropagator(W3CBaggagePropagator):
    """W3C baggage (https://www.w3.org/TR/baggage/), less the entries whose key isn't allowed."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed

    def extract(
        self,
        carrier: CarrierT,
        context: Context | None = None,
        getter: Getter[CarrierT] = textmap.default_getter,
    ) -> Context:
        """Takes the allowed entries of the carrier."""
        return self._only_allowed(super().extract(carrier, context, getter))

    def inject(
        self,
        carrier: CarrierT,
        context: Context | None = None,
        setter: Setter[CarrierT] = textmap.default_setter,
    ) -> None:
        """Puts the allowed entries into the carrier."""
        super().inject(carrier, self._only_allowed(context), setter)

    def _only_allowed(self, ctx: Context | None) -> Context:
        ctx = context.get_current() if ctx is None else ctx
        for key in baggage.get_all(ctx):
            if key not in self._allowed:
                ctx = baggage.remove_baggage(key, ctx)
        return ctx


@contextmanager
def with_baggage(**entries: str) -> Iterator[None]:
    """Sets baggage for the block. Entries whose key isn't in TelemetryConfig.baggage_keys stay in this service.

    Baggage goes to every service that is called, and to their callers' logs: no ids of people or accounts, no secrets.
    """
    ctx = context.get_current()
    for key, value in entries.items():
        ctx = baggage.set_baggage(key, value, ctx)
    token = context.attach(ctx)
    try:
        yield
    finally:
        context.detach(token)
