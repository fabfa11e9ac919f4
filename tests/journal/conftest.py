"""A journal in a folder of its own, on a disk that fails when told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.journal import Journal, Settings
from tests.journal.faulty_disk import Faults, Station


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(path=str(tmp_path / "st07.db"), recording_days=7.0)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def journal(settings: Settings, faults: Faults) -> Iterator[Journal]:
    opened = Journal(settings, "boot-1", connect=faults.connect())
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def station(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    monkeypatch.setattr("edge_agent.journal.writer.BACK_OFF_S", (0.01,))
    made = Station(journal)
    yield made
    made.writer.close()
