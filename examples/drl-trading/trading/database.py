"""The services' PostgreSQL."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

# Not `from sqlalchemy import create_engine`: telemetry replaces that name in the module later.
import sqlalchemy as sa

from .faults import DEAD_DATABASE, Faults

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Database:
    """Connections to the database of DATABASE_URL, unless the switch DEAD_DATABASE is on."""

    def __init__(self, faults: Faults, *tables: sa.Table) -> None:
        """Creates the tables that aren't there. Raises what SQLAlchemy raises when the database doesn't answer."""
        url = sa.make_url(os.environ["DATABASE_URL"])
        self._faults = faults
        self._engine = sa.create_engine(url, pool_pre_ping=True)
        # Nobody listens on port 1: the errors are those of a database that is down.
        self._dead = sa.create_engine(url.set(host="127.0.0.1", port=1))
        for table in tables:
            table.create(self._engine, checkfirst=True)

    def begin(self) -> AbstractContextManager[sa.Connection]:
        """A connection in a transaction that is committed at the block's end."""
        engine = self._dead if self._faults[DEAD_DATABASE] else self._engine
        return engine.begin()
