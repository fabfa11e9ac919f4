"""`edge-agent report` on a journal that was told a shift."""

import json

import pytest

from edge_agent import config
from edge_agent.events import Event
from edge_agent.journal import Entry, Journal
from tests import bench_station
from tests.test_report import LABEL, shift_told


def told(folder):
    """A configuration whose journal has a shift."""
    path = bench_station.written(folder)
    journal = Journal(config.load(path).journal, "boot")
    journal.open()
    journal.write([Entry(events=(Event(at_ns, data),)) for at_ns, data in shift_told()], LABEL)
    journal.close()
    return path


def test_the_last_date_is_printed(edge_agent, tmp_path):
    """As text, as a table for a page, or as JSON for a program; one hour where one is asked for."""
    path = told(tmp_path)
    code, said, _ = edge_agent("report", path, "--shift", "early")
    assert (0, True) == (code, said.startswith("2026-11-23 early: 38 of 62"))
    assert edge_agent("report", path, "--markdown", "--date", "2026-11-23")[1].startswith("## 2026-11-23 early")
    code, said, _ = edge_agent("report", path, "--json", "--hour", "--shift", "early")
    assert ["13:00"] == [hour["began"][11:16] for hour in json.loads(said)["hours"]]


def test_the_board_is_drawn(edge_agent, tmp_path):
    """One shift is one file; several are several, named after each; where it cannot be written, that is said."""
    path, page = told(tmp_path), tmp_path / "board.svg"
    assert (0, f"{page}\n") == edge_agent("report", path, "--shift", "early", "--svg", page)[:2]
    assert "38 of 62" in page.read_text(encoding="utf-8")
    code, said, _ = edge_agent("report", path, "--svg", page)
    assert (0, ["board-2026-11-23-early.svg", "board-2026-11-23-outside.svg"]) == (
        code,
        sorted(line.rpartition("/")[2] for line in said.splitlines()),
    )
    code, _, why = edge_agent("report", path, "--svg", tmp_path / "none" / "board.svg")
    assert (1, True) == (code, "no such file or directory; name another file" in why)


def test_a_date_that_is_none_is_refused_with_one_that_is(edge_agent, tmp_path, capsys):
    """A month too many is a slip of the pen."""
    with pytest.raises(SystemExit, match="2"):
        edge_agent("report", told(tmp_path), "--date", "2026-13-01")
    assert "'2026-13-01' is no date: write year-month-day, as in 2026-11-23, or all" in capsys.readouterr().err


def test_nothing_to_print_is_said(edge_agent, tmp_path):
    """Exit code 1, and when there will be something; no journal is 69."""
    path = told(tmp_path)
    code, _, why = edge_agent("report", path, "--date", "2027-01-01")
    assert (1, True) == (code, "hours are told when they are over" in why)
    (tmp_path / "none").mkdir()
    assert 69 == edge_agent("report", bench_station.written(tmp_path / "none"))[0]
