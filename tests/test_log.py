"""The log says what, where and since when, in a form its reader can use, and what sensors say in it is inert."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import structlog

from edge_agent import log


class Terminal(io.StringIO):
    """A stderr with a person behind it."""

    def isatty(self) -> bool:
        """Always."""
        return True


@pytest.fixture(autouse=True)
def _usual_log(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("INVOCATION_ID", raising=False)
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    yield
    structlog.reset_defaults()


@pytest.fixture
def stderr() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def terminal() -> io.StringIO:
    return Terminal()


def test_lines_are_json_where_no_person_reads(stderr: io.StringIO):
    """One object a line, with the process, the station and the part that speaks."""
    log.configure("station", "st07", stderr)
    log.get("journal").warning("the disk is full", path=Path("/x/j.db"), depth=3)
    line = json.loads(stderr.getvalue())
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "the disk is full",
        "level": "warning",
        "process": "station",
        "station": "st07",
        "part": "journal",
        "path": "/x/j.db",
        "depth": 3,
    }
    assert stderr.getvalue().count("\n") == 1


def test_lines_are_text_on_a_terminal(terminal: io.StringIO):
    """A person reads words, not JSON."""
    log.configure("station", "st07", terminal)
    log.get("journal").info("recording")
    assert "recording" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")


def test_systemd_gets_json_even_with_a_terminal(terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch):
    """A unit may have a terminal; its log is still read by programs."""
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    log.configure("uplink", "st07", terminal)
    log.get("uplink").info("connected")
    assert json.loads(terminal.getvalue())["event"] == "connected"


NASTY = "\x1b]0;owned\x07\x1b[2J\r\nat=2026 level=info event=forged \u202e\u2028\x9b31m\udc80\x00"


@pytest.mark.parametrize("stream", ["stderr", "terminal"])
def test_what_a_sensor_says_is_inert(stream: str, request: pytest.FixtureRequest):
    """Escape sequences, line feeds, direction marks and lone surrogates are written as escapes, on one line."""
    written = request.getfixturevalue(stream)
    log.configure("station", "st07", written)
    log.get("gauge").warning("unreadable", raw=NASTY, both={"inner": NASTY}, **{"key\x1b": 1})
    text = written.getvalue()
    assert text.count("\n") == 1
    assert "owned" in text
    own_colours = {"\x1b"} if stream == "terminal" else set()
    assert {each for each in text if not each.isprintable()} <= {"\n"} | own_colours
    assert "\x1b]" not in text
    assert "\x1b[2J" not in text


def test_a_flood_is_cut(stderr: io.StringIO):
    """A megabyte from a sensor is a thousand characters in the log, and says how much it was."""
    log.configure("station", "st07", stderr)
    log.get("gauge").warning("unreadable", raw="x" * 1_000_000)
    assert json.loads(stderr.getvalue())["raw"] == "x" * 1_000 + "... (1000000 characters)"


@pytest.mark.parametrize("stream", ["stderr", "terminal"])
def test_a_traceback_is_whole_and_inert(stream: str, request: pytest.FixtureRequest):
    """Where the agent is at fault the log says where; what the message quotes is inert there too."""
    written = request.getfixturevalue(stream)
    log.configure("station", "st07", written)
    try:
        int(NASTY)
    except ValueError:
        log.get("main").exception("a turn failed")
    assert "Traceback" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert "\x1b]" not in written.getvalue()
    assert "\x07" not in written.getvalue()


def test_debug_is_left_out(stderr: io.StringIO):
    """The card is not worn by what nobody reads."""
    log.configure("station", "st07", stderr)
    log.get("main").debug("a turn")
    assert stderr.getvalue() == ""
