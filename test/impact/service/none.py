"""Without telemetry: imports nothing of it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flask import Flask


class Nothing:
    """Does nothing."""

    def attach(self, app: Flask) -> None:
        """Leaves the app as it is."""

    def span(self, _name: str, _symbol: str) -> AbstractContextManager[object]:
        """An empty context."""
        return nullcontext()

    def count_trade(self, side: str) -> None:
        """Counts nothing."""
