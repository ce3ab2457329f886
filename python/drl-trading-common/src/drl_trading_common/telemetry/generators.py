"""Spans over generators: current while the generator's own code runs, not while its consumer's does."""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from opentelemetry import context
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

from .catalog import ERROR_TYPE
from .handle import HANDLE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
    from contextvars import Token

    from opentelemetry.context import Context
    from opentelemetry.util.types import AttributeValue


class Aside:
    """The context of code that runs in steps: `with aside:` is one step, whose changes the next one sees."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._token: Token[Context] | None = None

    def __enter__(self) -> None:
        self._token = context.attach(self._ctx)

    def __exit__(self, *_: object) -> None:
        self._ctx = context.get_current()
        if self._token is not None:
            context.detach(self._token)


Opener: TypeAlias = "Callable[[tuple[Any, ...], dict[str, Any]], AbstractContextManager[Aside]]"


@contextmanager
def detached_span(name: str, kind: SpanKind, attributes: Mapping[str, AttributeValue]) -> Iterator[Aside]:
    """A span that is current only inside the Aside that it yields. Errors are recorded as span() does."""
    current = HANDLE.current().tracer.start_span(name, kind=kind, attributes=attributes)
    try:
        yield Aside(set_span_in_context(current))
    except Exception as error:
        current.set_attribute(ERROR_TYPE, type(error).__qualname__)
        current.record_exception(error)
        current.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
        raise
    finally:
        current.end()


def drive_generator(function: Callable[..., Generator[Any, Any, Any]], opened: Opener) -> Callable[..., Any]:
    """A generator function that runs each step of function's generator inside the context that opened() gives."""

    def wrapper(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        generator = function(*args, **kwargs)
        step = functools.partial(generator.send, None)
        with opened(args, kwargs) as aside:
            while True:
                try:
                    with aside:
                        item = step()
                except StopIteration as stop:
                    return stop.value
                try:
                    sent = yield item
                except GeneratorExit:
                    with aside:
                        generator.close()
                    raise
                except BaseException as error:  # noqa: BLE001
                    step = functools.partial(generator.throw, error)
                else:
                    step = functools.partial(generator.send, sent)

    return wrapper


def drive_async_generator(function: Callable[..., AsyncGenerator[Any, Any]], opened: Opener) -> Callable[..., Any]:
    """As drive_generator, for an asynchronous generator function."""

    async def wrapper(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        generator = function(*args, **kwargs)
        step = functools.partial(generator.asend, None)
        with opened(args, kwargs) as aside:
            while True:
                try:
                    with aside:
                        item = await step()
                except StopAsyncIteration:
                    return
                try:
                    sent = yield item
                except GeneratorExit:
                    with aside:
                        await generator.aclose()
                    raise
                except BaseException as error:  # noqa: BLE001
                    step = functools.partial(generator.athrow, error)
                else:
                    step = functools.partial(generator.asend, sent)

    return wrapper
