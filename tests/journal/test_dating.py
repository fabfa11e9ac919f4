"""Labels given without a time server are corrected by the first anchor of their boot, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from edge_agent.clock import NS_PER_S, wall_text
from edge_agent.events import ClockAnchor
from edge_agent.journal import Journal, Label, Reader, Row, Settings
from tests.journal.faulty_disk import entry

NOON_NS = 1_795_435_200 * NS_PER_S  # 2026-11-23, 12:00 UTC


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(path=str(tmp_path / "st07.db"))


def opened(settings: Settings, boot: str = "boot-1") -> Journal:
    journal = Journal(settings, boot)
    journal.open()
    return journal


def unsynced(at_s: int) -> Label:
    """A clock that began in 1970 with the boot."""
    return Label(now_ns=at_s * NS_PER_S, wall_ns=at_s * NS_PER_S, time_quality="unsynced")


def synced(at_s: int, *, off_s: float = 0.0) -> Label:
    """A clock that is right: noon was at 0."""
    return Label(
        now_ns=at_s * NS_PER_S, wall_ns=NOON_NS + at_s * NS_PER_S + round(off_s * NS_PER_S), time_quality="synced"
    )


def rows(settings: Settings) -> list[Row]:
    reader = Reader(settings.path)
    found = reader.unconfirmed(0, 1_000)
    reader.close()
    return found


def anchors(settings: Settings) -> list[ClockAnchor]:
    found = [row for row in rows(settings) if row.type == ClockAnchor.TYPE]
    return [msgspec.json.decode(row.data, type=ClockAnchor) for row in found]


def test_events_before_the_first_synchronisation_are_corrected(settings: Settings):
    """What was recorded in 1970 and is not sent yet gets its true time, and says that it was corrected."""
    journal = opened(settings)
    journal.write([entry(10 * NS_PER_S)], unsynced(11))
    before = rows(settings)[0]
    assert ("unsynced", 10 * NS_PER_S) == (before.time_quality, before.wall_ns)
    journal.write([entry(30 * NS_PER_S)], synced(31))
    first, anchor, later = rows(settings)
    assert ("corrected", NOON_NS + 10 * NS_PER_S) == (first.time_quality, first.wall_ns)
    assert ("synced", NOON_NS + 31 * NS_PER_S) == (anchor.time_quality, anchor.wall_ns)
    assert ("synced", NOON_NS + 30 * NS_PER_S) == (later.time_quality, later.wall_ns)
    journal.close()


def test_a_subscriber_can_correct_what_it_has(settings: Settings):
    """The formula of the contract, on what was sent before the clock was known, gives the same time."""
    journal = opened(settings)
    journal.write([entry(10 * NS_PER_S)], unsynced(11))
    sent = rows(settings)[0]
    journal.write([], synced(31))
    anchor = anchors(settings)[0]
    assert ("boot-1", 31 * NS_PER_S, "synchronised") == (anchor.boot, anchor.at_ns, anchor.source)
    assert wall_text(NOON_NS + 31 * NS_PER_S) == anchor.wall
    corrected_ns = NOON_NS + 31 * NS_PER_S - (anchor.at_ns - sent.at_ns)
    assert rows(settings)[0].wall_ns == corrected_ns
    journal.close()


def test_an_anchor_is_written_once(settings: Settings):
    """A clock that stays right needs no second one, not after a restart either."""
    journal = opened(settings)
    journal.write([entry(1)], unsynced(11))
    for at_s in (20, 30, 40):
        journal.write([entry(2)], synced(at_s, off_s=0.001 * at_s))
    journal.close()
    journal = opened(settings)
    journal.write([entry(3)], synced(50))
    journal.close()
    assert 1 == len(anchors(settings))


def test_a_station_that_starts_with_the_right_time_needs_no_anchor(settings: Settings):
    """Nothing was labelled wrongly."""
    journal = opened(settings)
    journal.write([entry(1)], synced(11))
    assert not anchors(settings)
    journal.close()


@pytest.mark.parametrize(("off_s", "stepped"), [(0.4, False), (0.6, True), (-3600.0, True)])
def test_a_clock_that_is_set_is_told(settings: Settings, off_s: float, stepped: bool):
    """A step that no time server would slew is an anchor; labels of a synchronised clock stay as they are."""
    journal = opened(settings)
    journal.write([entry(10 * NS_PER_S)], synced(11))
    journal.write([entry(20 * NS_PER_S)], synced(21, off_s=off_s))
    assert ["stepped"] * stepped == [anchor.source for anchor in anchors(settings)]
    assert NOON_NS + 10 * NS_PER_S == rows(settings)[0].wall_ns
    journal.close()


def test_a_run_that_ended_without_time_is_corrected_by_the_next_one(settings: Settings):
    """The anchor is due as long as this boot has an event without a time, whoever recorded it."""
    journal = opened(settings)
    journal.write([entry(10 * NS_PER_S)], unsynced(11))
    journal.close()
    journal = opened(settings)
    journal.write([], synced(31))
    journal.close()
    assert ["corrected", "synced"] == [row.time_quality for row in rows(settings)]


def test_another_boot_is_never_dated(settings: Settings):
    """Its clock began elsewhere: its events stay in order, and without a date."""
    journal = opened(settings)
    journal.write([entry(10 * NS_PER_S)], unsynced(11))
    journal.close()
    journal = opened(settings, "boot-2")
    journal.write([entry(20 * NS_PER_S)], unsynced(21))
    journal.write([], synced(31))
    journal.close()
    assert ["unsynced", "corrected", "synced"] == [row.time_quality for row in rows(settings)]


def test_each_stretch_without_time_has_its_own_anchor(settings: Settings):
    """A clock set wrongly by hand and trusted later does not date what an earlier anchor has dated."""
    journal = opened(settings)
    journal.write([entry(10 * NS_PER_S)], unsynced(11))
    journal.write([], synced(31))
    journal.write([entry(40 * NS_PER_S)], unsynced(41))
    journal.write([], synced(51, off_s=100.0))
    journal.close()
    found = {row.at_ns: row.wall_ns for row in rows(settings)}
    assert NOON_NS + 10 * NS_PER_S == found[10 * NS_PER_S]
    assert NOON_NS + 140 * NS_PER_S == found[40 * NS_PER_S]
