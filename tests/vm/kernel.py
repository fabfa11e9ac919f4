"""The guest's kernel: Debian's source package built as user-mode Linux, once for a version and a configuration."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGE = "linux-source-6.12"  # in bookworm-security and in trixie; no kernel Debian has built simulates a chip
CONFIG = Path(__file__).with_name("kernel.config")
TOOLS = ("gcc", "make", "bc", "bison", "flex", "xz", "dpkg", "apt-get", "apt-cache")
FROM_DEBIAN = "gcc libc6-dev make bc bison flex libelf-dev xz-utils"
# An edge of a simulated line is delivered at the next tick: at the 100 Hz of user-mode Linux, edges less than 10 ms
# apart would become one.
TICK = ("arch/um/Kconfig", re.compile(r"(config HZ\n\s+int\n\s+default )100\b"), r"\g<1>1000")
# Half of the source that no configuration of ours compiles; what configures and makes the rest stays.
UNUSED = (
    "arch/[abcdehlmopst]*",
    "drivers/gpu",
    "drivers/media",
    "drivers/net/ethernet",
    "drivers/net/wireless",
    "sound",
)
FETCH_S, BUILD_S = 300, 3600  # the source is 150 MB; the build takes 3 minutes on two idle cores


class NoKernel(Exception):  # noqa: N818 - said to people: there is no kernel, and why
    """There is no kernel for the guest; the message says why and what to do."""


def folder() -> Path:
    """Where kernels are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "andon-edge-agent" / "vm"


def built() -> Path:
    """The kernel for this configuration.

    Raises:
        NoKernel: it has not been built, with the command that does.
    """
    for kernel in sorted(folder().glob(f"linux-*-{_digest()}"), reverse=True):
        return kernel
    message = f"no kernel for the guest in {folder()}; `./dev vm build` builds it once, in a few minutes"
    raise NoKernel(message)


def build() -> Path:
    """The kernel, built where it is not there yet or Debian has a newer source.

    Raises:
        NoKernel: the source or a tool cannot be had, or the build fails.
    """
    try:
        version = _version()
    except NoKernel:
        return built()  # no package index today: an older one will do
    kernel = folder() / f"linux-{version}-{_digest()}"
    if kernel.exists():
        return kernel
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder(), prefix="build-") as scratch:
        made = _compile(_source(Path(scratch), version), Path(scratch) / "out")
        shutil.move(made, kernel.with_suffix(".new"))
    kernel.with_suffix(".new").rename(kernel)
    return kernel


def _digest() -> str:
    told = CONFIG.read_text(encoding="utf-8") + repr(TICK)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _version() -> str:
    """The version Debian has now; epochs do not occur in it, so it can be part of a file's name."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        message = f"building the guest's kernel needs {', '.join(missing)}: apt-get install {FROM_DEBIAN}"
        raise NoKernel(message)
    policy = _run("apt-cache", "policy", PACKAGE)
    found = re.search(r"Candidate: (\S+)", policy)
    if found is None or found[1] == "(none)":
        message = f"apt knows no {PACKAGE}: apt-get update, and Debian's security suite among its sources"
        raise NoKernel(message)
    return found[1]


def _source(scratch: Path, version: str) -> Path:
    """Fetch and unpack the source, its tick set to 1000 Hz."""
    _run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", f"{PACKAGE}={version}", cwd=scratch)
    package = next(scratch.glob("*.deb"))
    unused = " ".join(f"--exclude='*/{part}/*.[chS]' --exclude='*/{part}/*.dts*'" for part in UNUSED)
    unpack = f"dpkg --fsys-tarfile {package.name} | tar -xO ./usr/src/{PACKAGE}.tar.xz | tar -xJ {unused}"
    _run("sh", "-c", unpack, cwd=scratch)
    source = scratch / PACKAGE
    kconfig = source / TICK[0]
    text, changed = TICK[1].subn(TICK[2], kconfig.read_text(encoding="utf-8"))
    if changed != 1:
        message = f"{TICK[0]} of {version} sets its tick elsewhere: mend TICK in {__file__}"
        raise NoKernel(message)
    kconfig.write_text(text, encoding="utf-8")
    return source


def _compile(source: Path, out: Path) -> Path:
    out.mkdir()
    make = ("make", "-s", "-C", str(source), "ARCH=um", f"O={out}")
    _run(*make, f"KCONFIG_ALLCONFIG={CONFIG}", "allnoconfig")
    got = set((out / ".config").read_text(encoding="utf-8").splitlines())
    refused = [
        line for line in CONFIG.read_text(encoding="utf-8").splitlines() if line[:7] == "CONFIG_" and line not in got
    ]
    if refused:
        message = f"this source does not take {', '.join(refused)}: mend {CONFIG}"
        raise NoKernel(message)
    _run(*make, f"-j{os.cpu_count()}", "linux")
    return out / "linux"


def _run(*command: str, cwd: Path | None = None) -> str:
    limit_s = BUILD_S if command[0] == "make" else FETCH_S
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=limit_s, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or "").strip().splitlines()[-3:]
        message = f"{' '.join(command[:4])}: {' / '.join(said) or error}"
        raise NoKernel(message) from error
    return done.stdout
