"""What a detector judges: the name it gives, or the only one there is."""

from __future__ import annotations

from edge_agent.detect import BY_SETTINGS
from edge_agent.detect.rule import Settings
from edge_agent.standard import Workplace


def candidates(settings: Settings, workplace: Workplace) -> tuple[str, ...]:
    """Names that `of` may have for this kind of detector."""
    judges = BY_SETTINGS[type(settings)].JUDGES
    if judges == "cycle":
        return workplace.cycle_sources()
    if judges == "characteristic":
        return tuple(each.name for each in workplace.characteristics)
    return tuple(source.name for source in workplace.sources if source.sees != "call")


def resolve(settings: Settings, workplace: Workplace) -> str | None:
    """What it judges; None where `of` names nothing of the right sort, or leaves open which one."""
    names = candidates(settings, workplace)
    if settings.of is not None:
        return settings.of if settings.of in names else None
    return names[0] if len(names) == 1 else None
