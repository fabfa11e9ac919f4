"""A Debian for the guest, with its systemd, made by mmdebstrap, once for a suite and what is in it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.vm.kernel import folder

SUITES = ("bookworm", "trixie")  # Debian 12 with Python 3.11 and systemd 252, 13 with 3.13 and 257: those of the field
PACKAGES = "systemd-sysv,dbus,udev,python3-venv,mosquitto,mosquitto-clients,procps,iproute2,e2fsprogs"
WITHOUT = ("man", "doc", "locale", "info")  # of /usr/share
PARTS = Path(__file__).with_name("debian")
SIZE = "2G"  # of which 300 MB are on this disk; with two versions of the agent it is half full
TOOLS = {"mmdebstrap": "mmdebstrap", "mkfs.ext4": "e2fsprogs", "unshare": "util-linux"}
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
LONGEST_S = 1800.0  # two minutes where the network is quick


class NoImage(Exception):  # noqa: N818 - said to people: there is no image, and why
    """There is no Debian for the guest; the message says why and what to do."""


def built(suite: str = SUITES[0]) -> Path:
    """The image of this suite: the first disk of a machine, which never writes to it.

    Raises:
        NoImage: it has not been built, with the command that does.
    """
    if (image := _place(suite)).exists():
        return image
    message = f"no Debian for the guest in {folder()}; `./dev vm image {suite}` makes it once, in a few minutes"
    raise NoImage(message)


def build(suite: str = SUITES[0]) -> Path:
    """The image of this suite, made where it is not there yet.

    Raises:
        NoImage: a tool is missing, this is no suite of ours, or it cannot be made.
    """
    if suite not in SUITES:
        message = f"no suite {suite!r}; there are {', '.join(SUITES)}"
        raise NoImage(message)
    if (image := _place(suite)).exists():
        return image
    if missing := [package for tool, package in TOOLS.items() if shutil.which(tool, path=PATH) is None]:
        message = f"making it needs {', '.join(missing)}: apt-get install {' '.join(missing)}"
        raise NoImage(message)
    folder().mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder(), prefix="debian-"))
    try:
        _make(suite, scratch, image)
    finally:
        _run(scratch, "rm", "-rf", "--one-file-system", str(scratch))
    return image


def _place(suite: str) -> Path:
    told = PACKAGES + SIZE + "".join(f"{part.name}\n{part.read_text(encoding='utf-8')}" for part in _baked())
    return folder() / f"debian-{suite}-{hashlib.sha256(told.encode()).hexdigest()[:12]}.img"


def _baked() -> list[Path]:
    """The parts that are in the image; what else the guest runs it takes from the checkout."""
    return sorted(
        part for part in PARTS.iterdir() if part.name in ("customize", "outside") or part.suffix == ".service"
    )


def _make(suite: str, scratch: Path, image: Path) -> None:
    root, disk = scratch / "root", scratch / "disk"
    options = ["--quiet", "--variant=apt", f"--include={PACKAGES}", '--aptopt=Acquire::Languages "none"']
    options += ['--aptopt=APT::Install-Recommends "false"', "--dpkgopt=force-unsafe-io"]
    options += [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in WITHOUT]
    options += [f"--customize-hook={PARTS}/customize"]
    # In mounts of its own: what an interrupted run leaves mounted is gone with it, and cannot be deleted by mistake.
    _run(scratch, "unshare", "--mount", "mmdebstrap", *options, "--format=directory", suite, str(root))
    _run(scratch, "truncate", f"--size={SIZE}", str(disk))
    _run(scratch, "mkfs.ext4", "-q", "-E", "root_owner=0:0", "-d", str(root), str(disk))
    _run(scratch, "chmod", "a+r", str(disk))
    _run(scratch, "mv", str(disk), str(image))


def _run(scratch: Path, *command: str) -> None:
    """As root: the files of the image belong to others than who makes it."""
    words = command if os.geteuid() == 0 else ("sudo", "--preserve-env=PATH", *command)
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, timeout=LONGEST_S, env={**os.environ, "PATH": PATH}
    )
    if done.returncode != 0:
        message = f"{' '.join(command[:3])} for {scratch.name}: {' / '.join(done.stderr.strip().splitlines()[-3:])}"
        raise NoImage(message)
