"""The socket lies where the system wants it, and is found from elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edge_agent.control import (
    ControlError,
    find_socket,
    socket_path,
)
from tests.control.listening import Station


def test_the_socket_lies_where_the_system_wants_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Under systemd in its run-time directory, in a session in the user's, else beside the journal."""
    journal = tmp_path / "st07.db"
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/a:/run/b")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    assert Path("/run/a/edge-agent-st07.sock") == socket_path(journal, "st07")
    monkeypatch.delenv("RUNTIME_DIRECTORY")
    assert Path("/run/user/1/edge-agent-st07.sock") == socket_path(journal, "st07")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert tmp_path / "edge-agent-st07.sock" == socket_path(journal, "st07")
    with pytest.raises(ControlError, match=r"107 is the most; set RUNTIME_DIRECTORY"):
        socket_path("/" + "d" * 100 + "/j.db", "st07")


def test_a_station_started_elsewhere_is_found(monkeypatch: pytest.MonkeyPatch, station: Station, path: Path):
    """A terminal with its own run-time directory finds the station that listens beside its journal."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", os.fspath(path.parent / "elsewhere"))
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    assert path == find_socket(path.parent / "st07.db", "st07")
    assert station.server.alive()
