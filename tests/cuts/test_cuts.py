"""What the search for damage by a power cut stands on: the kernel's log read, disks rebuilt from it, and judged."""

from __future__ import annotations

import random
import shutil
import struct
from pathlib import Path

import pytest
from msgspec import structs
from msgspec.json import encode

from edge_agent import config
from edge_agent.journal import Entry as Said
from edge_agent.journal import Journal, Label, Reader, Settings
from edge_agent.observations import Pull
from edge_agent.station.memory import Memory
from tests.bench_station import written
from tests.cuts import judge
from tests.cuts.campaign import formatted
from tests.cuts.disk import Platter
from tests.cuts.log import DISCARD, FLUSH, FUA, MAGIC, MARK, SECTOR, Entry, LogError, entries

LABEL = Label(now_ns=1_000, wall_ns=1_700_000_000_000_000_000, time_quality="synced")
needs_ext4 = pytest.mark.skipif(
    shutil.which("debugfs", path="/usr/sbin:/sbin:/usr/bin") is None, reason="needs e2fsprogs: apt install e2fsprogs"
)


def logged(path: Path, *told: tuple[int, int, bytes]) -> list[Entry]:
    """A log as the kernel writes it, of `(sector, flags, content)`; read back."""
    text = struct.pack("<QQQI", MAGIC, 1, len(told), SECTOR).ljust(SECTOR, b"\0")
    for sector, flags, content in told:
        word = content if flags & MARK else b""
        sectors = 0 if word else max(len(content) // SECTOR, flags & DISCARD)
        head = struct.pack("<QQQQ", sector, sectors, flags, len(word)) + word
        text += head.ljust(SECTOR, b"\0") + (b"" if word or flags & DISCARD else content)
    path.write_bytes(text)
    return entries(path)


def sector(letter: str) -> bytes:
    return letter.encode() * SECTOR


@pytest.fixture
def told(tmp_path: Path) -> list[Entry]:
    """Two writes, a flush, a word, a write of two sectors, one that is durable by itself, and another."""
    return logged(
        tmp_path / "log",
        *((0, 0, sector("a")), (1, 0, sector("b")), (0, FLUSH, b""), (0, MARK, b"recorded:7")),
        *((0, 0, sector("c") + sector("d")), (2, FUA, sector("e")), (3, 0, sector("f"))),
    )


def left(told: list[Entry], folder: Path, mode: str, before: int | None = None, seed: int = 0) -> str:
    """The first letters of the four sectors of the disk after a cut."""
    base = folder / "base"
    base.write_bytes(b"-" * 4 * SECTOR)
    platter = Platter(base, folder / "log", told, folder)
    chance = random.Random(seed)  # noqa: S311 - no secret
    image = platter.cut(len(told) if before is None else before, mode, chance).read_bytes()
    return image[::SECTOR].decode()


def test_the_log_is_read_as_the_kernel_writes_it(told: list[Entry]):
    """Writes with their place, flushes, words, and what is durable by itself."""
    assert [(0, SECTOR), (SECTOR, SECTOR)] == [(one.offset, one.size) for one in told[:2]]
    assert told[2].flush
    assert told[3].mark == "recorded:7"
    assert (0, 2 * SECTOR) == (told[4].offset, told[4].size)
    assert told[5].fua


def test_what_is_discarded_is_no_write(tmp_path: Path):
    """A discard has a length and no content; what follows it is found all the same."""
    found = logged(tmp_path / "log", (5, DISCARD, b""), (1, 0, sector("b")))
    assert [0, SECTOR] == [one.size for one in found]


def test_another_file_is_refused(tmp_path: Path):
    """What is no log, or ends too early, is no proof of anything."""
    path = tmp_path / "log"
    path.write_bytes(bytes(SECTOR))
    with pytest.raises(LogError, match="no log of writes"):
        entries(path)
    logged(path, (0, 0, sector("a")))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LogError, match="ends within"):
        entries(path)


def test_each_mode_leaves_what_it_says(told: list[Entry], tmp_path: Path):
    """After a kill all is there; with the cache lost, what was flushed and what was durable by itself."""
    assert left(told, tmp_path, "kill") == "cdef"
    assert left(told, tmp_path, "lost") == "abe-"
    assert left(told, tmp_path, "lost", before=2) == "----"
    assert left(told, tmp_path, "kill", before=2) == "ab--"


