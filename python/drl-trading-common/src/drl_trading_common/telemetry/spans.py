"""Spans and timings of the service's own work."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from opentelemetry.trace import INVALID_SPAN, SpanKind

from .catalog import ERROR_TYPE, OUTCOME, PREFIX, Histogram
from .handle import HANDLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opentelemetry.context import Context
    from opentelemetry.trace import Link, Span
    from opentelemetry.util.types import AttributeValue


def span(
    name: str,
    /,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, AttributeValue] | None = None,
    parent: Context | None = None,
    links: Sequence[Link] = (),
    **fields: AttributeValue,
) -> AbstractContextManager[Span]:
    """A span around a block, current while it runs. An exception makes it an error, is recorded, and goes on.

    Args:
        name: Low in variety: "feature.compute", never a value such as a symbol or an id.
        kind: INTERNAL for own work.
        attributes: Attributes by their full names, such as those of the semantic conventions.
        parent: Context of the parent; the current one if None.
        links: Spans that this one belongs to without being their child.
        fields: Own attributes: symbol="EURUSD" is the attribute "drl.symbol".
    """
    telemetry = HANDLE.current()
    if not telemetry.enabled:
        return nullcontext(INVALID_SPAN)
    own = {PREFIX + field: value for field, value in fields.items()}
    return _recorded(
        telemetry.tracer.start_as_current_span(
            name, context=parent, kind=kind, attributes={**(attributes or {}), **own}, links=links
        )
    )


@contextmanager
def _recorded(started: AbstractContextManager[Span]) -> Iterator[Span]:
    with started as current:
        try:
            yield current
        except Exception as error:
            current.set_attribute(ERROR_TYPE, type(error).__qualname__)
            raise


@contextmanager
def timed(metric: Histogram, /, **labels: object) -> Iterator[dict[str, object]]:
    """Records the seconds that a block takes, also when it raises.

    Where the metric allows them, "outcome" is "ok" or "error", and "error.type" the exception's class.

    Yields:
        The labels, to which the block may add what it learns: labels["status"] = "rejected".
    """
    metrics = HANDLE.current().metrics
    start = time.perf_counter()
    outcome = "ok"
    try:
        yield labels
    except GeneratorExit:
        raise  # the end of a generator that was closed early
    except BaseException as error:  # a task that is cancelled as well
        outcome = "error"
        if metrics.allows(metric, ERROR_TYPE):
            labels.setdefault(ERROR_TYPE, type(error).__qualname__)
        raise
    finally:
        if metrics.allows(metric, OUTCOME):
            labels.setdefault(OUTCOME, outcome)
        metrics.record(metric, time.perf_counter() - start, **labels)
