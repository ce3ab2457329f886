"""Log records that know their trace and the work they belong to.

Exported records carry trace and span id by themselves. log_context adds fields through a context variable, so they
follow the work across await and, with contextvars.copy_context, into threads.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING

from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

from .catalog import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_fields: ContextVar[Mapping[str, str]] = ContextVar("drl_log_fields", default=MappingProxyType({}))


def current_fields() -> Mapping[str, str]:
    """The fields of the log_context blocks around, by their attribute names."""
    return _fields.get()


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Adds fields to the log records of a block: symbol="EURUSD" is "drl.symbol". Inner blocks add to outer ones."""
    token = _fields.set({**_fields.get(), **{PREFIX + name: str(value) for name, value in fields.items()}})
    try:
        yield
    finally:
        _fields.reset(token)


class CorrelatedFormatter(logging.Formatter):
    """For the console: ends each record with trace_id, span_id and the fields of log_context.

    Format in the thread that logs: behind a QueueHandler the context is another's.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The formatted record, as `text key=value ...`."""
        parts = [super().format(record)]
        current = get_current_span().get_span_context()
        if current.is_valid:
            parts.append(f"trace_id={format_trace_id(current.trace_id)} span_id={format_span_id(current.span_id)}")
        parts.extend(f"{name.removeprefix(PREFIX)}={value}" for name, value in _fields.get().items())
        return " ".join(parts)
