"""The drawing of any station is well-formed, shows every wire, and keeps its words apart."""

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from edge_agent import boards, config, svg
from edge_agent.signals import stack
from edge_agent.wiring_plan import circuits, drawing, sheet

TEXT = "{http://www.w3.org/2000/svg}text"


def station(tmp_path, board, *, name="st07", sensor="cycle"):
    """A station with every output and input that its board has."""
    wires = boards.board(board).wires
    outputs = [wire for wire in wires if wire.direction != "input" and wire.use in stack.Settings.PINS]
    inputs = [wire for wire in wires if wire.direction != "output" and wire.use not in stack.Settings.PINS]
    tables = [
        f'[[sensor]]\nname = "{sensor}{place}"\nkind = "gpio_button"\npin = "{wire.terminal}"\ncall = "maintenance"\n'
        f"normally_closed = {str(place % 2 == 0).lower()}\n"
        for place, wire in enumerate(inputs)
    ]
    head = f'[station]\nname = "{name}"\nboard = "{board}"\n[standard]\nstandard_cycle_s = 55.0\n'
    text = head + "".join(tables) + "[stack]\n"
    path = tmp_path / "station.toml"
    path.write_text(text + "".join(f'{wire.use} = "{wire.terminal}"\n' for wire in outputs), encoding="utf-8")
    return config.load(path)


def words_of(text):
    """Each text with the box it takes: left, top, right, bottom; those that are turned left out."""
    for element in ET.fromstring(text).iter(TEXT):  # noqa: S314 - our own text
        if element.get("transform") is None:
            size = float(element.get("font-size", 12))
            wide = svg.length(element.text, size) * (0.85 if element.get("font-weight") is None else 0.95)
            x, y = float(element.get("x")), float(element.get("y"))
            left = {"middle": x - wide / 2, "end": x - wide}.get(element.get("text-anchor"), x)
            yield element.text, (left, y - size * 0.75, left + wide, y + size * 0.2)


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def overlapping(text):
    """Words that stand on other words."""
    return [(one, other) for (one, its), (other, theirs) in combinations(words_of(text), 2) if not apart(its, theirs)]


@pytest.mark.parametrize("board", boards.names())
def test_no_words_stand_on_others(tmp_path, board):
    """With every terminal of the board in use, on the drawing and on the sheet."""
    found = station(tmp_path, board)
    assert overlapping(drawing.drawn(found)) == []
    assert overlapping(sheet.drawn(found)) == []


@pytest.mark.parametrize("name", circuits.CIRCUITS)
def test_the_circuits_of_the_documents_are_readable(name):
    """The same for each circuit, and nothing in them is cut short."""
    text = circuits.drawn(name)
    assert overlapping(text) == []
    assert "…" not in text


def test_the_longest_names_have_room(tmp_path):
    """Names of 32 letters are shortened and leave their neighbours alone."""
    found = station(tmp_path, "uln2803", name="W" * 32, sensor="M" * 31)
    assert overlapping(drawing.drawn(found)) == []
    assert overlapping(sheet.drawn(found)) == []


def test_every_wire_has_its_rung_and_its_row(tmp_path):
    """Each wire of a station with all there is stands on the drawing and on the sheet, with line and pin."""
    found = station(tmp_path, "uln2803")
    drawn, page = ([word for word, _ in words_of(text)] for text in (drawing.drawn(found), sheet.drawn(found)))
    assert len(found.wires()) == len(boards.board("uln2803").wires)
    for each in found.wires():
        assert {each.what, each.wire.terminal, each.wire.gpio, f"pin {each.wire.header_pin}"} <= set(drawn)
        assert {each.what, each.wire.terminal, each.wire.gpio, str(each.wire.header_pin)} <= set(page)


def test_the_watchdog_is_drawn_where_it_is_wired(tmp_path):
    """With `alive` the lamps hang behind K1, and somebody is told; without it there is no K1."""
    assert "nobody is watching" in drawing.drawn(station(tmp_path, "uln2803"))
    assert "K1" not in drawing.drawn(station(tmp_path, "relay-hat"))
