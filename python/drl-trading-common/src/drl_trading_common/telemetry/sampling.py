"""The sampler of the client. By default every trace leaves the service, as the agent decides what is kept."""

from __future__ import annotations

import logging

from opentelemetry.sdk.trace import sampling as sdk

log = logging.getLogger(__name__)


def build_sampler(name: str, ratio: float) -> sdk.Sampler:
    """The sampler of that name.

    Args:
        name: One of config.SAMPLERS; an unknown one counts as "parentbased_always_on".
        ratio: Probability, 0 to 1, of the ratio samplers. It is consistent probability sampling
            (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/): services with the same
            ratio keep the same traces, and the threshold travels as `ot=th` in the tracestate, so that the agent
            can tell how many spans one stands for.
    """
    if name == "traceidratio":
        return _consistent(ratio, follow_parent=False) or sdk.TraceIdRatioBased(ratio)
    if name == "parentbased_traceidratio":
        return _consistent(ratio, follow_parent=True) or sdk.ParentBasedTraceIdRatio(ratio)
    plain = {
        "always_on": sdk.ALWAYS_ON,
        "always_off": sdk.ALWAYS_OFF,
        "parentbased_always_off": sdk.DEFAULT_OFF,
    }
    return plain.get(name, sdk.DEFAULT_ON)


def _consistent(ratio: float, *, follow_parent: bool) -> sdk.Sampler | None:
    """The SDK's consistent sampler; None where this SDK has none, as its module is an experiment and may go."""
    try:
        from opentelemetry.sdk.trace import _sampling_experimental as experimental  # noqa: PLC0415

        root = experimental.composable_traceid_ratio_based(ratio)
        return experimental.composite_sampler(experimental.composable_parent_threshold(root) if follow_parent else root)
    except Exception as error:  # noqa: BLE001
        log.warning("telemetry: sample without a threshold in the tracestate: %s", type(error).__name__)
        return None
