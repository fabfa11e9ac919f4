"""The writer thread loses nothing and doubles nothing, whatever the disk and the power do."""

from __future__ import annotations

import queue
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from edge_agent.journal import Entry, Journal, Memory, Reader, Settings, writer
from tests.journal.faulty_disk import LABEL, Faults, Station, entry, raised, rows


@pytest.mark.parametrize("after", [False, True], ids=["fails", "fails too late"])
@pytest.mark.parametrize("at", range(1, 13))
def test_fault_at_the_nth_statement_loses_and_doubles_nothing(
    station: Station, settings: Settings, faults: Faults, at: int, after: bool
):
    """Whichever statement fails, and whether or not it took effect, each event is there once and in order."""
    faults.seen, faults.at, faults.after = 0, at, after
    for number in range(1, 5):
        station.writer.record(entry(number, memory=b"%d" % number, turn=b"{}"))
        assert station.writer.flush(5)
    assert rows(settings) == [1, 2, 3, 4]
    assert faults.seen > at
    assert "disk I/O error" in station.trouble().why
    assert station.trouble().over


def test_entries_are_committed_in_groups(station: Station, journal: Journal, settings: Settings):
    """A burst of 500 costs a handful of transactions, not 500."""
    for number in range(1, 501):
        station.writer.record(entry(number))
    assert station.writer.flush(5)
    assert rows(settings) == list(range(1, 501))
    assert journal.commits < 10


def test_recorded_is_said_with_the_depth(station: Station):
    """The uplink learns the last number and how much waits for it."""
    station.writer.record(entry(1))
    assert station.recorded.get(timeout=5) == (1, 1)
    assert station.writer.confirm(station.writer.epoch, [(1, 1)])
    assert station.recorded.get(timeout=5) == (1, 0)


def test_confirmation_of_another_epoch_confirms_nothing(station: Station):
    """Numbers of a file that was set aside say nothing of the present one."""
    station.writer.record(entry(1))
    assert station.recorded.get(timeout=5) == (1, 1)
    station.writer.confirm("0123456789abcdef", [(1, 1)])
    assert station.recorded.get(timeout=5) == (1, 1)


def test_too_many_confirmations_are_sent_back(station: Station, faults: Faults):
    """The queue of confirmations has a bound, and the uplink is told when it is reached."""
    faults.broken = True
    ranges = [(n, n) for n in range(writer.MOST_CONFIRMED + 1)]
    assert not station.writer.confirm(station.writer.epoch, ranges)
    assert station.writer.confirm(station.writer.epoch, ranges[:10])
    faults.broken = False


def test_trouble_is_said_once_and_when_it_is_over(station: Station, settings: Settings, faults: Faults):
    """A disk that fails for a while costs one sentence at each end, and nothing else."""
    faults.broken = True
    station.writer.record(entry(1))
    began = station.trouble()
    assert (began.part, began.over) == ("journal", False)
    for number in range(2, 20):
        station.writer.record(entry(number))
    for _attempt in range(5):
        faults.hits.get(timeout=5)
    faults.broken = False
    ended = station.trouble()
    assert (ended.part, ended.why, ended.over) == ("journal", "works again", True)
    assert station.writer.flush(5)
    assert rows(settings) == list(range(1, 20))
    assert station.troubles.empty()


def test_full_queue_gives_up_the_recording_before_events(
    station: Station, settings: Settings, faults: Faults, monkeypatch: pytest.MonkeyPatch
):
    """Without room, lines of the recording go first, then events are counted; both are said, memory stays."""
    monkeypatch.setattr(writer, "MOST_WAITING", 10)
    faults.broken = True
    station.writer.record(entry(1))
    assert station.trouble().why == "disk I/O error"
    for _ in range(10):
        station.writer.record(Entry(turn=b"{}"))
    for number in range(2, 15):
        station.writer.record(entry(number, memory=b"%d" % number, turn=b"{}"))
    assert station.trouble().part == "recording"
    assert "events are being lost" in station.trouble().why
    faults.broken = False
    assert station.trouble().why == "works again; events not recorded: 3"
    assert station.writer.flush(5)
    assert rows(settings) == list(range(1, 12))
    station.writer.close()
    journal = Journal(settings, "boot-2")
    journal.open()
    memory = journal.memory()
    journal.close()
    assert memory is not None
    assert memory.data == b"14"


