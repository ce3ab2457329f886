"""Steps whose failure the service must not feel."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def attempt(what: str, step: Callable[[], object]) -> bool:
    """Runs a step; a failure is a warning "telemetry: <what>: <type>", without the error's text.

    The text may show a header, a query, or an address with a password.

    Returns:
        Whether the step succeeded.
    """
    try:
        step()
    except Exception as error:  # noqa: BLE001
        log.warning("telemetry: %s: %s", what, type(error).__name__)
        return False
    return True
