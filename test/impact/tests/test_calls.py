"""What telemetry adds to the Python calls of a request. A count has no noise, so it can be held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from impact.calls import LIBRARY, OPENTELEMETRY, SERVICE, owner
from impact.measure import Setting, count_calls, peers
from impact.modes import MODES, VARIANTS, Mode

if TYPE_CHECKING:
    from pathlib import Path

BY_KEY = {mode.key: mode for mode in (*MODES, *VARIANTS)}


@pytest.mark.parametrize(
    ("path", "want"),
    [
        ("/src/drl_trading_common/telemetry/spans.py", LIBRARY),
        ("/site-packages/opentelemetry/sdk/trace/__init__.py", OPENTELEMETRY),
        ("/site-packages/flask/app.py", SERVICE),
        ("~", SERVICE),
    ],
)
def test_owner(path: str, want: str) -> None:
    assert owner(path) == want


def test_calls(tmp_path: Path) -> None:
    """The bounds leave room for new versions of the libraries beneath, and none for another layer of ours."""
    with peers(tmp_path) as (prices, sink):
        setting = Setting(tmp_path / "no-agent", 0, prices, sink)

        def counted(key: str) -> tuple[float, dict[str, float]]:
            mode: Mode = BY_KEY[key]
            calls = count_calls(mode, setting)
            return sum(calls.values()), calls

        plain, without = counted("none")
        disabled, _ = counted("disabled")
        ours, by_owner = counted("agent")
        instrument, _ = counted("plain")
    assert set(without) == {SERVICE}
    assert disabled < 1.02 * plain, "switched off, it calls next to nothing"
    assert by_owner[LIBRARY] < 30, "the library itself is thin"
    assert ours < instrument, "its defaults do less than OpenTelemetry's"
