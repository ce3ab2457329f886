"""What the service wants of telemetry, in the three forms that are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flask import Flask


class Instruments(Protocol):
    """How the service records its own work."""

    def attach(self, app: Flask) -> None:
        """Instruments the app."""

    def span(self, name: str, symbol: str) -> AbstractContextManager[object]:
        """A span around a block."""

    def count_trade(self, side: str) -> None:
        """Counts a trade."""


def start(form: str) -> Instruments:
    """Starts the telemetry of that form: "none", "library" or "plain"."""
    if form == "library":
        from . import library  # noqa: PLC0415

        return library.Library()
    if form == "plain":
        from . import plain  # noqa: PLC0415

        return plain.Plain()
    from . import none  # noqa: PLC0415

    return none.Nothing()
