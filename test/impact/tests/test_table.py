"""The tables."""

from __future__ import annotations

from impact.modes import Mode
from impact.stats import Spread
from impact.table import cell, modes_table, variants_table

from .made import results

BASE = Mode(key="none", title="without", agent=False)
AGENT = Mode(key="agent", title="with `agent`")
VARIANT = Mode(key="gzip", title="gzip", base="agent")


def test_cell_shows_a_range_only_where_it_can_be_seen() -> None:
    assert cell(Spread(1234.4, 1200, 1300), 0) == "1234 (1200 to 1300)"
    assert cell(Spread(1.004, 1.003, 1.0049), 2) == "1.00"
    assert cell(Spread(1500, 1500, 1500), 1, 1000) == "1.5"


def test_modes_table() -> None:
    lines = modes_table([BASE, AGENT], results([BASE, AGENT])).splitlines()
    assert lines[1] == "|" + 11 * "---|"
    assert (
        lines[2] == "| without | 1500 (1000 to 2000) | 1.00 |  | 3.00 (2.00 to 4.00) | 1.00 | 6.00 (4.00 to 8.00) "
        "| 90 (60 to 120) |  | 2.25 (1.50 to 3.00) | 1000 |"
    )
    assert lines[3].startswith("| with `agent` | 3000 (2000 to 4000) | 2.00 | 150 (100 to 200) |")
    assert lines[3].endswith("| 4.50 (3.00 to 6.00) | 2000 (+100 %) |")
    assert len({line.count("|") for line in lines}) == 1


def test_variants_table_names_what_each_is_compared_with() -> None:
    lines = variants_table([VARIANT], [BASE, AGENT], results([BASE, AGENT, VARIANT])).splitlines()
    assert lines[2].startswith("| gzip | with `agent` | 4500 (3000 to 6000) | 1.50 | 225 (150 to 300) |")
    assert lines[2].endswith("| 3000 (+50 %) |")
    assert len({line.count("|") for line in lines}) == 1
