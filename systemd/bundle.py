"""`./dev bundle`: one file that brings a station up without a network, for one kind of machine and one Python.

Made on any machine with a network: what `uv.lock` pins is fetched as wheels for the machine meant, held against the
lock's hashes, and pinned again by the hash of each file that is in the bundle. The same checkout gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

import edge_agent
from edge_agent.journal.schema import MIGRATIONS

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.13")  # Raspberry Pi OS Bookworm and Trixie
MACHINES = ("aarch64", "x86_64")
OLDEST_GLIBC, GLIBC = 17, 36  # manylinux_2_17 is the oldest there is for aarch64; Bookworm has 2.36
SOURCE_ONLY = ("sdnotify",)  # no wheel on the index; pure Python, so that one made here is good everywhere
SPARE_MB = 96  # blocks that are not full, the journal of the first days, and what was rounded


def main(words: list[str]) -> int:
    """Make the bundles asked for; prints where they are."""
    parser = argparse.ArgumentParser(prog="./dev bundle", description=__doc__)
    parser.add_argument("--python", action="append", choices=PYTHONS, help="default: all of them")
    parser.add_argument("--machine", action="append", choices=MACHINES, help="default: aarch64")
    parser.add_argument("--into", type=Path, default=ROOT / "dist", metavar="FOLDER", help="default: dist")
    asked = parser.parse_args(words)
    asked.into.mkdir(parents=True, exist_ok=True)
    for machine in asked.machine or MACHINES[:1]:
        for python in asked.python or PYTHONS:
            sys.stdout.write(f"{made(asked.into, machine, python)}\n")
    return 0


def made(into: Path, machine: str, python: str) -> Path:
    """Make one bundle; where it is."""
    with tempfile.TemporaryDirectory(dir=into) as scratch:
        folder = Path(scratch) / f"andon-edge-agent-{edge_agent.__version__}-{machine}-py{python.replace('.', '')}"
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        fetch(wheels, machine, python)
        build_own(wheels)
        fill(folder, about(folder, machine, python))
        return packed(folder, into)


def fetch(wheels: Path, machine: str, python: str) -> None:
    """Every package the lock names for this machine, each held against its hashes."""
    pins = wheels.parent / "pins.txt"
    needed = dict(locked(machine, python))
    pins.write_text("".join(text for name, text in needed.items() if name not in SOURCE_ONLY))
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, OLDEST_GLIBC - 1, -1)]
    places = [word for each in (*platforms, f"manylinux2014_{machine}") for word in ("--platform", each)]
    chosen = ("--python-version", python, "--implementation", "cp", "--abi", f"cp{python.replace('.', '')}")
    fetching = ("--no-deps", "--require-hashes", "--requirement", str(pins))
    pip("download", *fetching, "--only-binary=:all:", *places, *chosen, "--dest", str(wheels))
    pins.write_text("".join(needed[name] for name in SOURCE_ONLY))
    pip("wheel", *fetching, "--no-build-isolation", "--wheel-dir", str(wheels))  # setuptools as the lock has it
    pins.unlink()
    if missing := set(needed) - {parse_wheel_filename(wheel.name)[0] for wheel in wheels.glob("*.whl")}:
        sys.exit(f"bundle: {', '.join(sorted(missing))} were not fetched for {machine} and Python {python}")


def locked(machine: str, python: str) -> Iterator[tuple[str, str]]:
    """Name and line, hashes and all, of each package that a station on this machine needs, and of pip."""
    words = ("--locked", "--quiet", "--no-emit-project", "--no-default-groups", "--group", "installer")
    exported = run(uv(), "export", *words, "--extra", "gpio", "--extra", "demo")
    there = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
    }
    for asked, hashes in re.findall(r"^(\S.*)((?:\n +--hash=.*)+\n)", exported, re.MULTILINE):
        line = Requirement(asked.rstrip(" \\"))
        if line.marker is None or line.marker.evaluate(there):  # pip would ask this machine instead
            yield line.name, f"{line.name}{line.specifier} \\{hashes}"


def build_own(wheels: Path) -> None:
    """The wheel of this checkout."""
    run(uv(), "build", "--quiet", "--wheel", "--out-dir", str(wheels), str(ROOT))
    (wheels / ".gitignore").unlink(missing_ok=True)


def about(folder: Path, machine: str, python: str, version: str = edge_agent.__version__) -> dict[str, object]:
    """What install.sh asks of the bundle."""
    return {
        "version": version,
        "machine": machine,
        "python": python,
        "needs_mb": installed_mb(folder / "wheels"),
        "journal": len(MIGRATIONS),
    }


def fill(folder: Path, words: dict[str, object]) -> None:
    """All that is in a bundle beside the wheels; the list of checksums last, over everything."""
    pins = [
        f"{name}=={version} --hash=sha256:{sha256(wheel)}\n"
        for wheel in sorted((folder / "wheels").glob("*.whl"))
        for name, version, *_ in [parse_wheel_filename(wheel.name)]
    ]
    (folder / "requirements.txt").write_text("".join(pins))
    (folder / "units").mkdir(exist_ok=True)
    for unit in (ROOT / "systemd").glob("*.service"):
        shutil.copy(unit, folder / "units")
    shutil.copytree(ROOT / "hw" / "udev", folder / "udev", dirs_exist_ok=True)
    for name in ("install.sh", "README.md"):
        shutil.copy(ROOT / "systemd" / name, folder)
    shutil.copy(ROOT / "LICENSE", folder)
    (folder / "BUNDLE").write_text("".join(f"{name}={value}\n" for name, value in words.items()))
    (folder / "SHA256SUMS").unlink(missing_ok=True)
    sums = [f"{sha256(file)}  {file.relative_to(folder)}\n" for file in files(folder)]
    (folder / "SHA256SUMS").write_text("".join(sums))


def installed_mb(wheels: Path) -> int:
    """What an installed bundle takes of the disk: its files, Python's compiled twice, and something to spare."""
    size = 0
    for wheel in wheels.glob("*.whl"):
        for each in zipfile.ZipFile(wheel).infolist():
            size += each.file_size * (3 if each.filename.endswith(".py") else 1)
    return size // 2**20 + SPARE_MB


