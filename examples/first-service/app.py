"""A small service of orders: a database, an outgoing call, a log line, an error.

It imports nothing of the telemetry agent and, apart from /leak, nothing of OpenTelemetry: it is run by
`opentelemetry-instrument`, which finds Flask, requests, SQLAlchemy and logging.
"""

import logging
import os
import signal
import sys

import requests
from flask import Flask, jsonify, request
from opentelemetry import metrics, trace
from sqlalchemy import create_engine, text
from werkzeug.serving import make_server

PORT = int(os.environ.get("PORT", "8080"))
QUOTE_URL = os.environ.get("QUOTE_URL", f"http://127.0.0.1:{PORT}/quote")

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("first-service")
app = Flask(__name__)
engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:////tmp/orders.db"))


def create_tables():
    with engine.begin() as db:
        db.execute(text("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, symbol TEXT, note TEXT)"))
        db.execute(text("INSERT OR IGNORE INTO orders VALUES ('1', 'EURUSD', ''), ('2', 'XAUUSD', '')"))


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.get("/quote")
def quote():
    return jsonify(symbol=request.args.get("symbol", "EURUSD"), price=1.0842)


@app.get("/orders/<order_id>")
def order(order_id):
    with engine.connect() as db:
        row = db.execute(text("SELECT id, symbol FROM orders WHERE id = :id"), {"id": order_id}).mappings().first()
    if row is None:
        return jsonify(error="no such order"), 404
    price = requests.get(QUOTE_URL, params={"symbol": row["symbol"]}, timeout=5).json()["price"]
    log.info("order %s priced", row["id"])
    return jsonify(id=row["id"], symbol=row["symbol"], price=price)


@app.get("/fail")
def fail():
    raise RuntimeError("the order book is closed")


@app.route("/leak", methods=["GET", "POST"])
def leak():
    """Puts each value that the caller sent into every place where services leak them, then fails.

    GET takes the values from the query, so that they also stand in the server's own URL attributes; POST takes
    them from a form or a JSON object. With `?fail=0` it answers 200 with the names, never the values, of what it was given.
    """
    values = {**request.args.to_dict(), **request.form.to_dict(), **(request.get_json(silent=True) or {})}
    fails = values.pop("fail", "1") != "0"
    for name, value in values.items():
        leak_value(name, str(value))
    if fails:
        raise ValueError("cannot settle: " + ", ".join(f"{name} is {value}" for name, value in values.items()))
    return jsonify(leaked=sorted(values))


def leak_value(name, value):
    with trace.get_tracer(__name__).start_as_current_span(f"look up {value}") as span:
        span.set_attribute(f"app.{name}", value)
        span.set_attribute(f"app.{name}.list", ["first", value])
        span.add_event(f"saw {value}", {"detail": f"the {name} is {value}"})
        with engine.connect() as db:
            literal = value.replace("'", "''").replace(":", r"\:")
            db.execute(text(f"SELECT id FROM orders WHERE note = '{literal}'")).all()
        requests.get(QUOTE_URL, params={name: value, "symbol": "EURUSD"}, timeout=5)
        metrics.get_meter(__name__).create_counter("app.lookups").add(1, {"subject": value})
        log.warning("looked up %s %s", name, value, extra={"subject": value})
        span.set_status(trace.StatusCode.ERROR, f"nothing known of {value}")


def main():
    create_tables()
    # sys.exit runs the SDK's exit hooks, which flush; the signal's default action would lose up to 5 s of spans.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    make_server("0.0.0.0", PORT, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
