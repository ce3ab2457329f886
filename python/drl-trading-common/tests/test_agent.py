"""The real agent, built from this repository, between the library and a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collector import Collector, environment, run_code

if TYPE_CHECKING:
    from agent import Agent

SERVICE = """
import logging
from flask import Flask
from drl_trading_common.telemetry import catalog, consume_span, produce, setup_telemetry, span
app = Flask("execution")
telemetry = setup_telemetry("drl-trading-execution", app=app)
log = logging.getLogger("execution")

@app.get("/fail/<order>")
def fail(order):
    with span("execute", customer="jane.doe@example.com"):
        log.warning("customer jane.doe@example.com")
        raise LookupError("no order of jane.doe@example.com")

app.test_client().get("/fail/1?email=jane.doe%40example.com")
with produce("trades", system="nats") as headers: pass
with consume_span("trades", headers, system="nats"): pass
telemetry.metrics.watch_queue("trades", lambda: 3)
telemetry.metrics.add(catalog.TRADES, 2, side="buy", status="filled", venue="sim", symbol="EURUSD")
telemetry.metrics.record(catalog.TRADE_DURATION, 0.02, venue="sim", status="filled")
"""
SPANS = {"GET /fail/<order>", "execute", "publish trades", "process trades"}


def _sent(agent: Agent, protocol: str, listener: str, **settings: str) -> None:
    env = environment(agent.endpoint(listener), OTEL_EXPORTER_OTLP_PROTOCOL=protocol, **settings)
    done = run_code(SERVICE, {**env, "DRL_TELEMETRY_SYMBOLS": "EURUSD"})
    assert done.returncode == 0, done.stderr
    assert "telemetry: " not in done.stderr


def test_all_signals_arrive_over_both_protocols(agent: Agent, collector: Collector) -> None:
    for number, (protocol, listener) in enumerate([("grpc", "otlp_grpc"), ("http/protobuf", "otlp_http")], start=1):
        _sent(agent, protocol, listener)
        own = agent.samples("metrics")
        assert own['agent_ledger_received_items_total{destination="jaeger",signal="traces"}'] == number * len(SPANS)
        # The warning, and Flask's own record of the exception.
        assert own['agent_ledger_received_items_total{destination="none",signal="logs"}'] == number * 2
        refused = {name: value for name, value in own.items() if "refused" in name or "rejected" in name}
        assert set(refused.values()) == {0.0}, refused

    shown = agent.samples("scrape")
    assert shown['drl_trades_total{side="buy",status="filled",symbol="EURUSD",venue="sim"}'] == 2
    assert shown['drl_trade_duration_seconds_bucket{status="filled",venue="sim",le="0.025"}'] == 1
    assert shown['drl_queue_depth{messaging_destination_name="trades"}'] == 3
    assert shown['drl_request_errors_total{error_type="LookupError"}'] == 1
    names = {name.partition("{")[0] for name in shown}
    assert names >= {
        "http_server_request_duration_seconds_count",
        "messaging_process_duration_seconds_count",
        "drl_queue_delay_seconds_count",
        "process_cpu_time_seconds_total",
        "process_memory_usage_bytes",
        "cpython_gc_collections_total",
    }

    # The trace with the error is kept; the span of the library's helper is in it, the customer isn't.
    collector.wait(lambda: collector.span_names().count("execute") == 2)
    assert "jane" not in str(collector.spans)
    assert "[email]" in str(collector.spans)


def test_the_agent_agrees_with_the_thresholds_of_a_ratio(agent: Agent) -> None:
    code = """
from drl_trading_common.telemetry import setup_telemetry, span
setup_telemetry("job")
for _ in range(100):
    with span("root"), span("child"):
        pass
"""
    ratio = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.5"}
    done = run_code(code, environment(agent.endpoint("otlp_grpc"), **ratio))
    assert done.returncode == 0, done.stderr
    received = agent.samples("metrics")['agent_ledger_received_items_total{destination="jaeger",signal="traces"}']
    assert 0 < received < 200

    def decided(samples: dict[str, float]) -> float:
        return sum(value for name, value in samples.items() if name.startswith("agent_sample_spans_total"))

    own = agent.wait(lambda samples: decided(samples) == received)
    assert own["agent_sample_inconsistent_thresholds_total{}"] == 0
