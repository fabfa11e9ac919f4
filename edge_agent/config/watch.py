"""What a detector judges: the name it gives, or the only one there is."""

from __future__ import annotations

from edge_agent.andon.legend import KINDS
from edge_agent.detect import ALWAYS_ON, BY_SETTINGS, DETECTORS
from edge_agent.detect.rule import EVERY_CALL, Settings
from edge_agent.kind import kind_of
from edge_agent.standard import Workplace

CALL_KINDS = (*KINDS, *(kind_of(each.SETTINGS) for each in DETECTORS if not each.FAULT))


def candidates(settings: Settings, workplace: Workplace) -> tuple[str, ...]:
    """Names that `of` may have for this kind of detector."""
    detector = BY_SETTINGS[type(settings)]
    if detector.JUDGES == "call":
        return (EVERY_CALL, *CALL_KINDS)
    return detector.subjects(workplace)


def resolve(settings: Settings, workplace: Workplace) -> str | None:
    """What it judges; None where `of` names nothing of the right sort, or leaves open which one."""
    if settings.of is not None:
        return settings.of if settings.of in candidates(settings, workplace) else None
    subjects = BY_SETTINGS[type(settings)].subjects(workplace)
    return subjects[0] if len(subjects) == 1 else None


def unasked(named: list[tuple[Settings, str]], workplace: Workplace) -> list[tuple[Settings, str]]:
    """The detectors of sensors that watch though no table asks for them: a dead sensor is no quiet process."""
    asked = {(type(settings), of) for settings, of in named}
    return [
        (detector.SETTINGS(of=of), of)
        for detector in ALWAYS_ON
        for of in detector.subjects(workplace)
        if (detector.SETTINGS, of) not in asked
    ]
