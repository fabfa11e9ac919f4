"""The pages under hw/ are what the code draws, and its example stations have nothing wrong with them."""

import io
import re
import subprocess
from xml.etree import ElementTree as ET

import pytest

from edge_agent import boards, config
from edge_agent.cli import main
from tests.hw import HW, made, station

FILES = made()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_drawn_is_current(path):
    """Each file is what its function gives now: `python -m tests.hw` writes it."""
    assert path.read_text(encoding="utf-8") == FILES[path]()


def test_nothing_is_drawn_that_the_code_does_not_draw():
    """A drawing that nothing makes any more is not kept."""
    there = {path for path in HW.rglob("*") if path.suffix == ".svg" or path.name.endswith(".config.txt")}
    assert there == set(FILES)


@pytest.mark.parametrize("name", boards.names())
def test_the_example_station_of_each_board_is_sound(name):
    """Not even a warning but that it has no broker; and its name says its board."""
    found, complaints = config.check(HW / "stations" / f"{name}.toml")
    assert complaints == []
    assert found.station.board == name


def test_every_circuit_has_a_page_that_shows_it():
    """No drawing lies in hw/wiring without a page beside it that explains it."""
    pages = [path.read_text(encoding="utf-8") for path in (HW / "wiring").glob("*.md")]
    shown = {name for page in pages for name in re.findall(r"!\[[^]]+\]\(([\w-]+\.svg)\)", page)}
    assert shown == {path.name for path in FILES if path.parent.name == "wiring"}


def test_page_one_says_what_andon_is_not():
    """Not a safety function: on the first page of hw/, and in every drawing."""
    first = (HW / "README.md").read_text(encoding="utf-8")
    assert "Not a safety function" in first[: first.index("\n## ")]
    for path in FILES:
        if path.suffix == ".svg":
            assert re.search("no(t a)? safety function", path.read_text(encoding="utf-8"), re.IGNORECASE), path.name


def test_the_commands_of_page_one_run_as_written(tmp_path, monkeypatch, capsys):
    """In the order of its steps, in an empty folder; what `init` would ask is answered.

    The last, `test`, needs the station that step 7 starts: tests/commissioning has one.
    """
    monkeypatch.chdir(tmp_path)
    page = " ".join((HW / "README.md").read_text(encoding="utf-8").split())
    commands = re.findall(r"`(?:sudo )?edge-agent ([^`]+)`", page)
    assert [each.split()[0] for each in commands] == ["init", "check", "wires", "wires", "test"]
    commands.pop()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    commands[0] += " --name st07 --standard 55"
    commands.insert(3, f"{commands[2]} --svg wiring.svg --sheet sheet.svg")
    for each in commands:
        assert main(each.split()) == 0, capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"station.toml", "wiring.svg", "sheet.svg"}
    assert "gpio=23,24,25=op,dl" in capsys.readouterr().out


@pytest.mark.parametrize("name", boards.names())
def test_each_wire_is_in_the_drawing(name):
    """What it is for, its pin of the header and its line stand in the picture of the station."""
    root = ET.fromstring(FILES[HW / "stations" / f"{name}.svg"]())  # noqa: S314 - our own text
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    for each in station(name).wires():
        assert each.what in words
        assert f"pin {each.wire.header_pin}" in words
        assert each.wire.gpio in words
    assert not [word for word in words if word.endswith("…")]


def test_the_udev_rules_are_read_by_udev():
    """Each rule is a line of comparisons and assignments; where udev can check them itself, it finds nothing."""
    path = HW / "udev" / "60-edge-agent.rules"
    part = r'[A-Z][A-Z_]*(?:\{[\w./-]+\})?(?:==|!=|\+=|:=|=)"[^"\n]*"'
    for line in path.read_text(encoding="utf-8").splitlines():
        assert not line or line.startswith("#") or re.fullmatch(rf"{part}(?:, {part})*", line), line
    try:
        done = subprocess.run(["udevadm", "verify", str(path)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no udevadm on this machine")
    if "Unknown command" in done.stderr or (done.returncode == 1 and "verify" not in done.stdout + done.stderr):
        pytest.skip("this udevadm cannot verify: it came with systemd 254")
    assert done.returncode == 0, done.stdout + done.stderr
