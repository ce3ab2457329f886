"""The plot."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from impact.modes import MODES
from impact.plot import LEFT, RIGHT, WIDTH, axis, plot
from impact.svg import STYLE, Drawing

from .made import results

NAMESPACE = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("greatest", "top", "step"),
    [(6000, 6000, 1000), (6001, 8000, 2000), (0.9, 1.0, 0.2), (59, 60, 10), (31, 40, 10), (4.2, 5, 1)],
)
def test_axis_has_few_round_steps(greatest: float, top: float, step: float) -> None:
    scale = axis(greatest)
    assert scale.top == pytest.approx(top)
    assert scale.step == pytest.approx(step)


def test_plot_is_well_formed_and_stays_within_its_page() -> None:
    page = ET.fromstring(plot(MODES, results(MODES)))  # noqa: S314 the text is ours
    height = float(page.attrib["viewBox"].split()[3])
    bars = [each for each in page.iter(f"{NAMESPACE}rect") if each.get("class") == "first"]
    dots = list(page.iter(f"{NAMESPACE}circle"))
    assert len(bars) == len(MODES) + 1  # the legend's
    assert len(dots) == 2 * len(MODES) + 2
    for each in (*bars, *dots):
        x = float(each.get("x") or each.get("cx") or "nan")
        assert LEFT <= x <= WIDTH - RIGHT
        assert 0 <= float(each.get("y") or each.get("cy") or "nan") <= height


def test_bars_are_as_long_as_their_values() -> None:
    page = ET.fromstring(plot(MODES, results(MODES, turns=1)))  # noqa: S314 the text is ours
    bars = [each for each in page.iter(f"{NAMESPACE}rect") if each.get("class") == "first"][1:]
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert widths == pytest.approx([widths[0] * number for number in range(1, len(MODES) + 1)], abs=0.5)


def test_each_colour_has_one_for_dark() -> None:
    light, dark = STYLE.split("@media")
    coloured = r"(\.?[a-z]+) \{[^}]*(?:fill|stroke): #"
    assert set(re.findall(coloured, light)) == set(re.findall(coloured, dark))


def test_text_is_escaped() -> None:
    drawing = Drawing(10)
    drawing.text(0, 0, "a < b & c", style='"')
    assert "a &lt; b &amp; c" in drawing.render(10, "<")