def test_lines_that_are_large_are_given_up_before_memory_is(station: Station, faults: Faults):
    """Blocks of samples on a disk that fails: the recording ends at its bound in bytes, not at ten thousand entries."""
    faults.broken = True
    station.writer.record(entry(1))
    assert station.trouble().part == "journal"
    block = b"x" * 1_048_576
    for _ in range(20):
        station.writer.record(Entry(turn=block))
    assert station.trouble().part == "recording"
    assert not station.writer._waiting
    faults.broken = False


def test_a_hanging_disk_is_seen_when_the_queue_is_full(
    station: Station, settings: Settings, faults: Faults, monkeypatch: pytest.MonkeyPatch
):
    """A write that does not return blocks nobody; the loss is said at once, and counted when it is over."""
    monkeypatch.setattr(writer, "MOST_WAITING", 10)
    monkeypatch.setattr(writer, "BATCH", 1)
    faults.moving.clear()
    for number in range(1, 15):
        station.writer.record(entry(number))
    assert station.trouble().why == "the queue is full and events are being lost"
    assert not station.writer.flush(0)
    faults.moving.set()
    ended = station.trouble()
    assert ended.over
    assert station.writer.flush(5)
    assert ended.why == f"works again; events not recorded: {14 - len(rows(settings))}"


def test_a_confirmation_survives_an_entry_that_cannot_be_written(station: Station, faults: Faults):
    """What the uplink has said once it need not say again."""
    station.writer.record(entry(1))
    assert station.recorded.get(timeout=5) == (1, 1)
    faults.moving.clear()
    station.writer.record(entry(2**70))
    station.writer.confirm(station.writer.epoch, [(1, 1)])
    faults.moving.set()
    assert station.recorded.get(timeout=5) == (1, 0)


def test_an_entry_that_cannot_be_written_costs_only_itself(station: Station, settings: Settings):
    """A number beyond 64 bits is refused by SQLite; its companions are kept, and the loss is said."""
    for number in (1, 2, 2**70, 3, 4):
        station.writer.record(entry(number))
    assert station.writer.flush(5)
    assert rows(settings) == [1, 2, 3, 4]
    assert "could not be written" in station.trouble().why
    assert station.trouble().why == "works again; events not recorded: 1"


def test_damage_found_while_writing_begins_a_new_epoch(
    station: Station, journal: Journal, settings: Settings, faults: Faults
):
    """The event that met the damage is in the new file, and the old one is named."""
    station.writer.record(entry(1))
    assert station.writer.flush(5)
    epoch = journal.epoch
    faults.broken = True
    station.writer.record(entry(2))
    assert station.trouble().why == "disk I/O error"
    for part in ("", "-wal"):
        Path(f"{settings.path}{part}").write_bytes(b"garbage " * 4096)
    faults.broken = False
    assert "a new epoch begins" in station.trouble().why
    assert station.trouble().over
    assert rows(settings) == [2]
    assert epoch != journal.epoch


