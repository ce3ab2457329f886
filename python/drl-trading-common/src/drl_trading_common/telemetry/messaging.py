"""Spans on both sides of a message queue, whichever client library sends and receives.

The names follow https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import context
from opentelemetry.trace import Link, Span, SpanKind, get_current_span

from .catalog import MESSAGE_DURATION, QUEUE_DELAY
from .handle import HANDLE
from .propagation import extract, header, inject
from .spans import span, timed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opentelemetry.util.types import AttributeValue

    from .propagation import Headers

PUBLISHED_AT = "drl-published-at"
"""Header that carries the time of publishing: seconds since the epoch, as decimal text."""


@contextmanager
def produce(destination: str, *, system: str, headers: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """A PRODUCER span around the sending of a message.

    Args:
        destination: Topic or subject, without ids in it.
        system: "nats", "kafka": messaging.system.
        headers: Headers to add to; they aren't changed.

    Yields:
        The headers to send: those given, the span's context, allowed baggage, the time. Kafka's client takes them as
        they are.
    """
    attributes = _attributes(destination, system, "publish", "send")
    with span(f"publish {destination}", kind=SpanKind.PRODUCER, attributes=attributes):
        yield inject({**(headers or {}), PUBLISHED_AT: f"{time.time():.6f}"})


@contextmanager
def consume_span(
    destination: str,
    headers: Headers = None,
    *,
    system: str,
    batch: Sequence[Headers] | None = None,
    group: str | None = None,
    published_at: float | None = None,
) -> Iterator[Span]:
    """A CONSUMER span around the processing of one message, or of a batch.

    One message: the span is a child of the producer's, so that one trace runs through the services. A batch: messages
    of several traces have no common parent, so the span stays in the current trace and links to each producer.
    Records MESSAGE_DURATION once, and QUEUE_DELAY for each message whose time of publishing is known; a clock that is
    ahead gives 0.

    Args:
        destination: Topic or subject, without ids in it.
        headers: Of the message.
        system: "nats", "kafka": messaging.system.
        batch: The headers of each message of a batch, in place of headers.
        group: Consumer group.
        published_at: Seconds since the epoch, from the broker; the header that produce() sets if None.
    """
    attributes = _attributes(destination, system, "process", "process")
    if group is not None:
        attributes["messaging.consumer.group.name"] = group
    if batch is None:
        _record_delay(destination, headers, published_at)
        parent, links = extract(headers), []
    else:
        attributes["messaging.batch.message_count"] = len(batch)
        for each in batch:
            _record_delay(destination, each, None)
        parent, links = context.get_current(), _links(batch)
    # The context, not only the span's parent: the message's baggage is in it.
    token = context.attach(parent)
    try:
        # Timed inside the span, so that its exemplars show the trace.
        with (
            span(f"process {destination}", kind=SpanKind.CONSUMER, attributes=attributes, links=links) as current,
            timed(MESSAGE_DURATION, messaging_destination_name=destination),
        ):
            yield current
    finally:
        context.detach(token)


def _attributes(destination: str, system: str, name: str, kind: str) -> dict[str, AttributeValue]:
    return {
        "messaging.system": system,
        "messaging.destination.name": destination,
        "messaging.operation.name": name,
        "messaging.operation.type": kind,
    }


def _links(batch: Sequence[Headers]) -> list[Link]:
    own = get_current_span().get_span_context()
    producers = (get_current_span(extract(headers)).get_span_context() for headers in batch)
    # A message without a context extracts to the current one, which is no producer.
    return [Link(producer) for producer in producers if producer.is_valid and producer != own]


def _record_delay(destination: str, headers: Headers, published_at: float | None) -> None:
    try:
        delay = time.time() - float((header(headers, PUBLISHED_AT) or "") if published_at is None else published_at)
    except (TypeError, ValueError):
        return
    # Neither a NaN nor an infinity is a delay: one would spoil the histogram's sum for good.
    if abs(delay) < float("inf"):
        HANDLE.current().metrics.record(QUEUE_DELAY, max(0.0, delay), messaging_destination_name=destination)
