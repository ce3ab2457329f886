"""Spans and timings of a Feast feature store, whose client makes none itself. Feast isn't imported."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .catalog import FEAST_DURATION
from .spans import span, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.trace import Span


@contextmanager
def feast_op(operation: str, *, view: str) -> Iterator[Span]:
    """A span "feast <operation>" and FEAST_DURATION around a call of the store.

    Args:
        operation: The method's name, such as "get_online_features".
        view: Feature view or service. Entity rows are not for telemetry.
    """
    with (
        span(f"feast {operation}", operation=operation, view=view) as current,
        timed(FEAST_DURATION, operation=operation, view=view),
    ):
        yield current
