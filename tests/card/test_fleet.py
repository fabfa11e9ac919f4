"""A list of stations becomes a folder a card, or a complaint a mistake."""

import errno
import os
from pathlib import Path

import msgspec
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
        ("name,standard\n..,5\n", "stations.csv:2: name: '..' has no letter and no digit"),
        ("name,standard\n-,5\n", "stations.csv:2: name: '-' has no letter and no digit"),
        ("name,line,standard\nst07,l1,5\nst07,l2,5\n", "stations.csv:3: the station at line 2 has this name too"),
        ("name,standard\nst_7,5\nst.7,5\n", "has this name too, or one that makes the same host, st-7"),
        ("name,line,standard\nc,a-b,5\nb-c,a,5\n", "stations.csv:3: a-b-c is there already, at line 2"),
        ("name,standard\n", "stations.csv:1: no station; write a line for each"),
        ("name,standard\n,\n", "stations.csv:1: no station; write a line for each"),
        ("name,standard,port\nst07,5,70000\n", "stations.csv:2: port: '70000' is no port"),
        ('name,standard,username\nst07,5,a""b\n', "stations.csv:2: username: that must be"),
        ("name,standard,credential\nst07,5,st.pw\n", "stations.csv:2: credential without username"),
        ("name,standard,username,credential\nst07,5,st07,Hunter2Hunter\n", "may be the secret itself"),
        ("name,standard,key\nst07,5,st.key\n", "stations.csv:2: key without certificate"),
        ("name,standard,ca,certificate\nst07,5,ca.crt,st.crt\n", "stations.csv:2: certificate without key"),
        ('name,standard\nst07,"' + "5" * 140_000 + "\n", "is a quote open"),
        ("name,standard\n" + "st07,5\n" * 40_000, "stations.csv: larger than 256 kB; this is no list of stations"),
        (b"name,standard\nst\xff,5\n", "stations.csv:2: byte 0xff is not UTF-8"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_nothing_is_made(tmp_path, capsys, text, said):
    """By its line of the list; not one folder is written, for the other stations neither."""
    assert make(tmp_path, text) == os.EX_CONFIG
    assert said in capsys.readouterr().err
    assert not (tmp_path / "cards").exists()


def test_a_list_that_is_not_there(tmp_path, capsys):
    """The words are those of a list, not of a configuration."""
    assert cli.main(["fleet", "make", str(tmp_path / "none.csv")]) == os.EX_CONFIG
    assert "none.csv: no such file; write one, its first line the names of the columns" in capsys.readouterr().err


def test_what_a_broker_wants(tmp_path):
    """Port, user, password's file, TLS and who confirms, each in its column; without a port it is that of TLS."""
    columns = "name,standard,host,port,confirm,username,credential,ca,certificate,key\n"
    tls = "st08,5,mq,,,,,ca.crt,station.crt,station.key\n"
    assert (
        make(tmp_path, f"{columns}st07,5,mq,1884,ledger,press,station.password,,,\n{tls}st09,5,mq,,,,,system,,\n") == 0
    )
    mqtt = [config.load(tmp_path / "cards" / name / "station.toml").mqtt for name in ("st07", "st08", "st09")]
    assert (1884, "ledger", "press", "station.password", None) == (
        mqtt[0].port, mqtt[0].confirm, mqtt[0].username, mqtt[0].credential, mqtt[0].tls
    )  # fmt: skip
    assert (8883, "ca.crt", "station.crt", "station.key") == (mqtt[1].port, *msgspec.structs.astuple(mqtt[1].tls))
    assert (8883, None) == (mqtt[2].port, mqtt[2].tls.ca)


def test_a_place_that_cannot_be_written(tmp_path, capsys):
    """A file, or a folder of the kernel's: it is named, and nothing is made."""
    (tmp_path / "cards").write_text("")
    assert make(tmp_path, LIST) != os.EX_OK
    assert "cards cannot be written: file exists; no folder is made" in capsys.readouterr().err
    assert cli.main(["fleet", "make", str(tmp_path / "stations.csv"), "--into", "/proc/cards"]) != os.EX_OK
    assert "/proc/cards cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("there", [False, True])
def test_an_error_in_the_middle_leaves_no_folder(tmp_path, monkeypatch, capsys, there):
    """The disk is full at the second card: the first is gone, too, and what was there before is not."""
    writing = Path.write_text

    def full(self, *words, **more):
        if self.parent.name == "line4-st08":
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return writing(self, *words, **more)

    if there:
        (tmp_path / "cards" / "st01").mkdir(parents=True)
    monkeypatch.setattr(Path, "write_text", full)
    assert 1 == make(tmp_path, LIST)
    assert "no space left on device; no folder is made" in capsys.readouterr().err
    assert (["st01"] if there else []) == [each.name for each in tmp_path.glob("cards/*")]


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
