"""Rules on what keeps calls few and true: delays and deadbands only where a gap ends by itself."""

from __future__ import annotations

from edge_agent.config.complaint import Complaints
from edge_agent.config.draft import Draft
from edge_agent.config.times import written
from edge_agent.detect import BY_SETTINGS, DETECTORS
from edge_agent.kind import kind_of

HOLDS = ("on_delay", "off_delay", "deadband")


def delays(found: Complaints, draft: Draft) -> None:
    """What holds a call back, or keeps it open, is for gaps that end by themselves."""
    for index, settings in enumerate(draft.detectors):
        if settings is None:
            continue
        detector, kind = BY_SETTINGS[type(settings)], kind_of(type(settings))
        for key in HOLDS:
            path = ("detect", index, key)
            if not written(draft, path):
                continue
            if detector.FAULT:
                text = f"{kind} tells of the sensor and calls nobody; take {key} out"
                found.error(path, f"{key}: {text}")
            elif detector.CLEARS == "on_restore":
                text = f"what {kind} finds is called at once and waits for a person; take {key} out"
                found.error(path, f"{key}: {text}")
            elif key == "deadband" and not detector.DEADBAND_IN:
                able = ", ".join(kind_of(each.SETTINGS) for each in DETECTORS if each.DEADBAND_IN)
                text = (
                    f"{kind} holds no value against one upper limit; take it out, or use off_delay. It is for: {able}"
                )
                found.error(path, f"deadband: {text}")
