"""The real writer on a file system of 8 MB that fills, and on one the kernel makes read-only: said, and recovered."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MAY = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]


def recorded(folder: Path, how: str) -> str:
    """Run it in a mount name space of its own; what the journal said, with nothing lost or doubled."""
    if shutil.which("unshare") is None or subprocess.run([*MAY, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no right to mount: run as root, or allow user name spaces")
    where = folder / "mounted"
    where.mkdir()
    words = [*MAY, sys.executable, "-m", "tests.journal.filled", str(where), how]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=100)
    if "mount:" in done.stderr:
        pytest.skip(f"no right to mount this here: {done.stderr.strip().splitlines()[0]}")
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def test_a_file_system_of_8_mb_that_fills_loses_nothing(tmp_path: Path):
    """Full before the journal's own bound: it is said with the remedy, and when there is room all is recorded once."""
    said = recorded(tmp_path, "full")
    assert "make room" in said
    assert "works again" in said


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mkfs.ext4") is None, reason="needs root and mkfs.ext4")
def test_a_file_system_that_turns_read_only_loses_nothing(tmp_path: Path):
    """As after an error of the card; mounted anew, what waited in memory is recorded behind what was kept."""
    said = recorded(tmp_path, "aborted")
    assert "check the card" in said
    assert "works again" in said
