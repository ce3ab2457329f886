"""Exports spans with the SDK through a proxy that loses the first answer to each request, and prints the trace ids."""

import json
import logging
import sys
from concurrent import futures

import grpc
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
agent = grpc.insecure_channel("127.0.0.1:4317").unary_unary(EXPORT)
answered = set()
logging.disable()  # the SDK says what it sends again


class Proxy(grpc.GenericRpcHandler):
    def service(self, _details):
        def forward(request, context):
            answer = agent(request)
            if request not in answered:
                answered.add(request)
                context.abort(grpc.StatusCode.UNAVAILABLE, "the answer is lost")
            return answer

        return grpc.unary_unary_rpc_method_handler(forward)


server = grpc.server(futures.ThreadPoolExecutor(2))
server.add_generic_rpc_handlers((Proxy(),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"127.0.0.1:{port}", insecure=True)))
tracer = provider.get_tracer("retry")
traces = []
for _ in range(int(sys.argv[1])):
    with tracer.start_as_current_span("sent twice") as span:
        traces.append(f"{span.get_span_context().trace_id:032x}")
provider.shutdown()
server.stop(None)
json.dump(traces, sys.stdout)
