"""The sheet: ready only on evidence, within the columns of a terminal, and honest about what has changed since."""

from __future__ import annotations

import msgspec
import pytest

from edge_agent import config
from edge_agent.commissioning import record
from edge_agent.commissioning.result import PARTS, Part, Result, Verdict
from edge_agent.commissioning.sheet import WIDE, expected, missing, sheet
from tests import bench_station

LONG = "0 of 5 heard in time, and a good deal more than fits into a line of eighty columns of a terminal at a cabinet"


@pytest.fixture
def found(tmp_path):
    """A station with a broker."""
    return config.load(bench_station.written(tmp_path, mqtt=1883))


def gone_through(found: config.Config, part: Part, verdict: Verdict = "passed") -> record.Tested:
    """A part of which every wire has this verdict."""
    results = [
        Result(part=part, name=name, wire="OUT1 (GPIO23, header pin 16)", verdict=verdict, text=LONG, remedy=LONG)
        for name in expected(found, part)
    ]
    return record.tested_now(found, part, "anna", results, unattended=False, mended=["pins swapped"])


def whole(found: config.Config, **others: Verdict) -> record.Record:
    """Everything tested; some parts with another verdict."""
    empty = record.read(record.place(found), found)
    parts = {part: gone_through(found, part, others.get(part, "passed")) for part in PARTS}
    return msgspec.structs.replace(empty, parts=parts)


def test_ready_when_every_wire_has_passed(found):
    """And within eighty columns, whatever is said of a wire."""
    lines = list(sheet(found, whole(found)))
    assert "READY: every wire of the configuration has passed." in lines
    assert max(len(line) for line in lines if not line.startswith("configuration")) <= WIDE


@pytest.mark.parametrize("verdict", ["failed", "unconfirmed", "skipped"])
def test_nothing_but_passed_is_ready(found, verdict):
    """A lamp that nobody looked at is no green lamp."""
    lines = list(sheet(found, whole(found, lamps=verdict)))
    assert "NOT READY:" in lines
    assert f"  - red: {verdict}: 0 of 5 heard" in "\n".join(lines)
    assert max(len(line) for line in lines if not line.startswith("configuration")) <= WIDE


def test_what_was_not_tested_is_missing(found):
    """A part, a wire that was added since, a file that says something else since."""
    empty = record.read(record.place(found), found)
    assert ["Lamps: not tested", "Inputs: not tested", "Plant network: not tested"] == list(missing(found, empty))
    known = whole(found)
    found.path.write_text(found.path.read_text().replace('white = "GPIO12"\n', 'white = "GPIO12"\nblue = "GPIO20"\n'))
    changed = config.load(found.path)
    points = list(missing(changed, known))
    assert [
        "Lamps: the file says something else since; restart the station and test again",
        "blue: not tested",
    ] == points


def test_a_takt_that_is_changed_asks_for_no_new_test(found):
    """Only what a part depends on."""
    known = whole(found)
    found.path.write_text(found.path.read_text().replace("standard_cycle_s = 600.0", "standard_cycle_s = 500.0"))
    assert [] == list(missing(config.load(found.path), known))


def test_a_record_reads_back(found):
    """What is written is what is read; rubbish in its place is refused, and named."""
    place = record.place(found)
    record.write(place, whole(found))
    assert whole(found).parts.keys() == record.read(place, found).parts.keys()
    place.write_text("{")
    with pytest.raises(record.RecordError, match="is no commissioning record"):
        record.read(place, found)
