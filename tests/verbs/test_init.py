"""`edge-agent init`: what it writes is sound, and nothing is written otherwise."""

import argparse
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent import boards, config
from edge_agent.config import questions
from edge_agent.sensors.profiles import PROFILES
from edge_agent.verbs import init

NEEDED = ("--name", "st01", "--standard", "50")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the verb in an empty folder with nobody at the terminal: exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    parser = argparse.ArgumentParser()
    init.add(parser.add_subparsers())

    def of(*words):
        arguments = parser.parse_args(["init", *words])
        return arguments.run(arguments), *capsys.readouterr()

    return of


def test_flags_alone_write_a_sound_file(run):
    """With a name and a standard the rest has defaults; the result says what comes next."""
    code, said, _ = run(*NEEDED, "--takt", "60", "--line", "line4")
    assert 0 == code
    assert "edge-agent check station.toml" in said
    found, complaints = config.check(Path("station.toml"))
    assert [] == complaints
    assert ("st01", "line4", 60.0) == (found.station.name, found.station.line, found.standard.takt_s)


@pytest.mark.parametrize("board", boards.names())
def test_each_board_gives_a_sound_file_with_its_own_terminals(run, board):
    """Nothing but the board's name is needed; the pins are written as its terminals."""
    assert 0 == run(*NEEDED, "--board", board)[0]
    found, complaints = config.check(Path("station.toml"))
    assert [] == complaints
    assert board == found.board.name
    for each in found.wires():
        assert each.wire == found.board.proposed(each.name)
        assert f'= "{each.wire.terminal}"\n' in Path("station.toml").read_text()


def test_a_board_that_was_named_proposes_its_terminals():
    """Every default is the board's; a line is written as its terminal, `none` leaves a wire out."""
    flags = {
        "name": "st07",
        "standard": "55",
        "board": "uln2803",
        "yellow": "GPIO25",
        "green": "gpio24",
        "cord_pin": "none",
    }
    found = init.answers(flags, answering())
    assert ("IN1", None, "OUT1", "OUT3", None) == tuple(
        found[key] for key in ("cycle_pin", "cord_pin", "red", "yellow", "white")
    )


def test_a_file_that_is_there_is_kept(run):
    """Only --force writes over what someone has made."""
    Path("station.toml").write_text("mine")
    code, _, said = run(*NEEDED)
    assert 1 == code
    assert "--force" in said
    assert "mine" == Path("station.toml").read_text()
    assert 0 == run(*NEEDED, "--force")[0]
    assert "mine" != Path("station.toml").read_text()


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("--name", "st01"), 2, "--standard is missing"),
        (("--standard", "50"), 2, "--name is missing"),
        ((*NEEDED, "--cycle-pin", "GPIO99"), 2, "--cycle-pin: 'GPIO99' is no pin"),
        ((*NEEDED, "--red", "GPIO2"), 2, "--red: GPIO2 is pulled up"),
        ((*NEEDED, "--red", "GPIO14"), 2, "--red: GPIO14 is the serial console's"),
        ((*NEEDED, "--takt", "nan"), 2, "--takt: 'nan' is not a number"),
        ((*NEEDED, "--takt", "-5"), 2, "--takt: '-5' must be > 0"),
        ((*NEEDED, "--host", 'a"b'), 2, "--host: "),
        ((*NEEDED, "--gauge", "/dev/ttyUSB0"), 2, "must be a name below /dev/serial/by-id/"),
        ((*NEEDED, "--gauge", "/dev/serial/by-id/x", "--profile", "mitutoya"), 2, "did you mean 'mitutoyo'?"),
        ((*NEEDED, "--timezone", "Mars"), 2, "--timezone: unknown time zone"),
        ((*NEEDED, "--takt", "40"), 78, "below standard_cycle_s"),
        ((*NEEDED, "--red", "GPIO17"), 78, "is used already"),
        ((*NEEDED, "--board", "relay"), 2, "--board: 'relay' is not known; did you mean 'relay-hat'?"),
        ((*NEEDED, "--board", "uln2803", "--red", "OUT9"), 2, "--red: 'OUT9' is no terminal of the board uln2803; did"),
        ((*NEEDED, "--board", "uln2803", "--red", "IN4"), 2, "is an input of the board uln2803; write one of: OUT1"),
        ((*NEEDED, "--board", "relay-hat", "--red", "CH2"), 78, "is used already"),
        ((*NEEDED, "--board", "automation-hat", "--red", "OUT1"), 78, "pulled up at power-on"),
    ],
)
def test_answers_that_do_not_fit_write_nothing(run, words, code, reason):
    """The flag is named with the reason, and no half-right file is left."""
    found, _, said = run(*words)
    assert code == found
    assert reason in said
    assert not Path("station.toml").exists()


