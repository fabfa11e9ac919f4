"""A list of stations becomes a folder a card, or a complaint a mistake."""

import os
from pathlib import Path

import pytest

from edge_agent import cli, config
from edge_agent.card.fleet import user_data

LIST = "name,line,standard,host,cord_pin\nst07,line4,55,10.0.0.5,\nst08,line4,41.5,,none\n"
EXAMPLE = Path(__file__).parents[2] / "systemd" / "cloud-init" / "user-data"


def make(folder, text):
    """Run `edge-agent fleet make` on a list; its exit code."""
    (folder / "stations.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return cli.main(["fleet", "make", str(folder / "stations.csv"), "--into", str(folder / "cards")])


def test_a_folder_a_card(tmp_path):
    """Each configuration passes `check`; an empty cell has the default; nothing secret is in it."""
    assert make(tmp_path, LIST) == os.EX_OK
    found = config.load(tmp_path / "cards" / "line4-st07" / "station.toml")
    assert ("st07", 55.0, "10.0.0.5", 2 + 1) == (
        found.station.name, found.standard.standard_cycle_s, found.mqtt.host, len(found.sensors)
    )  # fmt: skip
    assert 2 == len(config.load(tmp_path / "cards" / "line4-st08" / "station.toml").sensors)
    assert {"station.toml", "user-data", "append-to-config.txt", "credentials.txt"} == {
        file.name for file in (tmp_path / "cards" / "line4-st08").iterdir()
    }
    assert "hostname: st08\n" in (tmp_path / "cards" / "line4-st08" / "user-data").read_text()


def test_the_boot_lines_are_those_of_each_card(tmp_path, capsys):
    """What `wires --boot` prints of the same folder: low where high lights, high where low does."""
    make(tmp_path, "name,standard,board\nst07,55,\nst08,55,relay-hat\n")
    for name, off in (("st07", "gpio=23,24,25=op,dl"), ("st08", "gpio=5,6,13=op,dh")):
        text = (tmp_path / "cards" / name / "append-to-config.txt").read_text()
        assert off in text.splitlines()
        capsys.readouterr()
        cli.main(["wires", str(tmp_path / "cards" / name / "station.toml"), "--boot"])
        assert text == capsys.readouterr().out


def test_a_board_has_its_own_terminals(tmp_path):
    """A cell may name one, an empty cell has the one that the board proposes, as with `init --board`."""
    assert make(tmp_path, "name,standard,board,green\nst07,55,relay-hat,CH4\n") == os.EX_OK
    stack = config.load(tmp_path / "cards" / "st07" / "station.toml").document["stack"]
    assert ("CH1", "CH4") == (stack["red"], stack["green"])


@pytest.mark.parametrize(
    "text", [LIST.replace(",", ";"), "\ufeff" + LIST, LIST.replace("\n", "\r\n"), LIST + "\n,,,,\n"]
)
def test_lists_as_spreadsheets_write_them(tmp_path, text):
    """With semicolons, a mark in front, line ends of Windows, empty lines."""
    assert make(tmp_path, text) == os.EX_OK


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,tact\nst07,5\n", "stations.csv:1: unknown column 'tact'; did you mean 'takt'?"),
        ("line,standard\nline4,5\n", "stations.csv:1: no column 'name'"),
        ("name,name,standard\na,b,5\n", "stations.csv:1: the column 'name' is there twice"),
        ("name,standard\nst07,fast\n", "stations.csv:2: standard: 'fast' is not a number; write it like 55.0"),
        ("name,standard\nst07,\n", "stations.csv:2: standard is empty: standardized work, seconds a part"),
        ("name,standard\nst 7,5\n", "stations.csv:2: name: 'st 7' must be 1 to 32 letters"),
        ("name,standard\nst07,5,6\n", "stations.csv:2: more cells than columns"),
        ("name,standard\nst07,5\n\nST07,6\n", "stations.csv:4: ST07 is there already, at line 2"),
        ("name,standard,red\nst07,5,GPIO24\n", "stations.csv:2: yellow: GPIO24 is used already"),
        ("name,standard,board,red\nst07,5,relay-hat,IN4\n", "stations.csv:2: red: IN4 (GPIO23"),
        ("name,standard,takt\nst07,50,40\n", "stations.csv:2: "),
        (b"name,standard\nst\xff,5\n", "stations.csv:2: byte 0xff is not UTF-8"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_nothing_is_made(tmp_path, capsys, text, said):
    """By its line of the list; not one folder is written, for the other stations neither."""
    assert make(tmp_path, text) == os.EX_CONFIG
    assert said in capsys.readouterr().err
    assert not (tmp_path / "cards").exists()


def test_every_mistake_at_once(tmp_path, capsys):
    """A person gets one walk through the list."""
    make(tmp_path, "name,standard\na b,x\nst07,\n")
    assert 3 == len(capsys.readouterr().err.splitlines())


def test_a_folder_that_is_there_is_not_written_over(tmp_path, capsys):
    """The cards of the first time may have been changed by hand."""
    make(tmp_path, LIST)
    assert 1 == make(tmp_path, LIST)
    assert "line4-st07" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "host"), [("st07", "st07"), ("Press_3.A", "press-3-a"), ("---", "station")])
def test_the_name_of_the_host(name, host):
    """A host's name has neither dots nor underscores."""
    assert f"hostname: {host}\n" in user_data(name)


def test_the_example_is_what_fleet_writes():
    """systemd/cloud-init/user-data, which the README shows."""
    assert user_data("st07") == EXAMPLE.read_text()
