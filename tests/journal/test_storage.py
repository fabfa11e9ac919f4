"""The file keeps what it was given: numbers, epoch, memory, over restarts, damage and other people's files."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from edge_agent import recording
from edge_agent.journal import Entry, Journal, JournalError, Memory, Reader, Settings, file, schema, storage
from tests.journal.faulty_disk import LABEL, Faults, entry


def opened(settings: Settings, boot: str = "boot-1") -> Journal:
    journal = Journal(settings, boot)
    journal.open()
    return journal


def whys(settings: Settings) -> list[str]:
    reader = Reader(settings.path)
    rows = reader.range(0, 1_000_000, 1_000_000)
    reader.close()
    return [f"{row.seq}:{row.at_ns}" for row in rows]


def test_restart_keeps_numbers_and_epoch(settings: Settings):
    """A new process goes on counting where the last one stopped, in the same epoch."""
    first = opened(settings)
    assert first.write([entry(1), entry(2)], LABEL) == 2
    epoch = first.epoch
    first.close()
    second = opened(settings)
    assert epoch == second.epoch
    assert second.write([entry(3)], LABEL) == 3
    assert second.depth() == 3
    second.close()
    assert whys(settings) == ["1:1", "2:2", "3:3"]


def test_numbers_are_not_given_twice_after_everything_was_deleted(settings: Settings):
    """An empty table does not start again at 1."""
    journal = opened(settings)
    journal.write([entry(1), entry(2)], LABEL)
    journal._opened().execute("DELETE FROM event")
    journal.close()
    journal = opened(settings)
    assert journal.write([entry(3)], LABEL) == 3
    journal.close()


def test_new_file_is_a_new_epoch(settings: Settings, tmp_path: Path):
    """Two files never share an epoch, so a wiped card is seen."""
    one, two = opened(settings), opened(Settings(path=str(tmp_path / "folder" / "other.db")))
    assert one.epoch != two.epoch
    assert len(one.epoch) == 16
    one.close()
    two.close()


def test_commits_are_synced(journal: Journal):
    """WAL with synchronous=FULL: NORMAL may lose the last commits in a power cut."""
    assert journal._opened().execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal._opened().execute("PRAGMA synchronous").fetchone() == (2,)


def test_wall_time_is_counted_back_from_now(journal: Journal, settings: Settings):
    """An event 900 ns ago is labelled 900 ns before the wall clock's present."""
    journal.write([entry(100)], LABEL)
    reader = Reader(settings.path)
    row = reader.range(1, 1, 1)[0]
    reader.close()
    assert row.wall_ns == LABEL.wall_ns - 900
    assert (row.boot, row.time_quality, row.type) == ("boot-1", "synced", "andon.sensor.lost.v1")
    assert row.data == b'{"sensor":"press","why":"100"}'


def test_memory_survives_with_its_boot(settings: Settings):
    """What the station remembered last is there after a restart, with the boot and the wall time of saving."""
    first = opened(settings)
    assert first.memory() is None
    first.write([Entry(memory=b"old"), Entry(memory=b"new")], LABEL)
    first.close()
    second = opened(settings, "boot-2")
    assert second.memory() == Memory(b"new", "boot-1", LABEL.wall_ns)
    second.close()


@pytest.mark.parametrize("at", range(1, 7))
def test_memory_and_events_are_kept_or_lost_together(journal: Journal, settings: Settings, faults: Faults, at: int):
    """Wherever a transaction fails, neither the event nor the memory it changed is there."""
    faults.seen, faults.at = 0, at
    try:
        journal.write([entry(1, memory=b"one open call")], LABEL)
    except sqlite3.OperationalError:
        kept = []
    else:
        kept = ["1:1"]
    faults.at = None
    assert (journal.memory() is not None) == bool(kept)
    assert whys(settings) == kept


def test_depth_counts_what_is_not_confirmed(journal: Journal):
    """Confirming twice, or numbers nobody has given, changes nothing."""
    journal.write([entry(n) for n in range(1, 11)], LABEL)
    journal.confirm([(1, 3), (2, 4), (9, 500)], LABEL)
    assert journal.depth() == 4
    journal.confirm([(1, 3)], LABEL)
    journal.write([entry(11)], LABEL)
    assert journal.depth() == 5


def test_a_second_station_is_refused_and_told_whose_file_it_is(journal: Journal, settings: Settings):
    """Two writers would give one number twice."""
    with pytest.raises(JournalError, match=f"in use by process {os.getpid()}; stop that station"):
        Journal(settings, "boot-1").open()
    assert journal.write([entry(1)], LABEL) == 1


