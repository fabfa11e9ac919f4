"""A run in the guest, of which a thousand cuts are made afterwards; and runs that end with the machine killed."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from tests.bench_station import written
from tests.cuts import judge
from tests.cuts.disk import MODES, Mode, Platter
from tests.cuts.lamp import Start, native
from tests.cuts.log import Entry, entries
from tests.cuts.session import LET_GO, LOGGED, PATIENCE_S
from tests.power.campaign import MEMORY
from tests.vm import guest

DISK_BYTES, LOG_BYTES = 64 * 2**20, 4 * 2**30  # mostly holes
ROOM_BYTES = 2 * 2**30  # a disk for each kill and each worker, and a log, none of them full
LOST = "tests.cuts.less_safe"
Found = dict[Mode, Counter[str]]


class SessionError(Exception):
    """A run in the guest failed by itself; the message has what it said."""


class Trace(msgspec.Struct, frozen=True):
    """A run that was written down: the disk before it, and what the disk was told.

    Args:
        entries: up to where the disk was let go, to be unmounted.
        promises: after which entry so many events were known to be recorded.
    """

    base: Path
    log: Path
    entries: list[Entry]
    promises: list[tuple[int, int]]
    run: judge.Run

    def promised(self, before: int) -> int:
        """The last number that was promised by a cut before this entry."""
        return max((number for at, number in self.promises if at < before), default=0)


def scratch() -> Path | None:
    """Where disks are made: in memory, where there is room."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES else None


def traced(folder: Path, seconds: float, seed: int, module: str) -> Trace:
    """Let the plant work for so long on a disk that writes down what it is told.

    Raises:
        SessionError: it could not.
    """
    base, disk, log = folder / "base.img", folder / "disk.img", folder / "log.img"
    formatted(base)
    shutil.copyfile(base, disk)
    log.touch()
    os.truncate(log, LOG_BYTES)
    session(folder, LOGGED, seconds, seed, (disk, log), module)
    found = entries(log)
    end = next(at for at, entry in enumerate(found) if entry.mark == LET_GO)
    promises = [(at, int(entry.mark.partition(":")[2])) for at, entry in enumerate(found[:end]) if entry.mark]
    return Trace(base, log, found[:end], promises, ended(disk, folder))


