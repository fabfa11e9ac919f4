"""`edge-agent wires`: the table, the drawing, the sheet and the boot lines of a station, from its configuration."""

import json
from pathlib import Path

import pytest

from edge_agent.cli import main
from edge_agent.wiring_plan import boot, circuits, drawing, sheet
from tests.hw import station

ROOT = Path(__file__).parents[2]
STATION = str(ROOT / "hw" / "stations" / "uln2803.toml")
EXAMPLE = str(ROOT / "examples" / "station.toml")


def said(capsys, *arguments):
    """What it prints; it must go well."""
    assert main(["wires", *arguments]) == 0
    return capsys.readouterr().out


def test_the_table_says_where_each_wire_goes(capsys):
    """One row a wire, found with a finger: terminal, line, pin of the header, and what it reads at rest."""
    rows = [line.split("  ") for line in said(capsys, STATION).splitlines()]
    cells = {row[0]: [cell.strip() for cell in row if cell.strip()] for row in rows}
    assert cells["red lamp"] == ["red lamp", "OUT1", "GPIO23", "16", "low", "10 kohm, down", "red"]
    assert cells["cord: calls help"][:5] == ["cord: calls help", "IN2", "GPIO27", "13", "low"]


def test_a_station_without_a_board_has_a_table_too(capsys):
    """Lines and pins of the header, with no terminal."""
    assert "reset: answers restore  -         GPIO22  15" in said(capsys, EXAMPLE)


def test_markdown_and_json_say_the_same(capsys):
    """A row a wire, for documents and for programs."""
    wires = json.loads(said(capsys, STATION, "--json"))["wires"]
    rows = said(capsys, STATION, "--markdown").splitlines()[2:]
    assert len(wires) == len(rows) == 11
    for wire, row in zip(wires, rows, strict=True):
        cells = (wire["what"], wire["wire"]["terminal"], wire["wire"]["gpio"], str(wire["wire"]["header_pin"]))
        assert row.startswith(f"| {' | '.join(cells)} | {wire['idle']} |")


def test_boot_lines_drawing_and_sheet(capsys, tmp_path):
    """What is printed and written is what the station's configuration gives."""
    assert said(capsys, STATION, "--boot") == boot.fragment(station("uln2803"))
    told = said(capsys, STATION, "--svg", str(tmp_path / "a.svg"), "--sheet", str(tmp_path / "b.svg"))
    assert told.count("is drawn") == 2
    assert (tmp_path / "a.svg").read_text() == drawing.drawn(station("uln2803"))
    assert (tmp_path / "b.svg").read_text() == sheet.drawn(station("uln2803"))
    assert said(capsys, STATION, "--svg", "-") == drawing.drawn(station("uln2803"))


def test_the_sheet_speaks_of_what_the_station_has():
    """Of a buzzer where there is one; of commands as they are typed, for it is printed."""
    whole = sheet.deeds_of(station("uln2803").wires())
    quiet = sheet.deeds_of([each for each in station("uln2803").wires() if each.name != "buzzer"])
    assert "Each cord and button that calls: its lamp blinks and the buzzer sounds, within a second" in whole
    assert "Each cord and button that calls: its lamp blinks within a second" in quiet
    assert "`" not in "".join((*whole, *quiet))
    assert "{" not in "".join((*whole, *quiet))


def test_a_circuit_of_the_documents_needs_no_station(capsys):
    """Drawn by its name; a slip is told with the nearest."""
    assert said(capsys, "--circuit", "cord") == circuits.drawn("cord")
    assert main(["wires", "--circuit", "watchdgo"]) == 2
    assert "did you mean 'watchdog'?" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["", "missing/a.svg"])
def test_a_place_that_cannot_be_written_is_told(capsys, tmp_path, place):
    """A folder, or a file in a folder that is not there: why, and nothing else happens."""
    assert main(["wires", STATION, "--svg", str(tmp_path / place)]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_configuration_that_contradicts_its_board_is_not_drawn(capsys, tmp_path):
    """All that `check` says, and the exit code of a wrong configuration."""
    path = tmp_path / "station.toml"
    path.write_text(Path(STATION).read_text().replace('red = "OUT1"', 'red = "IN4"'))
    assert main(["wires", str(path), "--svg", str(tmp_path / "a.svg")]) == 78
    assert "red: IN4 (GPIO26, header pin 37) is an input of the board uln2803" in capsys.readouterr().err
    assert not (tmp_path / "a.svg").exists()
