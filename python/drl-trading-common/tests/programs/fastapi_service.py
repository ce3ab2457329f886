"""A FastAPI service, imported by uvicorn. PLAIN=1: with the SDK as its documentation sets it up."""

import os

from fastapi import FastAPI, Response

app = FastAPI()


@app.get("/work")
def work() -> str:
    return "done"


@app.get("/fail")
def fail() -> str:
    raise LookupError("no such order")


@app.get("/busy")
def busy() -> Response:
    return Response(status_code=503)


if os.environ.get("PLAIN"):
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    FastAPIInstrumentor.instrument_app(app)
else:
    from drl_trading_common.telemetry import setup_telemetry

    setup_telemetry("fastapi-service", app=app)