def formatted(image: Path, content: Path | None = None) -> None:
    """A file system as it is made for a card, with what is in a folder."""
    image.touch()
    os.truncate(image, DISK_BYTES)
    filled = () if content is None else ("-d", content)
    subprocess.run(
        ["mkfs.ext4", "-qF", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", *filled, image], check=True
    )


def session(folder: Path, how: str, seconds: float, seed: int, disks: tuple[Path, ...], module: str) -> None:
    """One session from start to end."""
    longest_s = 2 * PATIENCE_S + seconds
    code, said = guest.run(words(how, seconds, seed, module), disks=disks, job=folder, longest_s=longest_s)
    if code:
        raise SessionError(said)


def words(how: str, seconds: float, seed: int, module: str) -> list[str]:
    """The command of a session."""
    return [sys.executable, "-m", "tests.cuts.session", how, str(seconds), str(seed), module]


def ended(disk: Path, folder: Path) -> judge.Run:
    """What a session that ended in good order has left."""
    kept = folder / "ended"
    kept.mkdir()
    station = written(kept, port=Path("/dev/null"), mqtt=1883)
    return judge.told(judge.taken_out(disk, kept), folder / "books.db", station)


def cut(trace: Trace, cuts: int, seed: int) -> Found:
    """Judge so many cuts, a quarter of each mode, on all processors."""
    workers = os.cpu_count() or 1
    chance = random.Random(seed)  # noqa: S311 - the same cuts again for the same seed
    first = trace.promises[0][0] // 2 if trace.promises else 0  # hardly before there is anything to lose
    points = [(chance.randint(first, len(trace.entries)), MODES[number % len(MODES)]) for number in range(cuts)]
    shares = [(trace, sorted(points[worker::workers]), f"{seed} {worker}") for worker in range(workers)]
    found: Found = {mode: Counter() for mode in MODES}
    with ProcessPoolExecutor(workers) as pool:
        for one in pool.map(_share, shares):
            for mode, verdict in one:
                found[mode][verdict] += 1
    return found


def _share(share: tuple[Trace, list[tuple[int, Mode]], str]) -> list[tuple[Mode, str]]:
    """The cuts of one worker, forwards through the log."""
    trace, points, seed = share
    chance = random.Random(seed)  # noqa: S311 - as above
    found = []
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        platter = Platter(trace.base, trace.log, trace.entries, Path(folder))
        for before, mode in points:
            image = platter.cut(before, mode, chance)
            with tempfile.TemporaryDirectory(dir=folder) as out:
                found.append((mode, judge.judged(image, trace.promised(before), trace.run, Path(out))))
    return found


class Kills(msgspec.Struct, frozen=True, kw_only=True):
    """What killing the machine came to: a verdict of each disk, how each start went, and what the ledger has.

    Args:
        starts, natively: of the station, in the guest, and on this machine with what each kill has left.
        promised: the last number promised before the last kill.
        recorded, kept: events in the journal and in the books in the end; `missing` of them in no books.
        opened: starts that found open calls, and `resumed` those of them that resumed all of these and no other.
    """

    verdicts: Counter[str]
    starts: list[Start]
    natively: list[Start]
    promised: int
    recorded: int
    kept: int
    missing: int
    opened: int
    resumed: int


def killed(folder: Path, kills: int, seed: int, longest_s: float) -> Kills:
    """Kill the machine so often at a moment of its work, then let it come to an end.

    Raises:
        SessionError: a session failed by itself.
    """
    chance = random.Random(seed)  # noqa: S311 - as above
    disk, left = folder / "disk.img", []
    formatted(disk)
    for number in range(kills):
        _kill_once(folder, disk, chance, number, longest_s)
        left.append((_copy(disk, folder / f"left{number}.img"), _promised(folder)))
        if subprocess.run(["e2fsck", "-fp", disk], capture_output=True, check=False).returncode > judge.MENDED:
            message = f"the file system after kill {number + 1} needs a person"
            raise SessionError(message)
    session(folder, "plain", 5.0, seed, (disk,), "edge_agent")
    run = ended(disk, folder)
    verdicts, natively = Counter[str](), []
    for image, promised in left:
        with tempfile.TemporaryDirectory(dir=folder) as out:
            verdicts[judge.judged(image, promised, run, Path(out))] += 1
            natively.append(native(judge.taken_out(image, Path(out))))
    numbers = {row.seq for row in run.rows}
    opened, resumed = judge.resumed(run.rows)
    return Kills(
        verdicts=verdicts,
        starts=[msgspec.json.decode(line, type=Start) for line in (folder / "starts").read_text().splitlines()],
        natively=natively,
        promised=left[-1][1],
        recorded=len(numbers),
        kept=len(run.books),
        missing=len(numbers - run.books),
        opened=opened,
        resumed=resumed,
    )


def _kill_once(folder: Path, disk: Path, chance: random.Random, number: int, longest_s: float) -> None:
    """Start the machine, wait until the station is at work, and take the power away some time later."""
    starts = folder / "starts"
    machine = guest.started(words("plain", 3600.0, number, "edge_agent"), folder, disks=(disk,))
    try:
        while not starts.exists() or len(starts.read_text().splitlines()) <= number:
            if machine.poll() is not None:
                raise SessionError((folder / "output").read_text(errors="replace"))
            threading.Event().wait(0.1)
        threading.Event().wait(chance.uniform(0.0, longest_s))
        if machine.poll() is not None:
            raise SessionError((folder / "output").read_text(errors="replace"))
    finally:
        guest.killed(machine)


def _promised(folder: Path) -> int:
    """The last number promised outside; a line that was cut short counts for nothing."""
    text = (folder / "promises").read_text() if (folder / "promises").exists() else ""
    return max((int(line.split()[1]) for line in text.splitlines(keepends=True) if line.endswith("\n")), default=0)


def _copy(image: Path, copy: Path) -> Path:
    subprocess.run(["cp", "--sparse=always", image, copy], check=True)
    return copy
