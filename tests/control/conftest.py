"""A station that listens, at a socket in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control.listening import Station


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "edge-agent-st07.sock"


@pytest.fixture
def station(path: Path) -> Iterator[Station]:
    made = Station(path)
    yield made
    assert made.server.alive()
    made.server.close()
    assert not path.exists()
