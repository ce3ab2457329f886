"""The market: sends ticks of a random walk to ingest, some of them with a customer's data in the URL."""

from __future__ import annotations

import itertools
import logging
import os
import random
import time

import requests

from .messages import SYMBOLS

log = logging.getLogger(__name__)

CUSTOMER_EVERY = 50
"""Every how many ticks one carries a customer's data."""

# Test numbers: none of them is anybody's.
CUSTOMER = {
    "email": "ada.lovelace@example.com",
    "card": "4111111111111111",
    "iban": "DE89370400440532013000",
    "account": "ACC-20481632",
    "api_key": "sk_live_" + "51H8exampleKEYexample0042",
    "bearer": "Bearer 5b1f0c2e9a7d4836b0e1c2d3f4a59687",
}

_VOLATILITY = 2e-4


def main() -> None:
    """Sends LOAD_RATE ticks a second (0: none at all), LOAD_TICKS in all (0: without end)."""
    logging.basicConfig(level=logging.INFO)
    ingest = os.environ["INGEST_URL"]
    rate = float(os.environ.get("LOAD_RATE", "5"))
    if rate == 0:
        return
    total = int(os.environ.get("LOAD_TICKS", "0"))
    prices = dict.fromkeys(sorted(SYMBOLS), 1.0)
    with requests.Session() as session:
        for number in range(total) if total else itertools.count():
            symbol = sorted(SYMBOLS)[number % len(SYMBOLS)]
            prices[symbol] *= 1 + random.gauss(0, _VOLATILITY)
            customer = CUSTOMER if number % CUSTOMER_EVERY == CUSTOMER_EVERY - 1 else {}
            send(session, ingest, {"symbol": symbol, "price": prices[symbol], "volume": 1.0}, customer)
            time.sleep(1 / rate)


def send(session: requests.Session, ingest: str, tick: dict[str, object], customer: dict[str, str]) -> None:
    """Sends a tick. A tick that isn't taken is gone, as in a market."""
    try:
        session.post(f"{ingest}/ticks", json=tick, params=customer, timeout=5).raise_for_status()
    except requests.RequestException as error:
        log.warning("tick not taken: %s", type(error).__name__)


if __name__ == "__main__":
    main()
