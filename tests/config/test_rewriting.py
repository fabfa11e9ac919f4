"""Values changed in a file: comments stay, what would be wrong is refused, and the file is whole at every moment."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from edge_agent import config
from edge_agent.config import ConfigError
from edge_agent.config.rewriting import Changed, replace

EXAMPLE = Path(__file__).parents[2] / "examples" / "station.toml"
SWAP = [Changed(("stack",), "red", "GPIO24"), Changed(("stack",), "yellow", "GPIO23")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The example, in a file of its own."""
    copy = tmp_path / "st07.toml"
    copy.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    copy.chmod(0o640)
    return copy


def test_pins_are_swapped_and_nothing_else(path: Path):
    """Two lines differ; comments, order and permissions are as they were; nothing is left beside it."""
    before = path.read_text().splitlines()
    replace(path, SWAP)
    changed = [(old, new) for old, new in zip(before, path.read_text().splitlines(), strict=True) if old != new]
    assert [('red = "GPIO23"', 'red = "GPIO24"'), ('yellow = "GPIO24"', 'yellow = "GPIO23"')] == changed
    assert 0o640 == stat.S_IMODE(path.stat().st_mode)
    assert [path] == list(path.parent.iterdir())


def test_a_setting_that_is_not_there_is_added_under_its_kind(path: Path):
    """And one that is there keeps its comment."""
    replace(path, [Changed(("sensor", 2), "debounce_ms", 20.0), Changed(("sensor", 1), "debounce_ms", 50.0)])
    found = config.load(path)
    assert [50.0, 20.0] == [found.sensors[1].debounce_ms, found.sensors[2].debounce_ms]
    assert 'call = "help"                  # help | quality' in path.read_text()


def test_what_check_refuses_is_not_written(path: Path):
    """One pin twice: the complaint names the file and the line, and the file is as it was."""
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=r"st07\.toml:\d+: .*GPIO24 is used already"):
        replace(path, SWAP[:1])
    assert before == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_a_folder_that_takes_nothing_is_said(path: Path, monkeypatch: pytest.MonkeyPatch):
    """The file stays."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConfigError, match="no space left on device; run this as its owner"):
        replace(path, SWAP)
    assert [path] == list(path.parent.iterdir())


def test_windows_line_ends_and_the_mark_stay(tmp_path: Path):
    """As the editor there wrote them."""
    copy = tmp_path / "st07.toml"
    copy.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.read_bytes().replace(b"\n", b"\r\n"))
    replace(copy, SWAP)
    assert copy.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b'red = "GPIO24"\r\n' in copy.read_bytes()
