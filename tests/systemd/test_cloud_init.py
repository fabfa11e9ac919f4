"""The example for cloud-init, as cloud-init itself reads it; ./dev flash lets it install a station."""

import shutil
import subprocess
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "systemd" / "cloud-init" / "user-data"
TOOL = shutil.which("cloud-init")
needs_cloud_init = pytest.mark.skipif(
    TOOL is None, reason="cloud-init is missing; ./dev flash asks the one in its container"
)


def asked(file):
    """Whether cloud-init has something against a file."""
    words = [str(TOOL), "schema", "--config-file", str(file)]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=100)


@needs_cloud_init
def test_the_example_is_valid():
    """Every key is one that cloud-init knows, in its place."""
    done = asked(EXAMPLE)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_cloud_init
def test_a_key_it_does_not_know_is_seen(tmp_path):
    """The control of the test above."""
    wrong = tmp_path / "user-data"
    wrong.write_text(EXAMPLE.read_text().replace("package_update: false", "package_update: [maybe]"))
    assert asked(wrong).returncode != 0