@pytest.mark.parametrize("page", [0, 1, 12])
def test_damaged_file_is_set_aside_and_a_new_epoch_begins(settings: Settings, page: int):
    """The station goes on with a new file; the old one is kept and named."""
    journal = opened(settings)
    journal.write([entry(n) for n in range(500)], LABEL)
    epoch = journal.epoch
    journal.close()
    file = Path(settings.path)
    content = bytearray(file.read_bytes())
    damaged = slice(4096 * page, 4096 * (page + 1))  # the header, a table of ours, events nobody reads at a start
    content[damaged] = bytes(byte ^ 0xA5 for byte in content[damaged])
    file.write_bytes(content)
    journal = opened(settings)
    assert journal.set_aside is not None
    assert journal.set_aside.name.startswith("st07.db.corrupt-20")
    assert journal.set_aside.read_bytes() == bytes(content)
    assert epoch != journal.epoch
    assert journal.write([entry(1)], LABEL) == 1
    journal.close()


def test_only_a_few_damaged_files_are_kept(settings: Settings, tmp_path: Path):
    """A failing card does not fill itself with files set aside."""
    for day in range(6):
        Path(settings.path).write_bytes(b"no database at all " * 300)
        journal = Journal(settings, "boot-1", wall_ns=lambda day=day: day * storage.NS_PER_DAY)
        journal.open()
        journal.close()
    kept = sorted(path.name[:24] for path in tmp_path.glob("*.corrupt-*"))
    assert kept == ["st07.db.corrupt-19700104", "st07.db.corrupt-19700105", "st07.db.corrupt-19700106"]


def test_newer_file_is_refused_and_left_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """An older version does not touch what it does not understand."""
    opened(settings).close()
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE more (x)",)))
        opened(settings).close()
    before = Path(settings.path).read_bytes()
    journal = Journal(settings, "boot-1")
    with pytest.raises(JournalError, match=r"newer version.*install that version or move the file aside"):
        journal.open()
    journal.close()
    assert Path(settings.path).read_bytes() == before


def test_migration_is_whole_or_not_at_all(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """A step that fails leaves the old version, from which the next start migrates with all rows."""
    journal = opened(settings)
    journal.write([entry(1)], LABEL)
    journal.close()
    good = ("ALTER TABLE event ADD COLUMN note TEXT",)
    with monkeypatch.context() as broken:
        broken.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, (*good, "NOT SQL")))
        journal = Journal(settings, "boot-1")
        with pytest.raises(sqlite3.OperationalError):
            journal.open()
        journal.close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, good))
    journal = opened(settings)
    assert journal.write([entry(2)], LABEL) == 2
    assert journal._opened().execute("SELECT seq, note FROM event").fetchall() == [(1, None), (2, None)]
    assert journal._opened().execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    journal.close()


def test_other_peoples_database_is_refused_and_left_alone(settings: Settings):
    """A path by mistake costs nobody their data."""
    other = sqlite3.connect(settings.path)
    other.execute("CREATE TABLE recipes (x)")
    other.close()
    journal = Journal(settings, "boot-1")
    with pytest.raises(JournalError, match="another program; give the journal another path"):
        journal.open()
    journal.close()


def test_confirmed_rows_are_pruned_and_others_never(
    journal: Journal, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """The newest rows stay for replay; an unsent row stays however old it is."""
    monkeypatch.setattr(storage, "KEPT_ROWS", 10)
    monkeypatch.setattr(storage, "PRUNE_EVERY", 20)
    journal.write([entry(n) for n in range(1, 16)], LABEL)
    journal.confirm([(1, 4), (6, 15)], LABEL)
    journal.write([entry(n) for n in range(16, 22)], LABEL)
    assert [int(why.split(":")[0]) for why in whys(settings)] == [5, *range(12, 22)]


def test_recording_keeps_whole_runs_of_the_last_days(
    journal: Journal, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """A run that reaches into the kept days keeps its beginning, without which it could not be replayed."""
    monkeypatch.setattr(storage, "PRUNE_EVERY", 3)
    begin = recording.ENCODE(recording.Begin(now_ns=0, station="st07", version="1"))
    step = recording.ENCODE(recording.Turn(now_ns=1))
    for day in range(12):
        days_on = LABEL.wall_ns + day * storage.NS_PER_DAY
        label = type(LABEL)(now_ns=0, wall_ns=days_on, time_quality="synced")
        journal.write([Entry(turn=begin if day in {0, 2} else step)], label)
    reader = Reader(settings.path)
    assert list(reader.turns()) == [begin, *[step] * 9]
    reader.close()


def test_recording_is_off_unless_asked_for(tmp_path: Path):
    """Without `recording_days` no line is kept."""
    settings = Settings(path=str(tmp_path / "plain.db"))
    journal = opened(settings)
    journal.write([Entry(turn=b"{}")], LABEL)
    reader = Reader(settings.path)
    assert list(reader.turns()) == []
    reader.close()
    journal.close()


def test_a_file_replaced_under_the_writer_is_noticed(journal: Journal, settings: Settings):
    """Commits into a deleted file would be lost without a word."""
    journal.write([entry(1)], LABEL)
    Path(settings.path).rename(f"{settings.path}.moved")
    with pytest.raises(OSError, match=r"No such file|was replaced"):
        journal.write([entry(2)], LABEL)
    for part in file.PARTS[:2]:
        Path(f"{settings.path}{part}").unlink(missing_ok=True)
    journal.open()
    assert journal.write([entry(2)], LABEL) == 1
