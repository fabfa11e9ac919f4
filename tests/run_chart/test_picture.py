"""The run chart is well-formed, shows every value or says how it thins them, and tells findings apart by shape too."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from edge_agent.run_chart import Finding, Line, Panel, drawn
from edge_agent.run_chart.panel import by_column, steps
from edge_agent.run_chart.picture import MOST_POINTS, SHAPES, spread_out

SVG = "{http://www.w3.org/2000/svg}"


LINES = (Line("standard", 55.0, "target"), Line("takt", 60.0, "pace"))


def chart(values, findings=(), lines=LINES):
    at_s = np.linspace(0.0, 7200.0, len(values))
    panel = Panel("cycle times of '<press>' & co", "s", at_s, np.asarray(values), tuple(lines), tuple(findings))
    return ET.fromstring(drawn("st07", "2 h", [panel, panel._replace(title="again")], 7200.0))  # noqa: S314 - our own text


def of_class(root, name):
    return [element for element in root.iter() if element.get("class") == name]


def words(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def test_every_value_is_a_dot():
    """As many dots as values, on the paper; a name with brackets does no harm."""
    root = chart(np.random.default_rng(1).normal(52.0, 3.0, size=1_000))
    dots = of_class(root, "values")[0].get("d")
    assert 1_000 == dots.count("h0")
    xs = [float(x) for x in re.findall(r"M([\d.]+) ", dots)]
    assert 0.0 <= min(xs) <= max(xs) <= float(root.get("width")) == 1200.0
    assert "cycle times of '<press>' & co" in words(root)


def test_many_values_are_thinned_and_it_is_said():
    """A bar a column of pixels keeps the extremes; the title says so."""
    values = np.full(30_000, 52.0)
    values[12_345] = 58.0
    root = chart(values)
    bars = of_class(root, "values")[0].get("d")
    assert bars.count("M") < MOST_POINTS / 10
    assert any("30,000 values; each column of pixels shows the lowest and the highest" in text for text in words(root))
    assert 58.0 == by_column(np.arange(30_000.0), values, 30_000.0, 830).high.max()


def test_lines_are_named_with_their_value():
    """What should be, at its right end."""
    assert {"standard 55", "takt 60"} <= set(words(chart([50.0, 52.0])))


def test_kinds_differ_in_colour_and_shape():
    """Each kind has a lane, its own sign, and a count; what was only observed is hollow."""
    found = (Finding(60.0, "slow_drift", called=False), Finding(90.0, "cycle_overrun", called=True))
    root = chart([50.0, 52.0], found)
    hollow, filled = of_class(root, "finding")[:2]
    assert hollow.get("d") != filled.get("d")
    assert ("#ffffff", SHAPES[0][0]) == (hollow.get("fill"), hollow.get("stroke"))
    assert (SHAPES[1][0], None) == (filled.get("fill"), filled.get("stroke"))
    assert {"slow_drift 1 x", "cycle_overrun 1 x", "called", "observed only"} <= set(words(root))
    assert len({shape for _, shape in SHAPES}) == len({colour for colour, _ in SHAPES}) == len(SHAPES)


@pytest.mark.parametrize("count", [50, 500])
def test_a_stop_of_an_hour_does_not_flatten_the_rest(count):
    """The axis shows what is usual; what is beyond has an arrow on the edge and its number."""
    values = np.array([*np.random.default_rng(2).normal(52.0, 1.0, size=count), 3_600.0])
    assert Panel("cycles", "s", np.arange(len(values)), values).span()[1] < 60.0
    root = chart(values)
    assert 2 == len(of_class(root, "beyond"))  # one in each panel
    assert any("1 above the axis, up to 3600" in text for text in words(root))


@pytest.mark.parametrize("values", [[52.0], [52.0, 52.0], [0.0]])
def test_one_value_is_a_picture_too(values):
    """No division by a range of zero."""
    assert of_class(chart(values, lines=()), "values")


def test_axes_are_round_and_labels_apart():
    """Steps of 1, 2, 2.5 or 5; no minus before a zero; names at least fifteen pixels from each other."""
    assert "0.0" == str(steps(-0.1, 3.0, 6)[1] if steps(-0.1, 3.0, 6)[0] < 0 else steps(-0.1, 3.0, 6)[0])
    assert [24.98, 24.99, 25.0, 25.01, 25.02] == pytest.approx(steps(24.978, 25.022, 6).tolist())
    placed = spread_out([10.0, 11.0, 12.0])
    assert [15.0, 15.0] == np.diff(placed).tolist()