def packed(folder: Path, into: Path) -> Path:
    """The folder as one file, of the time of the last commit."""
    commit_s = int(run("git", "-C", str(ROOT), "log", "-1", "--format=%ct"))
    made = into / f"{folder.name}.tar"
    part = folder.parent / made.name
    with tarfile.open(part, "w", format=tarfile.USTAR_FORMAT) as tar:
        for file in files(folder):
            entry = tar.gettarinfo(file, f"{folder.name}/{file.relative_to(folder)}")
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            entry.mtime, entry.mode = commit_s, 0o755 if file.suffix == ".sh" else 0o644
            with file.open("rb") as content:
                tar.addfile(entry, content)
    return part.replace(made)


def files(folder: Path) -> list[Path]:
    """Every file below, in the order of their names."""
    return sorted(each for each in folder.rglob("*") if each.is_file())


def sha256(file: Path) -> str:
    """The hash of a file, as sha256sum prints it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def uv() -> str:
    """The uv that `./dev` has put beside this Python."""
    return str(Path(sys.executable).with_name("uv"))


def pip(*words: str) -> None:
    """Run pip; what it says only where it fails."""
    run(sys.executable, "-m", "pip", words[0], "--quiet", "--disable-pip-version-check", "--no-input", *words[1:])


def run(*words: str) -> str:
    """Run a program with times that do not change from one making to the next; what it printed."""
    fixed = {"SOURCE_DATE_EPOCH": "1577836800"}  # 2020: a zip begins in 1980, pip's own wheels ask for no year
    done = subprocess.run(  # noqa: S603 - our own words
        words, check=False, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **fixed}
    )
    if done.returncode:
        sys.stderr.write(f"bundle: {' '.join(words)}\n{done.stdout}{done.stderr}")
        sys.exit(1)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