def test_writes_are_reordered_and_torn(told: list[Entry], tmp_path: Path):
    """Any of the writes may be there, whole; torn, any of their sectors."""
    whole = {left(told, tmp_path, "reordered", seed=seed) for seed in range(60)}
    assert {"abe-", "abef", "cde-", "cdef"} == whole
    torn = {left(told, tmp_path, "torn", seed=seed) for seed in range(60)}
    assert {"abe-", "cbe-", "adef", "cdef"} < torn


def test_a_disk_goes_on_from_cut_to_cut(told: list[Entry], tmp_path: Path):
    """Cuts made one after the other leave what each would alone."""
    (tmp_path / "base").write_bytes(b"-" * 4 * SECTOR)
    chance = random.Random(0)  # noqa: S311 - no secret
    platter = Platter(tmp_path / "base", tmp_path / "log", told, tmp_path)
    found = [platter.cut(before, "lost", chance).read_bytes()[::SECTOR].decode() for before in (2, 3, 3, 7)]
    assert ["----", "ab--", "ab--", "abe-"] == found


class Disk:
    """A station's disk: what it said when it began and when its cord was pulled, of which the first is confirmed."""

    def __init__(self, folder: Path) -> None:
        self.image, self.out, content = folder / "disk.img", folder / "out", folder / "content"
        self.out.mkdir()
        station = written(folder)
        made = config.load(station).made(None, "1")
        events = [*made.begin(1_000), *made.step(Pull(2_000, sensor="cord", call="help"), 2_000)]
        self.journal = Journal(Settings(path=str(content / "st07.db")), "boot-1")
        self.journal.open()
        self.journal.write([Said(events=tuple(events), memory=encode(made.memory()))], LABEL, [(1, 1)])
        reader = Reader(content / "st07.db")
        self.run = judge.Run(reader.range(1, 99, 99), {1}, station)
        reader.close()
        self.content = content

    def judged(self, promised: int = 2) -> str:
        """What is said of the disk as it is now."""
        self.journal.close()
        formatted(self.image, self.content)
        return judge.judged(self.image, promised, self.run, self.out)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@needs_ext4
def test_a_disk_that_kept_everything_is_well(disk: Disk):
    """It opens, has what was promised, and resumes its open call."""
    assert disk.judged() == judge.WELL_WITH_CALLS


@needs_ext4
def test_an_event_that_is_missing_is_lost(disk: Disk):
    """One more was promised than is there."""
    assert disk.judged(promised=len(disk.run.rows) + 1) == "lost"


@needs_ext4
def test_a_disk_without_a_journal_is_well_only_before_the_first_promise(disk: Disk):
    """A cut in the first moment may leave nothing; a later one may not."""
    disk.journal.close()
    (disk.content / "st07.db").unlink()
    assert disk.judged(promised=0) == "well"
    assert disk.judged(promised=1) == "lost"


@needs_ext4
def test_a_damaged_journal_is_damaged(disk: Disk):
    """A file that the station would set aside."""
    disk.journal.close()
    (disk.content / "st07.db").write_bytes(b"no journal" * 500)
    assert disk.judged() == "damaged"


@needs_ext4
def test_a_damaged_file_system_is_told(disk: Disk):
    """One that a boot would not mend without asking."""
    disk.journal.close()
    formatted(disk.image, disk.content)
    with disk.image.open("r+b") as image:
        image.seek(1024)
        image.write(bytes(1024))
    assert judge.judged(disk.image, 1, disk.run, disk.out) == "file system"


@needs_ext4
def test_what_is_in_no_books_and_would_not_be_sent_is_told(disk: Disk):
    """Marked as confirmed, and yet the ledger does not have it."""
    disk.journal.confirm([(2, 2)], LABEL)
    assert disk.judged() == "unsent"


@needs_ext4
def test_another_event_under_the_same_number_is_wrong(disk: Disk):
    """What the disk has differs from what the run had recorded."""
    disk.run.rows[0] = structs.replace(disk.run.rows[0], data=b"{}")
    assert disk.judged() == "wrong"


@needs_ext4
def test_a_call_that_is_forgotten_is_told(disk: Disk):
    """The memory knows nothing of the call that the events have raised."""
    disk.journal.write([Said(memory=encode(Memory()))], LABEL)
    assert disk.judged() == "calls"
