"""Takes market ticks over HTTP, stores them, publishes them, and serves their history for training."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from drl_trading_common.telemetry import log_context, span
from flask import Flask, Response, jsonify, request

from . import careless, messages, web
from .database import Database
from .faults import DEAD_DATABASE, Faults
from .queue import Queue
from .settings import start_telemetry

if TYPE_CHECKING:
    from collections.abc import Callable

    from .messages import Tick

log = logging.getLogger(__name__)

NAME = "ingest"
MAX_HISTORY = 10_000

TABLE = sa.Table(
    "ticks",
    sa.MetaData(),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("symbol", sa.String, nullable=False, index=True),
    sa.Column("price", sa.Float, nullable=False),
    sa.Column("volume", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)


def main() -> None:
    """Runs the service."""
    telemetry = start_telemetry(NAME)
    faults = Faults(DEAD_DATABASE)
    database = Database(faults, TABLE)
    app = make_app(faults, database, Queue().publish)
    web.serve(app, telemetry)


def make_app(faults: Faults, database: Database, publish: Callable[[Tick], None]) -> Flask:
    """The service's HTTP side."""
    app = web.make_app(NAME, faults)

    @app.post("/ticks")
    def take() -> tuple[Response, int]:
        """Takes one tick. What stands in the query is a customer's data: see trading.careless."""
        try:
            tick = messages.read_tick({"at": time.time(), **request.get_json()})
        except ValueError as error:
            return jsonify(error=str(error)), 400
        tick = replace(tick, customer=request.args.to_dict())
        with log_context(symbol=tick.symbol):
            careless.handle(tick.customer, database)
            tick_id = store(database, tick)
            publish(tick)
            log.info("tick taken")
        return jsonify(id=tick_id), 202

    @app.get("/ticks")
    def history() -> Response:
        """The newest ticks of a symbol, oldest first."""
        symbol = request.args.get("symbol", "")
        limit = min(request.args.get("limit", 1000, int), MAX_HISTORY)
        query = sa.select(TABLE.c.price, TABLE.c.volume, TABLE.c.at).where(TABLE.c.symbol == symbol)
        with database.begin() as connection:
            rows = connection.execute(query.order_by(TABLE.c.at.desc()).limit(limit)).mappings().all()
        return jsonify(symbol=symbol, ticks=[dict(row) for row in reversed(rows)])

    return app


def store(database: Database, tick: Tick) -> str:
    """Stores a tick and returns its id."""
    tick_id = uuid.uuid4().hex
    with span("tick.store", symbol=tick.symbol), database.begin() as connection:
        row = {"id": tick_id, "symbol": tick.symbol, "price": tick.price, "volume": tick.volume, "at": tick.at}
        connection.execute(TABLE.insert().values(**row))
    return tick_id


if __name__ == "__main__":
    main()
