"""Settings written into a copy of the file: every other character stays."""

import difflib

import pytest

from edge_agent import config
from edge_agent.tune.records import Advice
from edge_agent.tune.rewriting import rewritten, write
from tests.tune.conftest import STATION


def advice(index, **changed):
    return Advice(
        detector="any", index=index, mode="light", counts="cycles", usual=None, present={}, changed=changed, limit="",
        method="theory", between_now=None, between_then=None, delays=(),
    )  # fmt: skip


CHANGES = (advice(0, factor=1.25), advice(1, h=7.36, baseline=500), advice(2, mode="observe"))


def test_only_the_changed_lines_change(station):
    """A value is replaced in its place, a key that was not there gets a line under `kind`; comments stay."""
    after = rewritten(station, CHANGES)
    changed = [line for line in difflib.ndiff(STATION.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert [
        "+ factor = 1.25",
        "+ baseline = 500",
        "- h = 9.5                        # too quiet",
        "+ h = 7.36                        # too quiet",
        '- mode = "light"',
        '+ mode = "observe"',
    ] == changed


def test_what_is_written_passes_check(station, tmp_path):
    """The copy loads, with the settings in force."""
    write(station, CHANGES, tmp_path / "station.tuned.toml", force=False)
    found = config.load(tmp_path / "station.tuned.toml").detectors
    assert (1.25, 7.36, 500, "observe") == (found[0].factor, found[1].h, found[1].baseline, found[2].mode)


def test_line_ends_of_windows_stay(station):
    """CRLF and the mark in front are kept."""
    station.write_bytes(b"\xef\xbb\xbf" + STATION.replace("\n", "\r\n").encode())
    after = rewritten(station, CHANGES)
    assert after.startswith("\ufeff[station]\r\n")
    assert after.count("\n") == after.count("\r\n")


def test_what_is_there_is_not_replaced(station, tmp_path):
    """Unless told to."""
    target = tmp_path / "station.tuned.toml"
    target.write_text("mine")
    with pytest.raises(config.ConfigError, match="give --force"):
        write(station, CHANGES, target, force=False)
    assert "mine" == target.read_text()
    write(station, CHANGES, target, force=True)
    assert "factor = 1.25" in target.read_text()


def test_a_file_that_cannot_be_changed_line_by_line_is_said(station):
    """All detectors in one list on one line: nothing is guessed."""
    before, _, rest = STATION.partition("[[detect]]")
    station.write_text(
        'detect = [{ kind = "cycle_overrun", factor = 1.5 }]\n' + before + rest[rest.index("[response]") :]
    )
    config.load(station)
    with pytest.raises(config.ConfigError, match="a key a line"):
        rewritten(station, [advice(0, factor=1.3)])
