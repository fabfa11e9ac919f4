"""`./dev flash arm64`: the bundles of a Pi, installed and run on an emulated processor, each in a Debian for it.

Shown: every wheel is for that processor and can be loaded; install.sh needs no compiler there; the demo's station,
broker and subscriber work together. Not shown: anything about time, pins, a Pi's own kernel, its card, its firmware:
system calls are those of the kernel below the emulator.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from systemd import bundle
from tests.systemd.container import debian, unpacked

EMULATOR = Path("/proc/sys/fs/binfmt_misc/qemu-aarch64")
LONGEST_S = 3600.0  # ten minutes where nobody else computes
ENTER = 'mount --rbind /dev "$0/dev" && mount -t proc none "$0/proc" && exec chroot "$0" "$@"'
PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def well(suite: str, python: str) -> bool:
    """Install it, run the demo; whether both did."""
    if not EMULATOR.exists():
        sys.stdout.write("arm64: no emulator; apt-get install qemu-user-static binfmt-support\n")
        return False
    with tempfile.TemporaryDirectory(prefix="andon-arm64-") as folder:
        root = Path(folder) / "root"
        root.mkdir()
        subprocess.run(["tar", "-xf", debian(suite, "arm64", ()), "-C", root], check=True)
        tar = bundle.made(Path(folder), "aarch64", python)
        shutil.copytree(unpacked(tar, Path(folder)), root / "bundle")
        try:
            for name, words in (
                ("install.sh", ["/bundle/install.sh"]),
                ("demo", ["edge-agent", "demo", "--for", "20s", "--json"]),
            ):
                began_s = time.monotonic()
                said = inside(root, words).strip().splitlines()
                took = f"arm64 {suite} {name} ({time.monotonic() - began_s:.0f} s)"
                sys.stdout.write(f"{took}: {len(said)} lines, {said[-1]}\n")
                sys.stdout.flush()
        except subprocess.SubprocessError as error:
            sys.stdout.write(f"arm64 {suite}: FAILED: {error} {getattr(error, 'stderr', '')}\n")
            return False
    return True


def inside(root: Path, words: list[str]) -> str:
    """Run a command in that Debian; what it printed."""
    enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, str(root), *words]
    done = subprocess.run(enter, check=True, capture_output=True, text=True, env={"PATH": PATH}, timeout=LONGEST_S)
    return done.stdout