def test_a_place_one_may_not_write_is_said(run):
    """A folder that does not exist is named."""
    code, _, said = run(*NEEDED, "none/station.toml")
    assert 1 == code
    assert "none/station.toml cannot be written: no such file or directory" in said


def answering(*answers):
    """A person at the terminal: answers in order, then return for all the rest."""
    waiting = iter(answers)
    return lambda _: next(waiting, "")


def test_questions_are_asked_again_after_a_slip(capsys):
    """An answer that does not fit is told why and asked for again; return takes the default."""
    found = init.answers({"line": "line4"}, answering("st 07", "st07", "", "", "", "UTC", "fast", "55"))
    assert ("st07", "line4", "55.0", "GPIO17") == tuple(found[key] for key in ("name", "line", "standard", "cycle_pin"))
    said = capsys.readouterr().out
    assert "'st 07' must be" in said
    assert "'fast' is not a number" in said


def test_a_gauge_is_asked_about_only_where_there_is_one(capsys, tmp_path, monkeypatch):
    """Serial ports that are plugged in are listed; without a gauge nothing more is asked of it."""
    (tmp_path / "usb-gauge").touch()
    monkeypatch.setattr(questions, "BY_ID", str(tmp_path))
    found = init.answers({"name": "st07", "standard": "55"}, answering())
    assert "usb-gauge" in capsys.readouterr().out
    assert (None, None) == (found["gauge"], found["profile"])


def test_a_person_who_goes_away_gets_no_file():
    """End of input, or the same slip three times, stops without writing."""

    def away(_):
        raise EOFError

    with pytest.raises(init.Stopped, match="stopped"):
        init.answers({}, away)
    with pytest.raises(init.Stopped, match="no answer that fits"):
        init.answers({}, lambda _: "not a name")


NAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,32}", fullmatch=True)
SECONDS = st.floats(min_value=0.001, max_value=86400).map(repr)
LAMPS = st.permutations([f"GPIO{number}" for number in (*range(9, 14), *range(16, 28))])
LIMITS = st.one_of(st.just("none"), st.floats(min_value=-1e15, max_value=1e15).map(repr))

BROKERS = (
    {},
    {"port": "8883", "ca": "system", "confirm": "ledger"},
    {"username": "press {7}", "credential": "station.password", "confirm": "puback"},
    {"ca": "ca.crt", "certificate": "station.crt", "key": "station.key"},
)


@st.composite
def stations(draw):
    """Flags of a station as it could stand: pins apart, takt above the standard, limits in order."""
    keys = ("cycle_pin", "cord_pin", "reset_pin", "red", "yellow", "green", "white", "buzzer")
    flags = dict(zip(keys, draw(LAMPS), strict=False))
    for key in draw(st.sets(st.sampled_from(("cord_pin", "reset_pin", "white", "buzzer")))):
        flags[key] = "none"
    flags |= {key: draw(NAMES) for key in ("line", "enterprise", "site", "area", "characteristic")}
    flags["name"] = draw(NAMES.filter(lambda name: any(letter.isalnum() for letter in name)))
    flags |= draw(st.sampled_from(BROKERS))
    standard, takt = sorted((draw(SECONDS), draw(SECONDS)), key=float)
    lower, upper = draw(LIMITS), draw(LIMITS)
    if "none" not in {lower, upper}:
        lower, upper = sorted((float(lower), float(upper)))
        lower, upper = repr(lower), repr(upper if upper > lower else lower + 1.0)
    flags |= {"standard": standard, "takt": draw(st.sampled_from([takt, "none"])), "lower": lower, "upper": upper}
    flags["gauge"] = draw(st.sampled_from(["none", "/dev/serial/by-id/usb-FTDI_A1:1.0-if00-port0"]))
    flags["profile"] = draw(st.sampled_from(sorted(PROFILES)))
    flags["host"] = draw(st.sampled_from(["none", "127.0.0.1", "mqtt.plant", "::1"]))
    flags["timezone"] = draw(st.sampled_from(["UTC", "Europe/Berlin", "America/Detroit"]))
    return flags


@settings(max_examples=150, deadline=None)
@given(flags=stations())
def test_whatever_is_answered_the_file_has_no_complaint(flags):
    """For any station as it could stand, what is written passes `check` without even a warning."""
    text = init.written(init.answers(flags, None))
    assert [] == [str(each) for each in init.complaints_about(text)]
