"""What careless code does with a customer's data, in every place where services have been seen to do it.

No real service has this module. It is here so that the agents have something to remove: what it writes must be found
nowhere behind them.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from typing import TYPE_CHECKING

import requests
import sqlalchemy as sa
from opentelemetry import metrics, trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .database import Database

log = logging.getLogger(__name__)


def handle(customer: Mapping[str, str], database: Database | None = None) -> None:
    """Puts each value into names, attributes, events, links' URLs, SQL, logs, metrics and exceptions.

    Args:
        customer: email, card, iban, account, api_key, bearer; nothing happens without any.
        database: Where SQL with values in it is sent.
    """
    if not customer:
        return
    tracer = trace.get_tracer(__name__)
    with tracer.start_as_current_span(f"check customer {customer.get('email')} {customer.get('account')}") as span:
        _describe(span, customer)
        for name, value in customer.items():
            log.warning("customer's %s is %s", name, value, extra={"subject": value})
            metrics.get_meter(__name__).create_counter("careless.checks").add(1, {"subject": value})
            if database is not None:
                _look_up(database, value)
        if url := os.environ.get("EXCHANGE_URL"):
            requests.get(f"{url}/customers/{customer.get('account')}", params=dict(customer), timeout=5)
        try:
            raise LookupError("unknown customer: " + ", ".join(f"{key}={value}" for key, value in customer.items()))
        except LookupError as error:
            log.exception("check customer")
            span.record_exception(error)
            span.set_status(trace.StatusCode.ERROR, str(error))


def _describe(span: trace.Span, customer: Mapping[str, str]) -> None:
    text = json.dumps(dict(customer))
    credentials = f"{customer.get('email')}:{customer.get('api_key')}"
    span.set_attributes({f"customer.{name}": value for name, value in customer.items()})
    span.set_attribute("messaging.message.body", text)
    span.set_attribute("customer.json", json.dumps({"escaped": text}))
    span.set_attribute("customer.bytes", text.encode())
    span.set_attribute("http.request.header.authorization", [customer.get("bearer", "")])
    span.set_attribute("http.request.header.proxy", "Basic " + base64.b64encode(credentials.encode()).decode())
    span.add_event(
        f"saw {customer.get('card')}", {"detail": f"card {customer.get('card')}, iban {customer.get('iban')}"}
    )


def _look_up(database: Database, value: str) -> None:
    literal = value.replace("'", "''").replace(":", r"\:").replace("%", "%%")
    with database.begin() as connection:
        connection.execute(sa.text(f"SELECT '{literal}' AS customer"))
