"""The load: requests one after another on one connection, so that a latency is a service time."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass

SYMBOLS = ("EURUSD", "GBPUSD", "USDJPY", "AUDUSD")


@dataclass(frozen=True, slots=True)
class Load:
    """What the load saw.

    Attributes:
        latencies_s: Of each request, in seconds, in ascending order.
    """

    latencies_s: tuple[float, ...]


def run(port: int, requests: int) -> Load:
    """Places orders. Raises ValueError on an answer other than 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    latencies = []
    try:
        for number in range(requests):
            body = json.dumps({"symbol": SYMBOLS[number % len(SYMBOLS)], "quantity": 1 + number % 9})
            begin = time.perf_counter()
            connection.request("POST", "/orders", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            latencies.append(time.perf_counter() - begin)
            if answer.status != http.client.OK:
                raise ValueError(f"place order: status {answer.status}: {text[:200]!r}")
    finally:
        connection.close()
    return Load(tuple(sorted(latencies)))
