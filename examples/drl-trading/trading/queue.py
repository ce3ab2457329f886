"""NATS JetStream for services that run in threads.

A Queue owns one thread with the client's event loop, which ends with the process. Handlers run in a second thread, one
message after the other. Delivery is at least once: a message whose handler raised comes again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar

import nats
import nats.errors
from drl_trading_common.telemetry import consume_span, log_context, produce
from nats.js.api import StreamConfig

from . import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from drl_trading_common.telemetry import Telemetry
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

    from .messages import Features, Message, Prediction, Tick

log = logging.getLogger(__name__)

STREAM = "TRADING"
SYSTEM = "nats"

_ANSWER_S = 5.0
_RETRY_S = 2.0
_MAX_MESSAGES = 1_000_000

T = TypeVar("T")


class Queue:
    """A connection to the NATS server of NATS_URL, and the one stream that holds all messages."""

    def __init__(self) -> None:
        """Connects. Waits for a server that isn't up yet."""
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="queue", daemon=True).start()
        self._stream: JetStreamContext = self._call(self._connect(), None)

    def publish(self, message: Tick | Features | Prediction) -> None:
        """Sends a message with the current trace's context, and waits until the stream has it."""
        body = messages.encode(message)
        with produce(message.subject, system=SYSTEM) as headers:
            self._call(self._stream.publish(message.subject, body, headers=headers, timeout=_ANSWER_S))

    def consume(self, telemetry: Telemetry, kind: type[Message], group: str, handle: Callable[[Message], None]) -> None:
        """Calls handle with each message of a kind, in a span; reports how many wait. Returns at once.

        Args:
            telemetry: Shows the queue's depth.
            kind: Of the messages. A body that isn't one isn't delivered again.
            group: Names the position in the stream, which outlives this process.
            handle: Where it raises, the message comes again; after a ValueError it doesn't: it is no use to anybody.
        """

        def handle_body(body: bytes) -> None:
            message = messages.decode(kind, body)
            with log_context(symbol=message.symbol):
                handle(message)

        asyncio.run_coroutine_threadsafe(self._consume(kind.subject, group, handle_body), self._loop)
        telemetry.metrics.watch_queue(kind.subject, lambda: self._depth(group))

    def _call(self, work: Coroutine[Any, Any, T], timeout_s: float | None = _ANSWER_S) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout_s)

    async def _connect(self) -> JetStreamContext:
        client = await nats.connect(os.environ["NATS_URL"], max_reconnect_attempts=-1, reconnect_time_wait=1)
        stream = client.jetstream()
        await _make_stream(stream)
        return stream

    def _depth(self, group: str) -> int:
        info = self._call(self._stream.consumer_info(STREAM, group))
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def _consume(self, subject: str, group: str, handle: Callable[[bytes], None]) -> None:
        while True:
            try:
                await self._consume_until_error(subject, group, handle)
            except Exception:
                log.exception("consume %s: trying again", subject)
                await asyncio.sleep(_RETRY_S)

    async def _consume_until_error(self, subject: str, group: str, handle: Callable[[bytes], None]) -> None:
        await _make_stream(self._stream)  # a server without its disk comes back with nothing
        subscription = await self._stream.pull_subscribe(subject, durable=group)
        while True:
            try:
                messages = await subscription.fetch(1, timeout=_ANSWER_S)
            except nats.errors.TimeoutError:
                continue
            for message in messages:
                await asyncio.to_thread(self._handle, message, subject, group, handle)

    def _handle(self, message: Msg, subject: str, group: str, handle: Callable[[bytes], None]) -> None:
        try:
            with consume_span(subject, message.headers, system=SYSTEM, group=group):
                handle(message.data)
        except ValueError:
            log.exception("drop message of %s", subject)
            self._call(message.term())
        except Exception:
            log.exception("process message of %s: it comes again", subject)
            self._call(message.nak(delay=_RETRY_S))
        else:
            self._call(message.ack())


async def _make_stream(stream: JetStreamContext) -> None:
    """Makes the stream where it isn't there. When it is full, the oldest messages go."""
    await stream.add_stream(StreamConfig(name=STREAM, subjects=["trading.>"], max_msgs=_MAX_MESSAGES))
