"""The clock says whether its wall time can be believed."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from edge_agent import clock


def test_the_mark_of_timesyncd_is_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Where systemd says that a server has answered, the clock is synchronised."""
    mark = tmp_path / "synchronized"
    mark.touch()
    monkeypatch.setattr(clock, "TIMESYNCD_MARK", mark)
    assert clock.synchronised()


def test_without_timesyncd_the_kernel_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Bit STA_UNSYNC of the kernel's status (`timex.status`, 40 bytes in) and the answer agree."""
    monkeypatch.setattr(clock, "TIMESYNCD_MARK", tmp_path / "nothing")
    timex = ctypes.create_string_buffer(512)
    assert ctypes.CDLL(None).adjtimex(timex) >= 0
    unsynchronised = int.from_bytes(timex.raw[40:44], "little") & 0x40
    assert clock.synchronised() == (not unsynchronised)
