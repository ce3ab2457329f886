"""Runs the service: python -m service FORM PORT DATABASE PRICES."""

from __future__ import annotations

import logging
import sys

import waitress

from . import instruments


def main() -> None:
    """Starts telemetry before the app's libraries are imported, as the trading services do."""
    form, port, database, prices = sys.argv[1:]
    logging.basicConfig(level=logging.INFO)
    started = instruments.start(form)
    from .app import build  # noqa: PLC0415

    waitress.serve(build(started, database, prices), host="127.0.0.1", port=int(port), threads=4)


if __name__ == "__main__":
    main()
