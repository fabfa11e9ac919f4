"""A power cut at any system call of the writer loses nothing that was recorded; the whole search is a command."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.power.__main__ import without_syncs
from tests.power.campaign import campaign
from tests.power.disk import Disk
from tests.power.faults import survived
from tests.power.slow import measured
from tests.power.station import NAME
from tests.power.trace import Create, Sync, TraceError, Truncate, Unlink, Write, calls, traced

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: ./dev test does it")


def disk(*done: Create | Write | Sync | Truncate | Unlink) -> Disk:
    made = Disk()
    for call in done:
        made.apply(call)
    return made


@needs_strace
def test_no_cut_loses_what_was_recorded(tmp_path: Path):
    """What is left opens, is whole, holds every event that was said to be recorded, and goes on counting from there."""
    findings = campaign(traced(tmp_path, "FULL"), 400)
    assert findings["states"] >= 380
    assert {"states", "well"} == set(findings)


@needs_strace
def test_control_a_writer_that_does_not_sync_each_commit_loses(tmp_path: Path):
    """The search has power: with synchronous=NORMAL it finds states that lost what was recorded."""
    assert campaign(traced(tmp_path, "NORMAL"), 150)["lost"]


@needs_strace
@pytest.mark.parametrize("ignored", [NAME, f"{NAME}-wal"])
def test_control_a_disk_that_ignores_the_syncs_of_one_file_loses(tmp_path: Path, ignored: str):
    """Of the product's own calls, each file's syncs are needed: the log's at a commit, the other's at a checkpoint."""
    assert campaign(without_syncs(traced(tmp_path, "FULL"), ignored), 150).failed


@needs_strace
@pytest.mark.parametrize(
    ("kind", "error", "nth"),
    [("pwrite64", "ENOSPC", 3), ("pwrite64", "EIO", 30), ("fdatasync", "EIO", 4), ("fdatasync", "EROFS", 7)],
)
def test_a_call_that_fails_costs_no_event(kind: str, error: str, nth: int):
    """One write or sync refused by the kernel: every event is recorded once; all calls are tried by a command."""
    assert survived(kind, error, nth)


@needs_strace
def test_a_turn_does_not_wait_for_a_sync_of_two_seconds():
    """The kernel holds each sync for 2 s: the record comes that much later, the lamp does not."""
    found = measured(2.0)
    assert found.recorded_s >= 2.0
    assert found.worst_s < 1.0  # some milliseconds; the rest is for a busy machine


def test_what_was_synced_is_there_in_every_state():
    """A cut takes nothing that a sync has made durable, name and content."""
    cut = disk(Create("a"), Sync(""), Write("a", 0, b"kept"), Sync("a"), Write("a", 0, b"lost"))
    assert {"a": b"kept"} == cut.nothing()
    assert {"a": b"lost"} == cut.everything()
    states = {state["a"] for state in (cut.some(random.Random(seed)) for seed in range(50))}  # noqa: S311 - no secret
    assert {b"kept", b"lost"} == states


def test_any_sectors_of_a_write_may_be_missing():
    """A write of three sectors leaves any of eight contents, and the file as long as it would be."""
    cut = disk(Create("a"), Sync(""), Write("a", 0, b"x" * 1_536))
    states = {state["a"] for state in (cut.some(random.Random(seed)) for seed in range(500))}  # noqa: S311 - no secret
    assert {b"", *(bytes(1_536),)} < states
    assert 9 == len(states)


def test_a_later_write_may_be_there_without_an_earlier_one():
    """Between two syncs nothing has an order."""
    cut = disk(Create("a"), Create("b"), Sync(""), Write("a", 0, b"first"), Write("b", 0, b"second"))
    states = [cut.some(random.Random(seed)) for seed in range(50)]  # noqa: S311 - no secret
    assert {"a": b"", "b": b"second"} in states


def test_a_name_is_lost_until_its_folder_is_synced():
    """A file that was synced and whose folder was not may not be there; a deleted one may be there again."""
    created = disk(Create("a"), Write("a", 0, b"kept"), Sync("a"))
    assert {} == created.nothing()
    deleted = disk(Create("a"), Write("a", 0, b"kept"), Sync("a"), Sync(""), Unlink("a"))
    assert {"a": b"kept"} == deleted.nothing()
    assert {} == deleted.everything()


def test_a_call_that_the_model_does_not_know_is_no_proof():
    """A trace with a rename in it is refused rather than judged without it."""
    with pytest.raises(TraceError, match="rename"):
        list(calls(['1.0 rename("/disk/a", "/disk/b") = 0'], "/disk"))
