"""What the services send each other over the queue, as JSON; each kind of message has a subject of its own."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

SYMBOLS = frozenset({"EURUSD", "GBPUSD", "XAUUSD"})

BUY, HOLD, SELL = "buy", "hold", "sell"


@dataclass(frozen=True, slots=True)
class Tick:
    """A price that was seen in the market.

    Attributes:
        symbol: What is traded.
        price: In the quote currency, above 0.
        volume: Lots, not below 0.
        at: Seconds since the epoch.
        customer: Seeded personal data of a customer whom the tick concerns; see trading.careless.
    """

    subject: ClassVar[str] = "trading.ticks"

    symbol: str
    price: float
    volume: float
    at: float
    customer: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a tick, by name."""

    subject: ClassVar[str] = "trading.features"

    tick: Tick
    values: dict[str, float]

    @property
    def symbol(self) -> str:
        """What is traded."""
        return self.tick.symbol


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the policy would do at a tick.

    Attributes:
        id: Also the id of the order that comes of it, so that an order that is sent twice is placed once.
        action: BUY, HOLD or SELL.
        confidence: The policy's probability of the action, 0 to 1.
        at: When it was made: seconds since the epoch.
    """

    subject: ClassVar[str] = "trading.predictions"

    id: str
    tick: Tick
    action: str
    confidence: float
    model_version: str
    at: float

    @property
    def symbol(self) -> str:
        """What is traded."""
        return self.tick.symbol


Message = TypeVar("Message", Tick, Features, Prediction)


def encode(message: Tick | Features | Prediction) -> bytes:
    """The message as JSON."""
    return json.dumps(dataclasses.asdict(message)).encode()


def decode(kind: type[Message], body: bytes) -> Message:
    """The message in body. Raises ValueError when it isn't one of that kind."""
    fields = json.loads(body)
    try:
        if kind is not Tick:
            fields["tick"] = read_tick(fields["tick"])
            return kind(**fields)
        return kind(**dataclasses.asdict(read_tick(fields)))
    except (KeyError, TypeError) as error:
        raise ValueError(f"read {kind.__name__}: {error}") from None


def read_tick(fields: Any) -> Tick:
    """A tick from parsed JSON. Raises ValueError that names what is wrong."""
    try:
        tick = Tick(
            symbol=str(fields["symbol"]),
            price=float(fields["price"]),
            volume=float(fields.get("volume", 0)),
            at=float(fields["at"]),
            customer=dict(fields.get("customer", {})),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"read tick: want an object with symbol, price and at: {error!r}") from None
    if tick.symbol not in SYMBOLS or not 0 < tick.price < float("inf"):
        raise ValueError(f"read tick: want a symbol of {', '.join(sorted(SYMBOLS))} and a price above 0")
    return tick
