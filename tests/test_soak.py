"""The soak, shortened: a broker killed again and again costs neither files nor events; the whole is a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent import clock
from tests import soak


def test_kills_of_the_broker_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A few kills while events flow: all are delivered at the end, no file stays open, memory is not held."""
    monkeypatch.setattr(soak, "KILL_NS", clock.NS_PER_S // 2)
    grown_kb, files, kills, left = soak.soaked(tmp_path, 1_000)
    assert kills
    assert 0 == left
    assert abs(files) <= soak.MOST_FILES
    assert grown_kb < 8 * soak.MOST_GROWTH_KB  # so short a run says little of memory; a leak of whole messages shows
