import json
import sqlite3

import msgspec
import pytest

from edge_agent.consumer.books import Batch, Books
from edge_agent.consumer.intake import Entry, Recorded

STATION = "acme/plant1/assembly/line4/st07"
DAY_NS = 86_400 * 10**9


def entry(seq, epoch="e1", day=1):
    """An event of the station."""
    time = f"2026-11-{day:02d}T06:00:00.000000Z"
    event = {"id": f"st07/{epoch}/{seq}", "time": time, "type": "andon.sensor.lost.v1", "data": {"sensor": "gauge"}}
    return Entry(
        station=STATION,
        epoch=epoch,
        seq=seq,
        type="andon.sensor.lost.v1",
        time=time,
        timequality="synced",
        document=json.dumps(event).encode(),
    )


@pytest.fixture
def path(tmp_path):
    """Books with a hole at 3 and 4, one at 6 that is explained, and a silence of two days."""
    path = tmp_path / "books.db"
    books = Books(path)
    books.write(Batch(entries=[entry(seq, day=1 if seq < 5 else 3) for seq in (1, 2, 5, 7)]), 0, DAY_NS)
    books.write(Batch(entries=[entry(1, "e2", 4)]), 0, 2 * DAY_NS)
    books.write(Batch(closed=[(books.page(STATION, "e1"), (6, 6), "the journal has it no more")]), 0, 0)
    books.write(Batch(recorded={(STATION, "e1"): Recorded(STATION, "e1", 8)}), 0, 0)
    books.close()
    return path


def test_the_report_tells_what_is_missing_and_why(edge_agent, path):
    """Holes, explanations, silences, journals; exit code 1 while something is missing."""
    code, said, _ = edge_agent("ledger", "report", str(path))
    assert 1 == code
    for line in (
        "4 events, up to 7 of 8",
        "missing    3 to 4",
        "missing    8 to 8",
        "explained  6 to 6: the journal has it no more",
        "silence    48.0 h before 5",
        "journal e2",
        "nothing is missing",
    ):
        assert line in said


def test_the_report_is_told_to_programs(edge_agent, path):
    """One object a journal, a line each."""
    code, said, _ = edge_agent("ledger", "report", str(path), "--json")
    first, second = map(json.loads, said.splitlines())
    assert (1, 4, 3, [[3, 4], [8, 8]]) == (code, first["events"], first["missing"], first["holes"])
    assert ("e2", 1, 0) == (second["epoch"], second["events"], second["missing"])


def test_events_come_in_the_order_they_were_recorded(edge_agent, path):
    """Journal by journal, by number, from where one was."""
    _, said, _ = edge_agent("ledger", "events", str(path), "--station", STATION, "--json")
    assert [("e1", 1), ("e1", 2), ("e1", 5), ("e1", 7), ("e2", 1)] == [
        (line["epoch"], line["seq"]) for line in map(json.loads, said.splitlines())
    ]
    wanted = ("--epoch", "e1", "--after", "2", "--most", "1", "--type", "andon.sensor.lost.v1")
    _, said, _ = edge_agent("ledger", "events", str(path), "--station", STATION, *wanted)
    assert ["5", "e1", "andon.sensor.lost.v1", '{"sensor":"gauge"}'] == said.split()[1:]


def test_what_a_station_wrote_cannot_write_on_the_terminal(edge_agent, tmp_path):
    """Kept by a ledger that believed more: escapes, letters that turn the line around, and bytes that are no text."""
    path = tmp_path / "books.db"
    books = Books(path)
    odd = json.dumps(
        {"time": "\x1b]0;pwned\x07", "type": "\x1b[2J", "data": {"why": "\u202e\x9b2J"}}, ensure_ascii=False
    )
    documents = [odd.replace("\x1b", "\\u001b").replace("\x07", "\\u0007").encode(), b'{"data":"\xff\xfe\x1b"}']
    entries = [msgspec.structs.replace(entry(seq), document=each) for seq, each in enumerate(documents, 1)]
    books.write(Batch(entries=entries), 0, DAY_NS)
    books.close()
    code, said, _ = edge_agent("ledger", "events", str(path), "--station", STATION)
    assert (0, 2) == (code, len(said.splitlines()))
    assert said.replace("\n", "").isprintable()
    assert "pwned" in said
    code, said, _ = edge_agent("ledger", "events", str(path), "--station", STATION, "--json")
    assert (0, '{"data":"\\xff\\xfe\x1b"}') == (code, json.loads(said.splitlines()[1])["event"])


@pytest.mark.parametrize("option", ["--after", "--most"])
@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "x"])
def test_a_number_that_no_event_has_is_refused(edge_agent, path, capsys, option, number):
    """2, and what to write."""
    with pytest.raises(SystemExit, match="2"):
        edge_agent("ledger", "events", str(path), "--station", STATION, f"{option}={number}")
    assert "write digits, 18 at most" in capsys.readouterr().err


@pytest.mark.parametrize("what", [("report",), ("events", "--station", STATION)])
def test_no_books_and_other_files_are_named(edge_agent, tmp_path, what):
    """69, and what to do; no database of another program is taken for books, or changed."""
    code, _, why = edge_agent("ledger", what[0], str(tmp_path / "none.db"), *what[1:])
    assert (69, True) == (code, "there are no books at" in why)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = other.read_bytes()
    code, _, why = edge_agent("ledger", what[0], str(other), *what[1:])
    assert (69, True) == (code, "no ledger's book" in why)
    code, _, why = edge_agent("ledger", "run", str(other), "--host", "127.0.0.1")
    assert (69, True, before) == (code, "no ledger's book" in why, other.read_bytes())


def test_books_have_one_ledger(edge_agent, path):
    """A second one would acknowledge what the first one has not."""
    books = Books(path)
    code, _, why = edge_agent("ledger", "run", str(path), "--host", "127.0.0.1")
    books.close()
    assert (69, True) == (code, "is kept by another ledger" in why)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--stations", "acme/#"), "write five levels, like acme/plant1/+/+/+"),
        (("--port", "0"), "`$.port`"),
    ],
)
def test_options_that_make_no_sense_are_named(edge_agent, tmp_path, options, says):
    """2, before any file is made."""
    code, _, why = edge_agent("ledger", "run", str(tmp_path / "b.db"), "--host", "h", *options)
    assert (2, True) == (code, says in why)
    assert [] == list(tmp_path.iterdir())
