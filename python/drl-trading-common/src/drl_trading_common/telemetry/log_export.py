"""What the handler that exports log records leaves out and adds. Imported only where telemetry is on."""

from __future__ import annotations

import logging

from opentelemetry.instrumentation.utils import is_instrumentation_enabled

from .logs import current_fields


class ExportFilter(logging.Filter):
    """Of the handler that exports: adds the fields, and holds back what exporting itself logs, which would breed more.

    Python prints warnings to stderr while no handler is there at all. The exporting handler would end that unasked, so
    the filter gives a record that nobody else handles to Python's last resort.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is exported."""
        if logging.lastResort and record.levelno >= logging.lastResort.level and not _handled_elsewhere(record.name):
            logging.lastResort.handle(record)
        if record.name == "opentelemetry" or record.name.startswith("opentelemetry."):
            return False
        if not is_instrumentation_enabled():
            return False  # of urllib3, or another library, at work for an exporter
        for name, value in current_fields().items():
            record.__dict__.setdefault(name, value)
        return True


def _handled_elsewhere(name: str) -> bool:
    """Whether a logger of that name reaches a handler beside the one that exports."""
    logger: logging.Logger | None = logging.getLogger(name)
    while logger is not None:
        if any(not any(isinstance(each, ExportFilter) for each in handler.filters) for handler in logger.handlers):
            return True
        logger = logger.parent if logger.propagate else None
    return False
