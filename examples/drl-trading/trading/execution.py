"""Turns predictions into orders at the exchange, and stores the trades."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

import requests
import sqlalchemy as sa
from drl_trading_common.telemetry import catalog, span
from flask import Flask, Response, jsonify
from opentelemetry.trace import StatusCode
from sqlalchemy.dialects.postgresql import insert

from . import careless, web
from .database import Database
from .faults import DEAD_DATABASE, Faults
from .messages import HOLD, Prediction
from .queue import Queue
from .settings import start_telemetry

if TYPE_CHECKING:
    from drl_trading_common.telemetry import Metrics

log = logging.getLogger(__name__)

NAME = "execution"
VENUE = "simulated"
REJECTED = "rejected"
LOTS = 1.0

TABLE = sa.Table(
    "trades",
    sa.MetaData(),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("symbol", sa.String, nullable=False),
    sa.Column("side", sa.String, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("price", sa.Float),
    sa.Column("at", sa.Float, nullable=False),
)


def main() -> None:
    """Runs the service."""
    telemetry = start_telemetry(NAME)
    faults = Faults(DEAD_DATABASE)
    database = Database(faults, TABLE)
    desk = Desk(os.environ["EXCHANGE_URL"], database, telemetry.metrics)
    Queue().consume(telemetry, Prediction, NAME, desk.handle)
    app = make_app(faults, database)
    web.serve(app, telemetry)


def make_app(faults: Faults, database: Database) -> Flask:
    """The service's HTTP side."""
    app = web.make_app(NAME, faults)

    @app.get("/trades")
    def trades() -> Response:
        """How many trades are stored, by status."""
        query = sa.select(TABLE.c.status, sa.func.count().label("stored")).group_by(TABLE.c.status)
        with database.begin() as connection:
            return jsonify({row.status: row.stored for row in connection.execute(query)})

    return app


class Desk:
    """From a prediction to a stored trade. For one thread."""

    def __init__(self, exchange: str, database: Database, metrics: Metrics) -> None:
        self._exchange = exchange
        self._database = database
        self._metrics = metrics

    def handle(self, prediction: Prediction) -> None:
        """Handles one prediction. One that comes again is placed and stored once: its id is the order's."""
        careless.handle(prediction.tick.customer, self._database)
        if prediction.action != HOLD:
            self._trade(prediction)

    def _trade(self, prediction: Prediction) -> None:
        with span("trade.execute", symbol=prediction.symbol, side=prediction.action, venue=VENUE) as current:
            answer = self._place(prediction)
            status = answer["status"]
            current.set_attribute("drl.status", status)
            if status == REJECTED:
                current.set_attribute("error.type", REJECTED)
                current.set_status(StatusCode.ERROR, "the venue rejected the order")
            elapsed = max(0.0, time.time() - prediction.at)
            if self._store(prediction, answer):
                self._metrics.record(catalog.TRADE_DURATION, elapsed, venue=VENUE, status=status)
                self._metrics.add(
                    catalog.TRADES, side=prediction.action, status=status, venue=VENUE, symbol=prediction.symbol
                )
            log.info("order %s", status)

    def _place(self, prediction: Prediction) -> dict[str, str]:
        order = {"id": prediction.id, "symbol": prediction.symbol, "side": prediction.action, "lots": LOTS}
        response = requests.post(f"{self._exchange}/orders", json={**order, "price": prediction.tick.price}, timeout=5)
        response.raise_for_status()
        answer: dict[str, str] = response.json()
        return answer

    def _store(self, prediction: Prediction, answer: dict[str, str]) -> bool:
        """Stores the trade, and says whether it wasn't there."""
        trade = insert(TABLE).values(
            id=prediction.id,
            symbol=prediction.symbol,
            side=prediction.action,
            status=answer["status"],
            price=answer.get("price"),
            at=prediction.at,
        )
        with self._database.begin() as connection:
            new = trade.on_conflict_do_nothing().returning(TABLE.c.id)
            return connection.execute(new).first() is not None


if __name__ == "__main__":
    main()
