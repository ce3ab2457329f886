"""Readers of settings as the environment has them. Each raises ValueError with what it wants, never with the value."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

GRPC = "grpc"
HTTP = "http/protobuf"

_MILLISECONDS_FROM = 100.0
# Beyond what a thread can wait for, its wait raises, and the thread of an exporter ends for good.
_MOST_SECONDS = 86400.0
_WANT_SECONDS = "seconds above 0, a day at most"
_MOST = 2**31 - 1
_HEADER = re.compile(r"\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*=[^,;]*")


def choice(values: Mapping[str, object]) -> Callable[[str], object]:
    """A reader of one of the names, in any case, that gives its value."""

    def parse(text: str) -> object:
        try:
            return values[text.lower()]
        except KeyError:
            raise ValueError("one of " + ", ".join(values)) from None

    return parse


def one_of(*names: str) -> Callable[[str], object]:
    """A reader of one of the names, in any case."""
    return choice({name: name for name in names})


def _number(text: str, want: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(want) from None


def compression(text: str) -> object:
    """Whether to compress with gzip."""
    return choice({"gzip": True, "none": False})(text)


def protocol(text: str) -> object:
    """GRPC or HTTP."""
    return one_of(GRPC, HTTP)(text)


def exporter(text: str) -> object:
    """Whether a signal is exported."""
    return choice({"otlp": True, "none": False})(text)


def seconds_above_0(text: str) -> float:
    """Seconds, above 0 and at most a day."""
    return _bounded(_number(text, _WANT_SECONDS))


def timeout(text: str) -> float:
    """Seconds of an OTLP timeout, given in seconds, or from 100 on in milliseconds."""
    number = _number(text, _WANT_SECONDS)
    return _bounded(number / 1000 if number >= _MILLISECONDS_FROM else number)


def _bounded(seconds: float) -> float:
    if not 0 < seconds <= _MOST_SECONDS:
        raise ValueError(_WANT_SECONDS)
    return seconds


def ratio(text: str) -> float:
    """A probability."""
    want = "a number from 0 to 1"
    ratio = _number(text, want)
    if not 0 <= ratio <= 1:
        raise ValueError(want)
    return ratio


def limit(text: str) -> None:
    """A count or length from 0 on, or "unset"."""
    if not text.isdecimal() and text.lower() != "unset":
        raise ValueError('a whole number, or "unset"')


def positive_int(text: str) -> int:
    """A count above 0, of at most 31 bits."""
    if not text.isdecimal() or len(text) > len(str(_MOST)) or not 0 < int(text) <= _MOST:
        raise ValueError(f"a whole number from 1 to {_MOST}")
    return int(text)


def level(text: str) -> int:
    """A level of the logging module by its name, in any case."""
    levels = logging.getLevelNamesMapping()
    try:
        return levels[text.upper()]
    except KeyError:
        raise ValueError("one of " + ", ".join(levels)) from None


def names(text: str) -> tuple[str, ...]:
    """Names separated by commas."""
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def headers(text: str) -> None:
    """Pairs name=value separated by commas, URL encoded."""
    if not all(_HEADER.fullmatch(pair) for pair in text.split(",") if pair.strip()):
        raise ValueError("name=value pairs with commas between them, URL encoded")


def patterns(text: str) -> None:
    """Regular expressions with commas between them, as OpenTelemetry compiles them: one of all."""
    try:
        re.compile("|".join(part.strip() for part in text.split(",")))
    except re.error:
        raise ValueError("regular expressions with commas between them; any text is .*") from None


def url(text: str) -> str:
    """The URL of an OTLP endpoint, as it is."""
    want = "a URL such as http://localhost:4317"
    try:
        parts = urlsplit(text)
        port = parts.port  # reading it checks its range
    except ValueError:
        raise ValueError(want) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError(want)
    return text