def test_locked_journal_names_the_cause(station: Station, journal: Journal, settings: Settings):
    """Somebody's open transaction in a database tool is said, and waited for."""
    journal._opened().execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(settings.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    station.writer.record(entry(1))
    assert station.trouble().why == "another program holds the file locked; end it (database is locked)"
    other.execute("ROLLBACK")
    other.close()
    assert station.trouble().over
    assert rows(settings) == [1]


def test_full_journal_names_the_cause_and_recovers(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """Where open calls alone fill the bound nothing recorded is lost, and what waits is written when there is room."""
    monkeypatch.setattr(writer, "BACK_OFF_S", (0.01,))
    journal = Journal(msgspec.structs.replace(settings, most_mb=9), "boot-1")
    journal.open()
    station = Station(journal)
    for number in range(1, 4_001):
        station.writer.record(Entry(events=(raised(number),)))
    assert "the disk is full, or the journal has reached its greatest size" in station.trouble().why
    journal._most_bytes *= 4
    assert station.trouble().over
    assert station.writer.flush(20)
    assert rows(settings) == list(range(1, 4_001))
    station.writer.close()


def test_what_is_given_up_is_said_while_it_lasts(settings: Settings):
    """A journal that has reached its bound is a trouble a person sees, with what it cost, until there is room again."""
    journal = Journal(msgspec.structs.replace(settings, most_mb=9), "boot-1")
    journal.open()
    station = Station(journal)
    for number in range(1, 15_001):
        station.writer.record(entry(number))
        if number % 5_000 == 0:
            assert station.writer.flush(20)
    began = station.trouble()
    assert (began.part, began.over) == ("journal room", False)
    assert re.search(r"most_mb allows; given up so far: \d+ repeats", began.why)
    journal._most_bytes *= 4
    station.writer.record(entry(15_001))
    assert station.trouble().over
    assert station.writer.close()


def test_disk_that_fills_up_loses_nothing(settings: Settings):
    """The kernel refuses to let a file grow, then lets it: every event is there once."""
    script = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from tests.journal.faulty_disk import Station, entry
from edge_agent.journal import Journal, Settings
journal = Journal(Settings(path=sys.argv[1]), "boot-1")
journal.open()
station = Station(journal)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
for number in range(1, 3_001):
    station.writer.record(entry(number))
print(station.trouble().why)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert station.trouble().over
assert station.writer.close()
"""
    command = [sys.executable, "-c", script, settings.path, str(Path(__file__).parents[2])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    assert "the disk" in done.stdout
    assert rows(settings) == list(range(1, 3_001))


def test_close_writes_what_waits(station: Station, settings: Settings):
    """The stopping event, recorded just before the end, is kept."""
    station.writer.record(entry(1))
    assert station.writer.close()
    assert not station.writer.alive()
    assert rows(settings) == [1]


def test_close_on_a_failing_disk_ends_and_says_so(station: Station, faults: Faults):
    """The station can always stop; what could not be written is not claimed."""
    faults.broken = True
    station.writer.record(entry(1))
    assert station.trouble().why == "disk I/O error"
    assert not station.writer.close()
    assert not station.writer.alive()
    faults.broken = False


def test_disk_that_fails_at_the_start_is_waited_for(
    settings: Settings, faults: Faults, monkeypatch: pytest.MonkeyPatch
):
    """A station whose journal cannot be opened yet keeps its events until it can."""
    monkeypatch.setattr(writer, "BACK_OFF_S", (0.01,))
    faults.broken = True
    station = Station(Journal(settings, "boot-1", connect=faults.connect()))
    station.writer.record(entry(1))
    assert station.trouble().why == "disk I/O error"
    faults.broken = False
    assert station.trouble().over
    assert station.writer.close()
    assert rows(settings) == [1]


def test_memory_nobody_has_read_is_not_replaced(settings: Settings, faults: Faults, monkeypatch: pytest.MonkeyPatch):
    """A disk that fails at the start: what the last run remembered stays in the file until it has been taken over."""
    monkeypatch.setattr(writer, "BACK_OFF_S", (0.01,))
    before = Journal(settings, "boot-0")
    before.open()
    before.write([entry(1, memory=b"one open call")], LABEL)
    before.close()
    faults.broken = True
    found: queue.SimpleQueue[Memory] = queue.SimpleQueue()
    recorded: queue.SimpleQueue[int] = queue.SimpleQueue()
    journal = Journal(settings, "boot-1", connect=faults.connect())
    made = writer.Writer(journal, lambda seq, _: recorded.put(seq), lambda _: None, found.put)
    made.record(entry(2, memory=b"nothing"))
    faults.hits.get(timeout=5)
    faults.broken = False
    assert Memory(b"one open call", "boot-0", LABEL.wall_ns) == found.get(timeout=5)
    assert made.flush(5)
    made.record(entry(3, memory=b"nothing"))
    assert made.flush(5)
    assert b"one open call" == memory_in(settings)
    made.release()
    made.record(entry(4, memory=b"both"))
    assert made.close()
    assert b"both" == memory_in(settings)
    assert rows(settings) == [1, 2, 3, 4]
    assert found.empty()


def memory_in(settings: Settings) -> bytes:
    """What the file holds now."""
    connection = sqlite3.connect(f"file:{settings.path}?mode=ro", uri=True)
    found = connection.execute("SELECT data FROM memory").fetchone()[0]
    connection.close()
    assert isinstance(found, bytes)
    return found


def test_labels_are_made_when_they_are_needed(settings: Settings):
    """Time quality and wall time come from the clocks at the commit."""
    journal = Journal(settings, "boot-1")
    journal.open()
    clocks = {"now_ns": lambda: 5_000, "wall_ns": lambda: LABEL.wall_ns, "synchronised": lambda: False}
    made = writer.Writer(journal, lambda *_: None, print, **clocks)
    made.record(entry(4_000))
    assert made.close()
    reader = Reader(settings.path)
    row = reader.range(1, 1, 1)[0]
    reader.close()
    assert (row.wall_ns, row.time_quality) == (LABEL.wall_ns - 1_000, "unsynced")
