"""Holds docs/instrumenting.md: its Python blocks are one service, which runs; its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from collector import Collector, environment, run_code
from drl_trading_common.telemetry import TelemetryConfig, catalog, config

if TYPE_CHECKING:
    from agent import Agent

GUIDE = (Path(__file__).parents[3] / "docs" / "instrumenting.md").read_text()

USE = """
import asyncio
client = app.test_client()
assert client.get("/health").json == {"status": "ok"}
assert client.get("/prices/EURUSD").json == {"symbol": "EURUSD", "price": 1.0842}
assert client.get("/prices/XAUUSD").status_code == 404
assert client.get("/customers/jane").status_code == 404
assert list(load("EURUSD", "ACC-1")) == [0, 1, 2]
asyncio.run(settle())
nightly()
assert work(queue) == 2.1684
for value in (1, 2):
    publish(queue, value)
assert work_batch(queue) == [2, 4]
"""

SPANS = {
    "GET /health",
    "GET /prices/<symbol>",
    "GET",
    "price.round",
    "bars.load",
    "settle",
    "venue.settle",
    "publish prices",
    "process prices",
    "feast get_online_features",
    "batch.price",
}


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def _table(name: str) -> list[list[str]]:
    """The cells of a marked table, without its head."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end of {name} -->", GUIDE, re.DOTALL)
    assert found
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in found[1].splitlines()]
    return rows[2:]


def test_the_service_of_the_guide_runs(agent: Agent, collector: Collector) -> None:
    settings = {"DRL_TELEMETRY_BAGGAGE_KEYS": "strategy", "DRL_TELEMETRY_SYMBOLS": "EURUSD"}
    code = "\n".join([*_blocks("python"), USE])
    done = run_code(code, environment(collector.endpoint, **settings))
    assert done.returncode == 0, done.stderr
    assert "telemetry: " not in done.stderr
    assert set(collector.span_names()) >= SPANS
    assert {"priced", "batch priced"} <= set(collector.log_bodies())
    assert "ACC-1" not in str(collector.spans)
    assert re.search(r"INFO pricing batch priced trace_id=\w{32} span_id=\w{16} symbol=EURUSD stage=round", done.stderr)

    done = run_code(code, environment(agent.endpoint("otlp_grpc"), **settings))
    assert done.returncode == 0, done.stderr
    shown = agent.samples("scrape")
    assert shown['drl_trades_total{side="buy",status="filled",symbol="EURUSD",venue="sim"}'] == 1
    assert shown['drl_pricing_spread_ratio{venue="sim"}'] == 0.0002
    names = {name.partition("{")[0] for name in shown}
    for block in _blocks("sh"):
        assert set(re.findall(r"grep (http_\w+)", block)) <= names


def test_the_guide_shows_the_catalog() -> None:
    want = [
        [
            f"`{metric.name}`",
            type(metric).__name__.lower(),
            metric.unit,
            ", ".join(f"`{each}`" for each in metric.labels),
        ]
        for metric in catalog.CATALOG
    ]
    assert _table("catalog") == want


def test_the_guide_shows_every_setting() -> None:
    shown = {variable: row[1] for row in _table("settings") for variable in re.findall(r"`(\w+)`", row[0])}
    defaults = TelemetryConfig()
    for variable, (field, read) in config.variables().items():
        default = shown.pop(variable).strip("`")
        if re.fullmatch(r"[\w.,/]+", default):
            assert read(default) == getattr(defaults, field), variable
    assert set(shown) == {
        "OTEL_SDK_DISABLED",
        "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_SEMCONV_STABILITY_OPT_IN",
    }
