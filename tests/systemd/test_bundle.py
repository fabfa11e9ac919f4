"""The bundle: what another machine needs, what is in it, and that it is the same each time."""

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from systemd import bundle
from tests.systemd.small_bundle import small_bundle


@pytest.mark.parametrize("machine", bundle.MACHINES)
@pytest.mark.parametrize("python", bundle.PYTHONS)
def test_what_a_machine_needs_is_asked_of_that_machine(machine, python):
    """Markers are held against the machine meant, not against the one at hand: numpy is another one on each Python."""
    needed = dict(bundle.locked(machine, python))
    assert {"numpy", "gpiod", "iotcore", "pip", "sdnotify"} <= needed.keys()
    assert "pytest" not in needed
    assert ("==2.4." in needed["numpy"]) == (python == "3.11")
    assert all(";" not in line and " \\\n    --hash=sha256:" in line for line in needed.values())


def test_what_has_no_wheel_is_named():
    """A package without a wheel would need a compiler on the station: only pure ones are built, by name."""
    assert set(bundle.SOURCE_ONLY) <= {canonicalize_name(name) for name, _ in bundle.locked("aarch64", "3.11")}


def test_everything_in_it_has_a_checksum(tmp_path):
    """Every file but the list itself; and sha256sum reads the list."""
    folder = small_bundle(tmp_path)
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert {str(file.relative_to(folder)) for file in bundle.files(folder)} - {"SHA256SUMS"} == listed
    assert subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], check=False, cwd=folder).returncode == 0
    assert {"install.sh", "README.md", "LICENSE", "units/edge-agent-card.service"} <= listed


def test_each_wheel_is_pinned_by_its_hash(tmp_path):
    """What is installed is what was packed."""
    folder = small_bundle(tmp_path)
    pins = (folder / "requirements.txt").read_text()
    for wheel in (folder / "wheels").iterdir():
        assert f"--hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n" in pins


def test_packed_twice_it_is_the_same(tmp_path):
    """Whoever packed it, whenever, whatever the order of the folder: the same bytes; only install.sh is a program."""
    first = small_bundle(tmp_path)
    again = shutil.copytree(first, tmp_path / "again" / first.name)
    for file in again.rglob("*"):
        file.chmod(0o700)
    packed = [bundle.packed(folder, tmp_path / name) for folder, name in ((first, ""), (again, "again"))]
    assert packed[0].read_bytes() == packed[1].read_bytes()
    with tarfile.open(packed[0]) as tar:
        programs = [entry.name for entry in tar if entry.mode & 0o100]
    assert [f"{first.name}/install.sh"] == programs


def test_the_room_it_needs_is_more_than_it_takes(tmp_path):
    """Files, Python's compiled twice, and something to spare."""
    folder = small_bundle(tmp_path)
    size_mb = sum(wheel.stat().st_size for wheel in (folder / "wheels").iterdir()) / 2**20
    assert bundle.installed_mb(folder / "wheels") > bundle.SPARE_MB + size_mb


def test_the_installer_has_no_fault_that_shellcheck_knows():
    """Unquoted words, unreachable lines, what another sh does otherwise."""
    if (tool := shutil.which("shellcheck")) is None:
        pytest.skip("shellcheck is missing: apt-get install shellcheck")
    scripts = [Path(bundle.__file__).with_name("install.sh"), Path(__file__).with_name("debian")]
    done = subprocess.run([tool, *scripts], check=False, capture_output=True, text=True)
    assert (0, "") == (done.returncode, done.stdout)
