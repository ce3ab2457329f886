"""Makes traces with the SDK's experimental sampler of a ratio, and prints which of them it sampled, with what tracestate."""

import json
import sys

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace import _sampling_experimental as sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor

ratio, traces = float(sys.argv[1]), int(sys.argv[2])
provider = TracerProvider(sampler=sampling.composite_sampler(sampling.composable_traceid_ratio_based(ratio)))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint="127.0.0.1:4317", insecure=True)))
tracer = provider.get_tracer("interop")
sampled = {}
for _ in range(traces):
    with tracer.start_as_current_span("interop") as span:
        context = span.get_span_context()
        if context.trace_flags.sampled:
            sampled[f"{context.trace_id:032x}"] = context.trace_state.to_header()
provider.shutdown()
json.dump(sampled, sys.stdout)
