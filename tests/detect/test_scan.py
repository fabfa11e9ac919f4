"""Two faces of each detector: a scan says of every sample what steps say, however the blocks are cut."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.detect import DETECTORS, Block, Cycles, Readings, build
from edge_agent.detect.block import NOT_SEEN
from edge_agent.detect.rule import EVERY_CALL, NOTHING, Detector
from edge_agent.kind import kind_of
from edge_agent.observations import Source
from edge_agent.standard import NS_PER_S, Characteristic, Standard, Workplace

LENGTH = 260
REFERENCE = json.loads((Path(__file__).parent.parent / "reference" / "rules_vectors.json").read_text(encoding="utf-8"))
SHAPES = ("random", "constant", "quantised", "ramp", "outlier", "shift", "reference", "wandering", "border")
BORDERS_S = (50.0, 50.0, 35.0, 75.0, 85.0, 110.0, 300.0)  # where the rules of cycles draw their lines, in seconds
GAPS_S = (2.0, 5.0, 35.0, 45.0, 110.0, 200.0, 250.0)
SORTS = ("pulses", "work", "readings", "dirty pulses", "dirty work", "dirty readings")


def points(shape: str, seed: int, length: int = LENGTH) -> np.ndarray:
    """A series around 0 with a spread of about 1."""
    dice = np.random.default_rng(seed)
    noise = dice.normal(size=length)
    match shape:
        case "constant":
            return np.zeros(length)
        case "quantised":
            return np.round(noise)
        case "ramp":
            return noise + np.linspace(0.0, 6.0, length)
        case "outlier":
            noise[dice.integers(length, size=5)] = 40.0
        case "shift":
            noise[length // 2 :] += 2.5
        case "reference":
            return np.resize(np.array(REFERENCE[seed % len(REFERENCE)]["x"]), length)
        case "wandering":
            for place in range(1, length):
                noise[place] += 0.7 * noise[place - 1]
    return noise


def block_of(sort: str, shape: str, seed: int) -> Block:
    """That series as cycles around 50 s, or as bores around 25 mm; dirty ones hold what no sensor should say."""
    z, dice = points(shape, seed), np.random.default_rng(seed + 1)
    if sort.endswith("readings"):
        values = 25.0 + (0.006, 0.006, 0.015)[seed % 3] * z  # a third of them with many bad parts
        at_ns = np.arange(len(z)) * 30 * NS_PER_S
        if sort.startswith("dirty"):
            values[dice.integers(len(z), size=6)] = [math.nan, math.inf, -math.inf, 1e300, 1e6, math.nan]
            at_ns[dice.integers(len(z), size=4)] -= 500 * NS_PER_S
        return Readings(sensor="gauge", characteristic="bore_mm", at_ns=at_ns, values=values)
    lengths_ns = np.rint(np.exp(0.04 * z) * 50.0 * NS_PER_S).astype(np.int64)
    if shape == "border":
        lengths_ns = np.rint(dice.choice(BORDERS_S, size=len(z)) * NS_PER_S).astype(np.int64)
    gaps_ns = np.zeros(len(z), dtype=np.int64)
    if sort.endswith("work"):
        gaps_ns = np.rint(dice.choice(GAPS_S, size=len(z)) * NS_PER_S).astype(np.int64)
    elif shape != "border":
        lengths_ns[dice.integers(len(z), size=8)] *= 3
    if sort.startswith("dirty"):
        lengths_ns[dice.integers(len(z), size=6)] = [0, -5 * NS_PER_S, -90 * NS_PER_S, 1, 9000 * NS_PER_S, 10**7]
    ended_ns = np.cumsum(lengths_ns + gaps_ns)
    started_ns = ended_ns - lengths_ns
    started_ns[0] = NOT_SEEN
    if sort.startswith("dirty"):
        started_ns[dice.integers(len(z), size=3)] = NOT_SEEN
        ended_ns[dice.integers(len(z), size=2)] -= 30 * NS_PER_S
    return Cycles(sensor="press", started_ns=started_ns, ended_ns=ended_ns, continues=not sort.endswith("work"))


def made(detector: type[Detector[Any]], sort: str, *, quick: bool) -> Detector[Any]:
    """One that judges such blocks, with its defaults or soon done with learning."""
    workplace = Workplace(
        standard=Standard(standard_cycle_s=50.0, takt_s=55.0),
        characteristics=(Characteristic(name="bore_mm", lower=24.98, upper=25.02),),
        sources=(
            Source(name="press", sees="work" if sort.endswith("work") else "cycle"),
            Source(name="gauge", sees="reading", characteristic="bore_mm"),
        ),
    )
    cycles = not sort.endswith("readings")
    of = {
        "cycle": "press",
        "characteristic": "bore_mm",
        "series": "press" if cycles else "bore_mm",
        "sensor": "press" if cycles else "gauge",
        "call": EVERY_CALL,
    }
    wanted = {"baseline": 20, "many": 5, "rules": ("WE1", "WE3", "N2", "N3", "N4", "N7", "N8")} if quick else {}
    names = {field.name for field in msgspec.structs.fields(detector.SETTINGS)}
    chosen = {name: value for name, value in wanted.items() if name in names}
    instance = build(detector.SETTINGS(**chosen), workplace, of[detector.JUDGES])
    instance.restart(0)
    return instance


def stepped(detector: Detector[Any], block: Block) -> list[int]:
    return [max((finding.verdict for finding in said), default=NOTHING) for said in detector.answers(block)]


def standing(detector: Detector[Any]) -> Any:
    """What a detector says next, whatever happens: the rest of its state shows in what follows."""
    return detector.due_ns(), detector.export()


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: kind_of(d.SETTINGS))
@given(
    sort=st.sampled_from(SORTS),
    shape=st.sampled_from(SHAPES),
    seed=st.integers(0, 40),
    cuts=st.lists(st.tuples(st.integers(0, LENGTH), st.booleans()), max_size=6),
    quick=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_blocks_and_steps_say_the_same(detector, sort, shape, seed, cuts, quick):
    """Sample for sample, at every cut, with single steps between blocks, and the state at each cut is the same."""
    block = block_of(sort, shape, seed)
    scanning, stepping = made(detector, sort, quick=quick), made(detector, sort, quick=quick)
    first = 0
    for last, by_step in [*sorted(cuts), (LENGTH, False)]:
        part = block.part(first, last)
        if by_step:
            assert list(stepping.answers(part)) == list(scanning.answers(part))
        else:
            assert stepped(stepping, part) == scanning.scan(part).tolist()
        assert standing(stepping) == standing(scanning)
        first = last


@pytest.mark.parametrize("sort", ["pulses", "work", "readings"])
@pytest.mark.parametrize("shape", ["shift", "border", "wandering"])
@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: kind_of(d.SETTINGS))
def test_every_single_cut(detector, shape, sort):
    """Wherever a block of trouble is cut in two, the words are the same, and so is the next finding in every field."""
    block = block_of(sort, shape, 2).part(110, 165)
    findings = list(made(detector, sort, quick=True).answers(block))
    words = stepped(made(detector, sort, quick=True), block)
    for cut in range(len(block)):
        scanning = made(detector, sort, quick=True)
        assert words[:cut] == scanning.scan(block.part(0, cut)).tolist(), f"before the cut at {cut}"
        after = copy.deepcopy(scanning)
        assert words[cut:] == after.scan(block.part(cut)).tolist(), f"after the cut at {cut}"
        assert findings[cut : cut + 1] == list(scanning.answers(block.part(cut, cut + 1))), f"at the cut at {cut}"


@pytest.mark.parametrize("sort", ["pulses", "work", "readings"])
@pytest.mark.parametrize("shape", ["shift", "outlier", "quantised"])
@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: kind_of(d.SETTINGS))
def test_findings_after_a_scan_are_those_after_steps(detector, shape, sort):
    """Value, limit, onset and sentence too: the next findings after a block are equal in every field."""
    block = block_of(sort, shape, 5)
    for cut in (30, 150, 199, 240):
        scanning, stepping = made(detector, sort, quick=True), made(detector, sort, quick=True)
        scanning.scan(block.part(0, cut))
        stepped(stepping, block.part(0, cut))
        assert list(stepping.answers(block.part(cut))) == list(scanning.answers(block.part(cut)))


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: kind_of(d.SETTINGS))
def test_a_copy_looks_ahead_and_leaves_the_original_alone(detector):
    """What a copy sees the original has not seen, and both say the same of it."""
    for sort in ("pulses", "work", "readings"):
        block = block_of(sort, "shift", 7)
        original, untouched = made(detector, sort, quick=True), made(detector, sort, quick=True)
        for each in (original, untouched):
            each.scan(block.part(0, 100))
        ahead = copy.deepcopy(original).scan(block.part(100))
        assert standing(untouched) == standing(original)
        assert ahead.tolist() == stepped(original, block.part(100))


def test_the_sequences_set_detectors_off():
    """The control: each detector of the process finds something in these blocks, so that there is what to compare."""
    loud = set()
    for sort in SORTS:
        for shape in SHAPES:
            for detector in DETECTORS:
                words = made(detector, sort, quick=True).scan(block_of(sort, shape, 2))
                loud |= {kind_of(detector.SETTINGS)} if words.max() > 0 else set()
    assert {kind_of(each.SETTINGS) for each in DETECTORS if not each.FAULT and each.JUDGES != "call"} <= loud
