"""Another process reads the journal, before there is one, while it is written, and after it was replaced."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from edge_agent.journal import Journal, JournalError, JournalMissing, Reader, Settings
from tests.journal.faulty_disk import LABEL, entry

LEAF = 0x0D  # the first byte of a page of SQLite that holds rows


@pytest.fixture
def reader(settings: Settings):
    made = Reader(settings.path)
    yield made
    made.close()


def test_missing_journal_is_said_until_it_is_there(reader: Reader, settings: Settings):
    """The uplink may start before the station."""
    with pytest.raises(JournalMissing, match=r"no journal at .*; the station makes it when it starts"):
        reader.epoch()
    Path(settings.path).touch()
    with pytest.raises(JournalMissing, match="being made"):
        reader.last_seq()
    journal = Journal(settings, "boot-1")
    journal.open()
    assert journal.epoch == reader.epoch()
    assert reader.last_seq() == 0
    journal.close()


def test_reads_what_is_unconfirmed_in_order(journal: Journal, reader: Reader):
    """Confirmed rows are left out, rows beyond the limit wait for the next call, and a range has both."""
    journal.write([entry(n) for n in range(1, 8)], LABEL)
    journal.confirm([(2, 3)], LABEL)
    assert [row.seq for row in reader.unconfirmed(0, 3)] == [1, 4, 5]
    assert [row.seq for row in reader.unconfirmed(5, 3)] == [6, 7]
    assert [row.seq for row in reader.range(2, 4, 10)] == [2, 3, 4]
    assert reader.last_seq() == 7


def test_replaced_file_is_said_once_before_it_is_read(journal: Journal, reader: Reader, settings: Settings):
    """No row of the new epoch is taken for one of the old."""
    journal.write([entry(1)], LABEL)
    old = reader.epoch()
    journal._disconnect()
    Path(settings.path).rename(f"{settings.path}.old")
    with pytest.raises(JournalMissing):
        reader.last_seq()
    journal.open()
    journal.write([entry(1)], LABEL)
    assert reader.epoch() != old
    journal._disconnect()
    Path(settings.path).rename(f"{settings.path}.older")
    journal.open()
    with pytest.raises(JournalMissing, match="replaced"):
        reader.unconfirmed(0, 10)
    assert reader.unconfirmed(0, 10) == []


def test_a_hung_reader_holds_no_lock_the_writer_waits_for(journal: Journal, reader: Reader):
    """A reader stopped in the middle of a transaction costs the station nothing."""
    journal.write([entry(1)], LABEL)
    reader.epoch()
    assert reader._connection is not None
    reader._connection.execute("BEGIN")
    reader._connection.execute("SELECT * FROM event").fetchone()
    assert journal.write([entry(2)], LABEL) == 2


def test_reader_cannot_write(journal: Journal, reader: Reader):
    """The station is the only writer."""
    assert reader.epoch() == journal.epoch
    assert reader._connection is not None
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._connection.execute("DELETE FROM event")


def test_journal_of_a_stopped_station_can_be_read(journal: Journal, settings: Settings, reader: Reader):
    """`replay` works on a file at rest."""
    journal.write([entry(1)], LABEL)
    journal.close()
    assert not Path(f"{settings.path}-wal").exists()
    assert [row.seq for row in reader.unconfirmed(0, 10)] == [1]


def test_unreadable_file_names_the_cause(settings: Settings, reader: Reader):
    """Garbage in place of the journal is an error in words, not a crash."""
    Path(settings.path).write_bytes(b"garbage " * 1000)
    with pytest.raises(JournalError, match="the file is damaged"):
        reader.epoch()


@pytest.mark.parametrize(
    ("was", "became", "said"),
    [
        pytest.param(b"epoch", b"epocX", "is damaged: it has lost its identity", id="SQLite itself sees nothing"),
        pytest.param(b"TABLE event (", b"TAB\xffE event (", "the file is damaged", id="SQLite quotes what is no text"),
    ],
)
def test_changed_bytes_are_damage(
    journal: Journal, settings: Settings, reader: Reader, was: bytes, became: bytes, said: str
):
    """Said in words, and the station begins a new file."""
    journal.write([entry(1)], LABEL)
    journal.close()
    path = Path(settings.path)
    path.write_bytes(path.read_bytes().replace(was, became))
    with pytest.raises(JournalError, match=said):
        reader.epoch()
    journal.open()
    assert journal.set_aside is not None


def test_a_row_that_claims_more_than_any_memory_is_damage(journal: Journal, settings: Settings, reader: Reader):
    """SQLite asks for as much and raises MemoryError: said in words, and the station begins a new file."""
    journal.write([entry(number) for number in range(1, 9)], LABEL)
    journal.close()
    path = Path(settings.path)
    with contextlib.closing(sqlite3.connect(path)) as plain:
        [root] = plain.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").fetchone()
        [size] = plain.execute("PRAGMA page_size").fetchone()
    whole, page = bytearray(path.read_bytes()), (root - 1) * size
    row = page + int.from_bytes(whole[page + 14 : page + 16])  # the fourth of a leaf; it begins with its length
    whole[row : row + 24] = b"\xf7" + b"\xff" * 16 + b"\x00\x3b\xfft-1\x18"  # as the fuzzer found it
    path.write_bytes(whole)
    with pytest.raises(JournalError, match="the file is damaged"):
        reader.range(1, 10, 10)
    journal.open()
    assert journal.set_aside is not None


def test_values_of_other_kinds_are_damage_that_holds_nothing_up(journal: Journal, settings: Settings, reader: Reader):
    """SQLite gives back what is there: of a row nobody can read the number is left."""
    journal.write([entry(number, memory=b"{}", turn=b"{}") for number in (1, 2, 3)], LABEL)
    with sqlite3.connect(settings.path) as other:
        other.execute("UPDATE event SET data = 5 WHERE seq = 1")
        other.execute("UPDATE event SET wall_ns = 'late' WHERE seq = 2")
        other.execute("UPDATE turn SET line = 7 WHERE number = 2")
        other.execute("UPDATE memory SET data = 9")
    other.close()
    rows = reader.unconfirmed(0, 10)
    assert [1, 2, 3] == [row.seq for row in rows]
    assert [b"", b"", True] == [rows[0].data, rows[1].data, rows[2].data != b""]
    assert [b"{}", b"7", b"{}"] == list(reader.turns())
    assert b"" == journal.memory().data


def test_rows_that_go_back_are_damage(journal: Journal, settings: Settings, reader: Reader):
    """Whoever reads on from the last number would read them for ever: events, what is gone of them, a recording."""
    journal.write([entry(number, turn=b"{}") for number in (1, 2)], LABEL)
    journal.close()
    path = Path(settings.path)
    with sqlite3.connect(path) as other:
        size = other.execute("PRAGMA page_size").fetchone()[0]
        roots = dict(other.execute("SELECT name, rootpage FROM sqlite_master"))
    other.close()
    content = bytearray(path.read_bytes())
    for name in ("event", "turn"):
        cells = (roots[name] - 1) * size + 8  # of a leaf: its two cells, each by two bytes
        assert LEAF == content[cells - 8]
        content[cells : cells + 4] = content[cells + 2 : cells + 4] + content[cells : cells + 2]
    path.write_bytes(content)
    for ask in (lambda: reader.range(1, 2, 10), lambda: reader.gone(1, 2), lambda: list(reader.turns())):
        with pytest.raises(JournalError, match="its rows are not in order"):
            ask()
    journal.open()
    assert journal.set_aside is not None
