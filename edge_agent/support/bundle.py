"""The bundle itself: a tar file that only its owner may read, every text in it without its secrets."""

from __future__ import annotations

import io
import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge_agent import clock
from edge_agent.doctor.case import Case
from edge_agent.support.contents import CONTENTS, text_of
from edge_agent.support.redaction import Redaction, known_secrets

MODE = 0o600  # whoever made it decides who else may read it
README = """What the station {station} said of itself at {time}, made by `edge-agent support`.
Secrets were taken out, {count} of them: <redacted> stands in their place. Look it through before you hand it on.

{list}
"""


class BundleError(Exception):
    """The bundle cannot be written; the message says why and what to do."""


class Written(msgspec.Struct, frozen=True):
    """What was written, and what is not in it and why."""

    path: str
    files: tuple[str, ...]
    missing: dict[str, str]
    redacted: int


def named(case: Case, folder: Path) -> Path:
    """Where a bundle goes if nobody says: named by the station and the time."""
    stamp = clock.wall_text(clock.wall_ns())[:19].replace(":", "").replace("-", "")
    return folder / f"edge-agent-support-{case.station}-{stamp}Z.tar.gz"


def write(case: Case, path: Path) -> Written:
    """Gather, redact and write; a file that is there is not written over.

    Raises:
        BundleError: it cannot be written.
    """
    redaction = Redaction(known_secrets(case.config))
    texts, missing = {}, {}
    for name, make in CONTENTS:
        text, why = text_of(make, case)
        if why:
            missing[name] = redaction.clean(why)
        else:
            texts[name] = redaction.clean(text)
    texts["README.txt"] = README.format(
        station=case.station,
        time=clock.wall_text(clock.wall_ns())[:19] + "Z",
        count=redaction.count,
        list="\n".join(_listed(texts, missing)),
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        _give(descriptor)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as bundle:
            for name, text in texts.items():
                _add(bundle, f"{_stem(path)}/{name}", text.encode(errors="replace"))
    except FileExistsError as error:
        message = f"{path} is there already; name another with --out"
        raise BundleError(message) from error
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}; name another with --out"
        raise BundleError(message) from error
    return Written(str(path), tuple(texts), missing, redaction.count)


def _give(descriptor: int) -> None:
    """With sudo, the file is for whoever asked, not for root: it must be looked through and sent."""
    if os.geteuid() == 0 and (user := os.environ.get("SUDO_UID", "")).isdecimal():
        os.fchown(descriptor, int(user), -1)


def _stem(path: Path) -> str:
    """The folder in it: never the name of the file itself, beside which it may be unpacked."""
    stem = re.sub(r"(?i)\.(tar\.gz|tgz|tar)$", "", path.name)
    return stem if stem not in {"", path.name} else "edge-agent-support"


def _listed(texts: dict[str, str], missing: dict[str, str]) -> Iterator[str]:
    yield from (f"{name:<20} {len(text)} characters" for name, text in texts.items())
    yield from (f"{name:<20} not here: {why}" for name, why in missing.items())


def _add(bundle: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), MODE, clock.wall_ns() // clock.NS_PER_S
    bundle.addfile(entry, io.BytesIO(content))
