"""The service's own work, the same in each form of telemetry."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import requests
from flask import Flask, request
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

    from .instruments import Instruments

log = logging.getLogger("service")


class Base(DeclarativeBase):
    """The tables."""


class Order(Base):
    """A stored order."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(index=True)
    quantity: Mapped[int]
    price: Mapped[float]


def build(instruments: Instruments, database: str, prices: str) -> Flask:
    """The app.

    Args:
        instruments: How it records its work.
        database: Path of the SQLite file.
        prices: URL of the service that it asks for prices.
    """
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", _without_fsync)
    Base.metadata.create_all(engine)
    http = requests.Session()
    app = Flask("impact")

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.post("/orders")
    def place() -> dict[str, object]:
        asked = request.get_json()
        symbol, quantity = str(asked["symbol"]), int(asked["quantity"])
        with instruments.span("order.price", symbol):
            price = float(http.get(f"{prices}/price", params={"symbol": symbol}, timeout=5).json()["price"])
        with Session(engine) as session:
            order = Order(symbol=symbol, quantity=quantity, price=price)
            session.add(order)
            session.flush()
            number = order.id
            held = session.scalar(select(func.sum(Order.quantity)).where(Order.symbol == symbol))
            session.commit()
        instruments.count_trade("buy")
        log.info("order %d placed at %.5f", number, price)
        return {"order": number, "held": held, "price": price}

    instruments.attach(app)
    return app


def _without_fsync(connection: DBAPIConnection, _record: object) -> None:
    """Keeps the disk, the noisiest part of a machine, out of the latencies."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.execute("PRAGMA journal_mode=MEMORY")
    cursor.close()
