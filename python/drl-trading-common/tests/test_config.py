from __future__ import annotations

import logging
from typing import Any

import pytest

from drl_trading_common.telemetry.config import TelemetryConfig, disabled, resolve


@pytest.mark.parametrize(
    ("variable", "text", "field", "want"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://agent:443", "endpoint", "https://agent:443"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "protocol", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "7", "timeout_s", 7.0),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10000", "timeout_s", 10.0),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", "gzip", True),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio", "sampler", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25", "sampler_ratio", 0.25),
        ("OTEL_TRACES_EXPORTER", "none", "traces", False),
        ("OTEL_METRICS_EXPORTER", "none", "metrics", False),
        ("OTEL_LOGS_EXPORTER", "none", "logs", False),
        ("OTEL_BSP_SCHEDULE_DELAY", "50", "span_delay_ms", 50),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "4096", "span_queue", 4096),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "64", "span_batch", 64),
        ("OTEL_BLRP_SCHEDULE_DELAY", "50", "log_delay_ms", 50),
        ("OTEL_BLRP_MAX_QUEUE_SIZE", "4096", "log_queue", 4096),
        ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "64", "log_batch", 64),
        ("OTEL_PYTHON_LOG_HANDLER_LEVEL", "warning", "log_level", logging.WARNING),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1000", "metric_interval_ms", 1000),
        ("OTEL_PROPAGATORS", "tracecontext, b3", "propagators", ("tracecontext", "b3")),
        ("DRL_TELEMETRY_SHUTDOWN_DEADLINE", "2.5", "shutdown_deadline_s", 2.5),
        ("DRL_TELEMETRY_BAGGAGE_KEYS", "strategy, run", "baggage_keys", frozenset({"strategy", "run"})),
        ("DRL_TELEMETRY_SYMBOLS", "EURUSD,XAUUSD", "symbols", frozenset({"EURUSD", "XAUUSD"})),
    ],
)
def test_environment_wins_over_argument(variable: str, text: str, field: str, want: object) -> None:
    assert getattr(resolve(TelemetryConfig(), {variable: f" {text} "}), field) == want


def test_argument_wins_over_default() -> None:
    config = TelemetryConfig(span_delay_ms=3, sampler="always_off")
    assert resolve(config, {}) == config


def test_defaults() -> None:
    config = resolve(TelemetryConfig(), {})
    assert (config.span_delay_ms, config.timeout_s, config.span_queue) == (1000, 2.0, 8192)
    assert config.sampler == "parentbased_always_on"


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "s3cret"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://s3cret:99999"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://s3cret"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "s3cret"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "s3cret"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "inf"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "-1"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "s3cret"),
        ("OTEL_TRACES_SAMPLER", "s3cret"),
        ("OTEL_TRACES_SAMPLER_ARG", "s3cret"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_TRACES_SAMPLER_ARG", "nan"),
        ("OTEL_TRACES_EXPORTER", "s3cret"),
        ("OTEL_BSP_SCHEDULE_DELAY", "s3cret"),
        ("OTEL_BSP_SCHEDULE_DELAY", "0"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-5"),
        ("OTEL_BSP_SCHEDULE_DELAY", "1" + "0" * 20),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1e20"),
        ("DRL_TELEMETRY_SHUTDOWN_DEADLINE", "1e20"),
        ("OTEL_PYTHON_LOG_HANDLER_LEVEL", "s3cret"),
        ("DRL_TELEMETRY_SHUTDOWN_DEADLINE", "0"),
    ],
)
def test_bad_value_is_left_out_with_a_warning_that_hides_it(
    variable: str, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert resolve(TelemetryConfig(), {variable: text}) == TelemetryConfig()
    assert [variable in record.getMessage() for record in caplog.records] == [True]
    assert "s3cret" not in caplog.text


def test_a_batch_is_no_larger_than_its_queue() -> None:
    config = resolve(TelemetryConfig(), {"OTEL_BSP_MAX_QUEUE_SIZE": "10", "OTEL_BLRP_MAX_QUEUE_SIZE": "20"})
    assert (config.span_batch, config.log_batch) == (10, 20)


@pytest.mark.parametrize(
    ("text", "want"), [("true", True), (" TRUE ", True), ("false", False), ("1", False), ("", False)]
)
def test_disabled(text: str, want: bool) -> None:
    assert disabled({"OTEL_SDK_DISABLED": text}) is want


@pytest.mark.parametrize(
    "bad",
    [
        {"endpoint": "s3cret"},
        {"endpoint": 5},
        {"protocol": "s3cret"},
        {"timeout_s": "s3cret"},
        {"timeout_s": float("nan")},
        {"gzip": "s3cret"},
        {"sampler": None},
        {"sampler_ratio": 7},
        {"span_delay_ms": -1},
        {"span_queue": 10**20},
        {"metric_interval_ms": 1.5},
        {"log_level": "s3cret"},
        {"shutdown_deadline_s": None},
        {"propagators": "s3cret"},
        {"baggage_keys": None},
        {"symbols": [5]},
        {"resource": None},
    ],
)
def test_bad_argument_is_left_out_with_a_warning_that_hides_it(
    bad: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert resolve(TelemetryConfig(span_batch=64, **bad), {}) == TelemetryConfig(span_batch=64)
    assert [f"TelemetryConfig.{next(iter(bad))}" in record.getMessage() for record in caplog.records] == [True]
    assert "s3cret" not in caplog.text


def test_arguments_in_other_forms(caplog: pytest.LogCaptureFixture) -> None:
    loose: dict[str, Any] = {"baggage_keys": ["strategy"], "propagators": ["baggage"], "timeout_s": 3}
    config = resolve(TelemetryConfig(**loose, sampler="ALWAYS_ON", log_level=15), {})
    assert (config.baggage_keys, config.propagators, config.timeout_s) == (frozenset({"strategy"}), ("baggage",), 3.0)
    assert (config.sampler, config.log_level) == ("always_on", 15)
    assert not caplog.records
    bad: Any = {"sampler": "always_off"}
    assert resolve(bad, {}) == TelemetryConfig()
