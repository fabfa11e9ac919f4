import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.gpio import choice
from edge_agent.gpio.chip import NoChipError, header_chip

ROOT = Path(__file__).parents[2]


def test_the_stub_of_lgpio_is_recognised(tmp_path, monkeypatch):
    """The empty package that an index offers for Python 3.13 imports, and is said to be what it is."""
    (tmp_path / "lgpio.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "lgpio", raising=False)
    with pytest.raises(ImportError, match=r"empty stub.*use gpiod"):
        choice.imported_lgpio()
    del sys.modules["lgpio"]


def test_each_driver_that_was_tried_gives_its_reason(tmp_path, monkeypatch):
    """Where there is something called a chip and nothing works, both reasons are told."""
    pytest.importorskip("lgpio", reason="no wheel for this Python")
    (tmp_path / "gpiochip0").touch()
    monkeypatch.setattr(choice, "DEVICES", tmp_path)
    monkeypatch.setattr(choice, "imported_lgpio", no_lgpio)
    with pytest.raises(choice.NoDriverError, match=r"gpiod: no chip.*; lgpio: not here"):
        choice.open_driver("test")


def no_lgpio():
    message = "not here"
    raise ImportError(message)


def test_files_that_are_no_chips_are_passed_over(tmp_path):
    """A folder with a file called like a chip holds none."""
    (tmp_path / "gpiochip0").touch()
    with pytest.raises(NoChipError, match="there is none at all"):
        header_chip(tmp_path)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="lgpio has no wheel for this Python")
def test_importing_lgpio_leaves_the_process_where_it_is(tmp_path):
    """Imported, lgpio writes its pipe into the runtime folder; the working folder is neither left nor written to."""
    runtime, here = tmp_path / "runtime", tmp_path / "here"
    runtime.mkdir()
    here.mkdir()
    program = "from edge_agent.gpio.choice import imported_lgpio as i; import os; i(); print(os.getcwd())"
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=here,
        env={"RUNTIME_DIRECTORY": str(runtime), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(here) == said.stdout.strip()
    assert not list(here.iterdir())


def test_looking_for_tests_leaves_no_pipe_behind(tmp_path):
    """What pytest looks through it imports: none of that may import lgpio, which writes where it is started."""
    looking = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*looking, "-c", str(ROOT / "pyproject.toml"), str(ROOT / "tests" / "vm")],
        check=False, capture_output=True, text=True, cwd=tmp_path, timeout=100,
        env={**{name: value for name, value in os.environ.items() if name != "LG_WD"}, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (0, []) == (done.returncode, list(tmp_path.glob(".lgd*"))), done.stdout + done.stderr
