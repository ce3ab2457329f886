"""A Flask service on werkzeug's server. PLAIN=1: the SDK set up as its documentation does, without ours."""

import logging
import os

from flask import Flask
from opentelemetry import trace
from werkzeug.serving import make_server

app = Flask(__name__)
log = logging.getLogger("service")


@app.get("/work")
def work() -> str:
    logging.getLogger().setLevel(logging.INFO)
    log.info("at work")
    with trace.get_tracer("service").start_as_current_span("work"):
        return "done"


@app.get("/fail")
def fail() -> str:
    raise LookupError("no such order")


@app.get("/busy")
def busy() -> tuple[str, int]:
    return "busy", 503


def set_up_plainly() -> None:
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.flask import FlaskInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    FlaskInstrumentor().instrument_app(app)


if os.environ.get("PLAIN"):
    set_up_plainly()
else:
    from drl_trading_common.telemetry import setup_telemetry

    setup_telemetry("flask-service", app=app)

if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"listening at http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
