"""`python -m tests.journal.filled FOLDER full|aborted`: the real writer on a real file system that fills, or fails.

Run it in a mount name space of its own, as `unshare --mount` makes it: what is mounted on FOLDER ends with the process.
What the journal says is written, a line each.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from edge_agent.journal import Journal, Settings
from tests.journal.faulty_disk import Station, entry, rows

EVENTS = 400
BALLAST_BYTES = 5 * 1_048_576  # of the 8 MB: what somebody else keeps there


def run(*words: str) -> None:
    """Call a program; what it complains of ends us."""
    subprocess.run(words, check=True)


def full(folder: Path) -> int:
    """8 MB are full before the journal is, then somebody makes room; the number of events recorded."""
    run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder))
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(BALLAST_BYTES))
    station = opened(folder)
    number = 0
    while station.troubles.empty():
        number += 1
        station.writer.record(entry(number, memory=b"m" * 10_000, turn=b"t" * 5_000))
        station.writer.flush(0.05)
    ballast.unlink()
    return ended(station, folder, number)


def aborted(folder: Path) -> int:
    """The kernel makes the file system read-only under the writer, as after an error of the card; mounted anew."""
    image = folder.with_name("card")
    with image.open("wb") as file:
        file.truncate(32 * 1_048_576)
    run("mkfs.ext4", "-q", str(image))
    run("mount", "-o", "loop", str(image), str(folder))
    station = opened(folder)
    for number in range(1, EVENTS + 1):
        if number == EVENTS // 2:
            station.writer.flush(10)
            run("mount", "-o", "remount,abort", str(folder))
        station.writer.record(entry(number))
    sys.stdout.write(station.trouble().why + "\n")
    again = Path(shutil.copy(image, folder.with_name("card-again")))  # mount would take the device that failed again
    run("mount", "-o", "loop", str(again), str(folder))  # over the other: between two there would be an empty folder
    return ended(station, folder, EVENTS)


def opened(folder: Path) -> Station:
    journal = Journal(Settings(path=str(folder / "st07.db"), recording_days=7.0), "boot-1")
    journal.open()
    return Station(journal)


def ended(station: Station, folder: Path, number: int) -> int:
    """Say what was said, wait until all is recorded, and look whether each event is there once."""
    flushed = station.writer.flush(30)
    station.writer.close()
    while not station.troubles.empty():
        sys.stdout.write(station.troubles.get().why + "\n")
    return 0 if flushed and rows(Settings(path=str(folder / "st07.db"))) == list(range(1, number + 1)) else 1


if __name__ == "__main__":
    sys.exit({"full": full, "aborted": aborted}[sys.argv[2]](Path(sys.argv[1])))
