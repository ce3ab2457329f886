"""The decorator @traced, for functions, coroutines, generators and asynchronous generators."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, overload

from opentelemetry.trace import SpanKind

from .catalog import PREFIX
from .generators import detached_span, drive_async_generator, drive_generator
from .handle import HANDLE
from .spans import span

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")
Attributes = dict[str, str | bool | int | float]


@overload
def traced(name: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def traced(
    name: str | None = None, /, *, kind: SpanKind = SpanKind.INTERNAL, attrs: tuple[str, ...] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def traced(
    name: Callable[..., Any] | str | None = None, /, *, kind: SpanKind = SpanKind.INTERNAL, attrs: tuple[str, ...] = ()
) -> Any:
    """Puts a span around each call: @traced, or @traced("predict", attrs=("symbol",)).

    The span of a generator starts with its first step and ends with its last, its close, or its error. It is current
    while the generator's own code runs, not while the consumer's does.

    Args:
        name: Name of the span; the function's qualified name if not given.
        kind: Kind of the span.
        attrs: Parameters whose values become attributes "drl.<parameter>". Others are never recorded; nor are values
            that aren't text, numbers or booleans.
    """
    if callable(name):
        return _decorate(name, _name_of(name), SpanKind.INTERNAL, ())

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        return _decorate(function, name or _name_of(function), kind, attrs)

    return decorate


def _name_of(function: Callable[..., Any]) -> str:
    """The qualified name of a function; a partial and an object that can be called have that of their class."""
    return getattr(function, "__qualname__", type(function).__qualname__)


def _decorate(function: Callable[P, R], name: str, kind: SpanKind, attrs: tuple[str, ...]) -> Callable[P, R]:
    chosen = _chooser(function, attrs)
    wrapper: Callable[..., Any]
    if inspect.isasyncgenfunction(function):
        wrapper = drive_async_generator(function, lambda args, kwargs: detached_span(name, kind, chosen(args, kwargs)))
    elif inspect.isgeneratorfunction(function):
        wrapper = drive_generator(function, lambda args, kwargs: detached_span(name, kind, chosen(args, kwargs)))
    elif inspect.iscoroutinefunction(function):

        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
            if not HANDLE.current().enabled:
                return await function(*args, **kwargs)
            with span(name, kind=kind, attributes=chosen(args, kwargs)):
                return await function(*args, **kwargs)

    else:

        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if not HANDLE.current().enabled:
                return function(*args, **kwargs)
            with span(name, kind=kind, attributes=chosen(args, kwargs)):
                return function(*args, **kwargs)

    return cast("Callable[P, R]", functools.wraps(function)(wrapper))


def _chooser(function: Callable[..., Any], attrs: tuple[str, ...]) -> Callable[[Any, Any], Attributes]:
    """Gives the function that takes the chosen arguments out of a call."""
    if not attrs:
        return lambda _args, _kwargs: {}
    signature = inspect.signature(function)

    def choose(args: Any, kwargs: Any) -> Attributes:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError:
            return {}  # the call itself raises it where the caller expects it
        bound.apply_defaults()
        values = {PREFIX + name: bound.arguments.get(name) for name in attrs}
        return {name: value for name, value in values.items() if isinstance(value, (str, bool, int, float))}

    return choose
