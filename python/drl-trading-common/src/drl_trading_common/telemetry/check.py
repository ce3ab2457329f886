"""Checks what a service passes as TelemetryConfig, by the same readers as the environment's text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from . import parse

if TYPE_CHECKING:
    from collections.abc import Callable


def checks(samplers: tuple[str, ...]) -> dict[str, Callable[[object], object]]:
    """What reads each field: gives its value in the form that the rest of the package takes, or raises ValueError."""
    readers: dict[str, Callable[[object], object]] = {
        "endpoint": _text(parse.url),
        "protocol": _text(parse.protocol),
        "timeout_s": _number(parse.seconds_above_0),
        "sampler": _text(parse.one_of(*samplers)),
        "sampler_ratio": _number(parse.ratio),
        "shutdown_deadline_s": _number(parse.seconds_above_0),
        "log_level": _level,
        "propagators": lambda value: tuple(_texts(value)),
        "baggage_keys": lambda value: frozenset(_texts(value)),
        "symbols": lambda value: frozenset(_texts(value)),
        "resource": _mapping,
    }
    for name in ("gzip", "traces", "metrics", "logs"):
        readers[name] = _boolean
    sizes = ("span_queue", "span_batch", "log_queue", "log_batch")
    for name in ("span_delay_ms", "log_delay_ms", "metric_interval_ms", *sizes):
        readers[name] = _number(parse.positive_int)
    return readers


def _text(read: Callable[[str], object]) -> Callable[[object], object]:
    return lambda value: read(value if isinstance(value, str) else "")


def _number(read: Callable[[str], object]) -> Callable[[object], object]:
    return lambda value: read(str(value) if isinstance(value, (int, float)) else "")


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("True or False")
    return value


def _level(value: object) -> int:
    return value if isinstance(value, int) else parse.level(value if isinstance(value, str) else "")


def _texts(value: object) -> Collection[str]:
    if isinstance(value, str) or not isinstance(value, Collection) or not all(isinstance(each, str) for each in value):
        raise ValueError("a collection of texts")
    return value


def _mapping(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError("a mapping of texts")
    return value
