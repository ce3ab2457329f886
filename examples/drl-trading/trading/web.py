"""What the services' HTTP sides have in common: health, fault switches, the server."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from drl_trading_common.telemetry import Telemetry

    from .faults import Faults


def make_app(name: str, faults: Faults) -> Flask:
    """An app with GET /health and PUT /faults/<switch>."""
    app = Flask(name)

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    @app.put("/faults/<switch>")
    def set_fault(switch: str) -> tuple[Response, int]:
        try:
            faults.set(switch, request.get_data(as_text=True))
        except KeyError:
            return jsonify(error=f"{name} has no such switch"), 404
        except ValueError:
            return jsonify(error="want a number"), 400
        return jsonify(switch=switch, value=faults[switch]), 200

    return app


def serve(app: Flask, telemetry: Telemetry | None = None) -> None:
    """Serves on all addresses at PORT, 8080 if unset, and has requests seen by the telemetry. Doesn't return."""
    if telemetry is not None:
        telemetry.instrument(app)
    # One line a request, with the whole URL.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    port = int(os.environ.get("PORT", "8080"))
    make_server("0.0.0.0", port, app, threaded=True).serve_forever()  # noqa: S104
