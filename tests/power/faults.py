"""`python -m tests.power.faults`: each write and each sync of the real writer fails once, by the kernel's own word.

strace makes the n-th call of a kind fail, for every n, with each error a bad or full card gives; the writer has to
recover by itself, and every event has to be in the journal once.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from edge_agent.journal import Journal, Reader, Settings
from tests.power.station import NAME

TURNS = 3  # of each of the two runs: creation, commits, checkpoints at both ends
KINDS = {"pwrite64": ("EIO", "ENOSPC", "EROFS"), "fdatasync": ("EIO", "ENOSPC", "EROFS"), "ftruncate": ("EIO",)}
SPACE = 200  # calls of a kind looked through: more than the writer makes


def survived(kind: str, error: str, nth: int) -> bool | None:
    """Whether everything is there once although the n-th call failed; None where there is no n-th call."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "strace"
        inject = ["strace", "-f", "-qq", "-e", f"trace={kind}", "-e", f"inject={kind}:error={error}:when={nth}"]
        station = [sys.executable, "-m", "tests.power.station", folder, "FULL", str(TURNS)]
        done = subprocess.run([*inject, "-o", str(said), *station], check=False, timeout=120, capture_output=True)
        if "(INJECTED)" not in said.read_text(encoding="ascii", errors="replace"):
            return None
        return done.returncode == 0 and whole(Path(folder) / NAME, int(done.stdout))


def whole(path: Path, number: int) -> bool:
    """Whether the journal opens undamaged and holds the events 1 to `number` once and in order."""
    journal = Journal(Settings(path=str(path)), "boot-2")
    journal.open()
    undamaged = journal.set_aside is None
    journal.close()
    reader = Reader(path)
    stamps = [row.at_ns for row in reader.range(0, 10**9, 10**9)]
    reader.close()
    return undamaged and stamps == list(range(1, number + 1))


def every(kind: str, error: str) -> Iterator[tuple[int, bool]]:
    """Each call of a kind until there are no more."""
    for nth in range(1, SPACE):
        found = survived(kind, error, nth)
        if found is None:
            return
        yield nth, found


def main() -> int:
    """Print how many calls failed and how many of them cost something; 1 where any did."""
    lost = 0
    for kind, errors in KINDS.items():
        for error in errors:
            found = list(every(kind, error))
            bad = [nth for nth, well in found if not well]
            lost += len(bad)
            sys.stdout.write(f"{kind:>12} {error:<8}{len(found):>5} calls failed, events lost or doubled in {bad}\n")
            sys.stdout.flush()
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
