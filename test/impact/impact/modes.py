"""What is compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A way to run the service.

    Attributes:
        key: Short name.
        title: What the reader sees, in Markdown.
        form: The service's form of telemetry: "none", "library" or "plain".
        environment: Variables of the service.
        agent: Whether an agent runs beside it; without one the endpoint is a closed port.
        instrument: Whether opentelemetry-instrument starts the service.
        settle_s: Seconds after the load until all of its spans have left.
        base: Key of the mode it is compared with.
    """

    key: str
    title: str
    form: str = "library"
    environment: Mapping[str, str] = field(default_factory=dict)
    agent: bool = True
    instrument: bool = False
    settle_s: float = 1.3
    base: str = "none"


DISABLED = {"OTEL_SDK_DISABLED": "true"}
OFTEN = {"OTEL_METRIC_EXPORT_INTERVAL": "1000"}

NONE = Mode(key="none", title="without telemetry", form="none", agent=False, settle_s=0.2)
AGENT = Mode(key="agent", title="SDK and agent")

MODES = (
    NONE,
    Mode(key="disabled", title="`OTEL_SDK_DISABLED=true`", environment=DISABLED, agent=False, settle_s=0.2),
    Mode(key="dead", title="SDK, nothing at the endpoint", agent=False, settle_s=2.5),
    AGENT,
    Mode(
        key="sampled",
        title="SDK that samples 10 %, and agent",
        environment={"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1"},
    ),
    Mode(
        key="plain",
        title="`opentelemetry-instrument`, and agent",
        form="plain",
        instrument=True,
        settle_s=5.5,
    ),
)

# One default of the library each, set to what it would be without.
VARIANTS = (
    Mode(key="gzip", title="gzip", environment={"OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"}, base="agent"),
    Mode(key="http", title="OTLP/HTTP", environment={"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, base="agent"),
    Mode(
        key="batches",
        title="batches every 5 s",
        environment={"OTEL_BSP_SCHEDULE_DELAY": "5000", "OTEL_BLRP_SCHEDULE_DELAY": "5000"},
        settle_s=5.5,
        base="agent",
    ),
    Mode(
        key="dup",
        title="old and new names of attributes (`http/dup,database/dup`)",
        environment={"OTEL_SEMCONV_STABILITY_OPT_IN": "http/dup,database/dup"},
        base="agent",
    ),
    Mode(key="often", title="metrics every second", environment=OFTEN, base="agent"),
    Mode(
        key="system",
        title="`system.*` too, metrics every second",
        environment={**OFTEN, "IMPACT_SYSTEM_METRICS": "true"},
        base="often",
    ),
    Mode(
        key="plain-disabled",
        title="`opentelemetry-instrument` with `OTEL_SDK_DISABLED=true`",
        form="plain",
        environment=DISABLED,
        agent=False,
        instrument=True,
        settle_s=0.2,
        base="disabled",
    ),
)
