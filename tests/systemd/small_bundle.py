"""A bundle of two wheels, pip and a program that says its version, and a place where install.sh may install it."""

from __future__ import annotations

import contextlib
import ensurepip
import os
import platform
import shutil
import subprocess
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

from systemd import bundle

INSTALLER = Path(bundle.__file__).with_name("install.sh")
OWN = ("opt", "etc", "run", "var/lib", "usr/local/bin")  # what install.sh writes below; the rest is this machine's
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
PROGRAM = "def main():\n    print('edge-agent {}')\n"
ENTER = (
    'mount --make-rprivate / && for own in {own}; do mount --bind {folder}/$own /$own || exit; done; {more} exec "$@"'
)


def small_bundle(into: Path, version: str = "1.0", python: str = "", machine: str = "") -> Path:
    """Make it; the program in it prints `version`."""
    folder = into / f"bundle-{version}"
    (folder / "wheels").mkdir(parents=True)
    shutil.copy(pip_wheel(), folder / "wheels")
    info = f"andon_edge_agent-{version}.dist-info"
    files = {
        "edge_agent/__init__.py": PROGRAM.format(version),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: andon-edge-agent\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nedge-agent = edge_agent:main\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / "wheels" / f"andon_edge_agent-{version}-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    bundle.fill(folder, bundle.about(folder, machine or platform.machine(), python or system_python(), version))
    return folder


def pip_wheel() -> Path:
    """The wheel of pip that comes with this Python, or with Debian's."""
    places = (Path(ensurepip.__file__).parent / "_bundled", Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/none"))
    return next(wheel for place in places for wheel in place.glob("pip-*.whl"))


def system_python() -> str:
    """The version of the system's Python."""
    words = ["python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(words, check=True, capture_output=True, text=True, env={"PATH": PATH}).stdout.strip()


class Machine:
    """A machine like the one at hand with folders of its own where it is written to; no systemd is at work there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for own in OWN:
            (folder / own).mkdir(parents=True)
        subprocess.run(["cp", "-a", "/etc/.", folder / "etc"], check=True)

    def install(self, of: Path, *words: str, more: str = "") -> subprocess.CompletedProcess[str]:
        """Run its installer, after a shell command `more`; all that came of it."""
        started = self.started([str(of / "install.sh"), *words], more)
        out, err = started.communicate(timeout=100)
        return subprocess.CompletedProcess(words, started.returncode, out, err)

    def started(self, words: list[str], more: str = "") -> subprocess.Popen[str]:
        """Run something there; when it is killed, so is all that it has started."""
        enter = ENTER.format(own=" ".join(OWN), folder=self.folder, more=more)
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, "sh"]
        return subprocess.Popen(
            [*unshare, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"PATH": PATH}
        )

    def cut(self, of: Path, after: int) -> bool:
        """Run its installer and end it before its command number `after`; whether it got so far."""
        process = self.started(["sh", "-x", str(of / "install.sh")])
        with process, contextlib.closing(self._commands(process)) as commands:
            reached = any(number == after for number, _ in enumerate(commands))
            process.kill()
        return reached

    def _commands(self, process: subprocess.Popen[str]) -> Iterator[str]:
        assert process.stderr is not None
        return (line for line in process.stderr if line.startswith("+"))

    def says(self) -> str:
        """What the program prints that people find; empty where there is none."""
        process = self.started(["/usr/local/bin/edge-agent"])
        return process.communicate(timeout=30)[0].strip()

    def files(self) -> dict[str, tuple[int, int]]:
        """Everything there is, with its time and size."""
        found = (
            Path(place, name) for own in OWN[:2] for place, _, names in os.walk(self.folder / own) for name in names
        )
        return {str(each): (each.lstat().st_mtime_ns, each.lstat().st_size) for each in found}
