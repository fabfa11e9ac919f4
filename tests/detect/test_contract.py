"""What every detector of the table promises; a new file is examined without being named."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from edge_agent.detect import BY_SETTINGS, DETECTORS, build
from edge_agent.detect.rule import Detector, Finding, Verdict, kind_of
from edge_agent.observations import Cycle, CycleStart, Heard, Judged, Reading, Seen, Source, Unreadable
from edge_agent.standard import NS_PER_S, Characteristic, Span, Standard, Workplace

WORKPLACE = Workplace(
    standard=Standard(standard_cycle_s=50.0, takt_s=60.0),
    characteristics=(Characteristic(name="bore_mm", lower=24.98, upper=25.02),),
    sources=(
        Source(name="press", sees="cycle"),
        Source(name="gauge", sees="reading", characteristic="bore_mm", heard_within_s=300.0),
    ),
)
OF = {"cycle": "press", "characteristic": "bore_mm", "sensor": "gauge"}
SEEDS = range(5)


def made(detector: type[Detector[Any]]) -> Detector[Any]:
    instance = build(detector.SETTINGS(), WORKPLACE, OF[detector.JUDGES])
    instance.restart(0)
    return instance


def history(seed: int, length: int = 400) -> list[tuple[Seen | None, int]]:
    """A shift as sensors see it: mostly normal, with slow cycles, stops, bad parts, garbage and quiet."""
    dice, now_ns, ended_ns, seen, count = random.Random(seed), 0, None, [], 0  # noqa: S311 - a simulation
    for _ in range(length):
        pause_s = dice.choice([5, 20, 50, 50, 50, 55, 62, 90, 400])
        now_ns += round(pause_s * NS_PER_S * dice.uniform(0.95, 1.05))
        match dice.choice("ccccccrrrjhuxn"):
            case "c":
                count += 1
                seen.append((Cycle(now_ns, "press", ended_ns, ended_ns, True, count), now_ns))
                ended_ns = now_ns
            case "r":
                seen.append((Reading(now_ns, "gauge", "bore_mm", dice.gauss(25.0, 0.012)), now_ns))
            case "j":
                seen.append((Judged(now_ns, "gauge", "bore_mm", dice.random() > 0.1), now_ns))
            case "h":
                seen.append((Heard(now_ns, "gauge"), now_ns))
            case "u":
                seen.append((Unreadable(now_ns, "gauge", "?"), now_ns))
            case "x":
                seen.append((CycleStart(now_ns, "press"), now_ns))
            case "n":
                seen.append((None, now_ns))
    return seen


def answers(detector: Detector[Any], seed: int) -> list[Finding]:
    """Everything it says, with its deadlines kept as the station keeps them."""
    said = []
    for seen, now_ns in history(seed):
        while (due_ns := detector.due_ns()) is not None and due_ns <= now_ns:
            said.append(detector.step(None, due_ns))
            assert detector.due_ns() is None or detector.due_ns() > due_ns, "a deadline that was met must move on"
        said.append(detector.step(seen, now_ns))
    return [finding for finding in said if finding is not None]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: kind_of(d.SETTINGS))
class TestContract:
    """Each promise, for each detector."""

    def test_its_settings_are_its_configuration(self, detector: type[Detector[Any]]) -> None:
        """Defaults for everything, a unique kind, a sentence for each setting, and a round trip through the file."""
        default = detector.SETTINGS()
        plain = msgspec.to_builtins(default, enc_hook=str)
        again = msgspec.convert(plain, detector.SETTINGS, dec_hook=lambda _, value: Span.parse(value))
        assert default == again
        assert detector is BY_SETTINGS[detector.SETTINGS]
        assert 1 == [kind_of(d.SETTINGS) for d in DETECTORS].count(kind_of(detector.SETTINGS))
        for setting in msgspec.inspect.type_info(detector.SETTINGS).fields:
            assert isinstance(setting.type, msgspec.inspect.Metadata), f"{setting.name} has no description"

    def test_it_documents_itself(self, detector: type[Detector[Any]]) -> None:
        """The class says what it does; its file says so in one sentence."""
        assert detector.__doc__
        assert detector.SETTINGS.__doc__

    @pytest.mark.parametrize("seed", SEEDS)
    def test_its_answers_are_well_formed(self, detector: type[Detector[Any]], seed: int) -> None:
        """A sentence, a verdict it may give, an onset not after the signal and only where something is violated."""
        found = answers(made(detector), seed)
        assert found, "in a whole shift it never said anything"
        for finding in found:
            assert finding.text.endswith(".")
            assert finding.verdict is not (Verdict.ABNORMAL if detector.FAULT else Verdict.UNKNOWN)
            if finding.onset_ns is not None:
                assert finding.onset_ns <= finding.at_ns
            assert (finding.onset_ns is None) or finding.verdict is not Verdict.NORMAL
            if finding.verdict is Verdict.ABNORMAL:
                assert finding.onset_ns is not None

    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_same_history_gives_the_same_answers(self, detector: type[Detector[Any]], seed: int) -> None:
        """No clock, no randomness, nothing shared between two of a kind."""
        first, second = made(detector), made(detector)
        assert answers(first, seed) == answers(second, seed)

    def test_it_both_finds_and_clears(self, detector: type[Detector[Any]]) -> None:
        """Over enough shifts it says both that there is a gap and that there is none."""
        verdicts = {finding.verdict for seed in range(40) for finding in answers(made(detector), seed)}
        assert {Verdict.NORMAL, Verdict.UNKNOWN if detector.FAULT else Verdict.ABNORMAL} == verdicts

    def test_it_relies_on_sensors_that_exist(self, detector: type[Detector[Any]]) -> None:
        """What it cannot do without has a name in the workplace."""
        names = {source.name for source in WORKPLACE.sources}
        assert set(made(detector).relies_on) <= names
        assert made(detector).relies_on

    def test_others_do_not_move_it(self, detector: type[Detector[Any]]) -> None:
        """What another press or gauge says is not held against this one."""
        instance = made(detector)
        other = [Cycle(1, "other", 0, 0, True, 1), CycleStart(2, "other"), Reading(3, "other", "weight_g", 1e9)]
        assert [None, None, None] == [instance.step(seen, seen.at_ns) for seen in other]
