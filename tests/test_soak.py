"""The soak, shortened: a broker killed again and again costs neither files nor events; the whole is a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import soak


def test_kills_of_the_broker_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A few kills while events flow: all are delivered at the end, no file stays open, memory is not held."""
    monkeypatch.setattr(soak, "KILL_NS", 0)  # after each group: two of them, for the back-off grows with each
    found = soak.soaked(tmp_path, 2 * soak.GROUP)
    assert 2 == found.kills
    assert 0 == found.left
    for part in found.looks:
        assert abs(found.files(part)) <= soak.MOST_FILES
        assert found.grown_kb(part) < 8 * soak.MOST_GROWTH_KB  # so short a run shows only a leak of whole messages


def test_control_what_grows_is_not_flat():
    """A megabyte more, five files more, or one event not delivered: the command exits with 1."""
    small, large, many = soak.Look(30_000, 12), soak.Look(31_100, 12), soak.Look(30_000, 17)
    assert soak.Soaked({"uplink": [small, small]}, 3, 0).flat()
    assert not soak.Soaked({"uplink": [small, large]}, 3, 0).flat()
    assert not soak.Soaked({"uplink": [small, many]}, 3, 0).flat()
    assert not soak.Soaked({"uplink": [small, small]}, 3, 1).flat()
