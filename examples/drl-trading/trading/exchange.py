"""The venue, which belongs to somebody else: it has no telemetry. Its answers take time, and may be rejections."""

from __future__ import annotations

import random
import time

from flask import Flask, Response, jsonify, request

from . import web
from .faults import REJECTED_ORDERS, Faults

LATENCY_S = (0.001, 0.02)
MAX_REMEMBERED = 100_000


def make_app(faults: Faults) -> Flask:
    """POST /orders takes an order once: its id gives the same answer again."""
    app = web.make_app("exchange", faults)
    answers: dict[str, dict[str, object]] = {}

    @app.post("/orders")
    def order() -> Response:
        time.sleep(random.uniform(*LATENCY_S))  # noqa: S311
        wanted = request.get_json()
        if len(answers) >= MAX_REMEMBERED:
            answers.pop(next(iter(answers)))
        return jsonify(answers.setdefault(wanted["id"], answer(wanted["price"], faults[REJECTED_ORDERS])))

    @app.get("/customers/<account>")
    def customer(account: str) -> tuple[Response, int]:
        return jsonify(error="no such customer", length=len(account)), 404

    return app


def answer(price: float, rejected: float) -> dict[str, object]:
    """The answer to an order at a price, which is rejected with the given probability."""
    if random.random() < rejected:  # noqa: S311
        return {"status": "rejected", "reason": "insufficient margin"}
    slippage = random.uniform(-1e-4, 1e-4)  # noqa: S311
    return {"status": "filled", "price": price * (1 + slippage)}


if __name__ == "__main__":
    web.serve(make_app(Faults(REJECTED_ORDERS)))
