"""Switches that make a service fail on purpose, while it runs: `curl -X PUT --data 0.5 …/faults/slow_model`."""

from __future__ import annotations

import os

SLOW_MODEL = "slow_model"
"""Inference: seconds that each prediction takes longer."""
REJECTED_ORDERS = "rejected_orders"
"""Exchange: share of the orders that are rejected, 0 to 1."""
DEAD_DATABASE = "dead_database"
"""Ingest and execution: 1 for a database that refuses connections."""

DEAD_STORE = "dead_store"
"""Preprocessing: 1 for a feature store that doesn't answer."""


class Faults:
    """The switches of one service. Each starts at its variable, such as FAULT_SLOW_MODEL, or 0."""

    def __init__(self, *names: str) -> None:
        self._values = {name: float(os.environ.get(f"FAULT_{name.upper()}") or 0) for name in names}

    def __getitem__(self, name: str) -> float:
        """The switch's value; 0 is off."""
        return self._values[name]

    def set(self, name: str, text: str) -> None:
        """Sets a switch. Raises KeyError for one that the service hasn't, ValueError for text that isn't a number."""
        if name not in self._values:
            raise KeyError(name)
        self._values[name] = float(text)
