"""Takes the card's configuration: checked as a whole, in force at once or not at all, answered beside it.

A power cut leaves the file that was in force before or the new one, and the next start goes on from there. What was
taken once is not taken again: whoever changes the file on the machine is not overruled by an old card, and by a new
one not without a word.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import tomli

from edge_agent import config
from edge_agent.card.found import ENABLED, NAME, CardError, alone, found
from edge_agent.card.undone import undone
from edge_agent.config.complaint import Complaint, Complaints
from edge_agent.config.draft import draw
from edge_agent.config.rules import RULES
from edge_agent.control.place import GROUP
from edge_agent.signals import stack

ANSWER = "station.answer.txt"
REFUSED = "station.refused.txt"  # beside the configuration in force, while the one on the card is refused
TAKEN = "station.taken"  # the hash of what was taken last
JOURNALS = Path("/var/lib/edge-agent")  # the only place the station's unit may write to
STACK_LINE = 2  # see `stack_of`


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it.

    Args:
        accepted: None where there is nothing new.
        text: the answer.
        stack: the lamps to show it on, None where nobody knows them.
        in_force: whether there is a configuration now, this one or the one before.
    """

    accepted: bool | None
    text: str
    stack: stack.Settings | None
    in_force: bool


def take(
    folders: tuple[Path, ...], into: Path, summary: Callable[[config.Config], list[str]], enabled: Path = ENABLED
) -> Outcome:
    """Take the configuration of the card into `into`; OSError where that folder cannot be written."""
    place, refused = into / NAME, into / REFUSED
    try:
        file = found(folders)
        if file is None:
            refused.unlink(missing_ok=True)
            return Outcome(accepted=None, text=f"there is no {NAME} on the card", stack=None, in_force=place.exists())
        content = file.read_bytes()
        if taken(into, content):
            refused.unlink(missing_ok=True)
            return Outcome(accepted=None, text=f"{file} was taken before", stack=None, in_force=place.exists())
        new, said = examined(file)
        alone(place.stem, enabled)
    except (CardError, OSError) as error:
        new, said, content = None, [in_words(error)], b""
        file = next((folder / NAME for folder in folders if folder.is_dir()), None)
    if new is not None:
        lost = undone(place, content) if place.exists() and not taken(into, place.read_bytes()) else []
        write(place, content, GROUP)
        write(into / TAKEN, digest(content).encode())
        refused.unlink(missing_ok=True)
        text = accepted_text([*lost, *said], summary(new))
    else:
        text = refused_text(said, there_is_one=place.exists())
        write(refused, text.encode())
    if file is not None:
        with contextlib.suppress(OSError):  # a card that cannot be written: the lamps say it all the same
            write(file.with_name(ANSWER), text.encode())
    return Outcome(accepted=new is not None, text=text, stack=lamps(place, content), in_force=place.exists())


def taken(into: Path, content: bytes) -> bool:
    """Whether this is what was taken last."""
    return (into / TAKEN).exists() and (into / TAKEN).read_text() == digest(content)


def examined(file: Path) -> tuple[config.Config | None, list[str]]:
    """The configuration in `file`, None where it cannot be used here, and all there is to say about it."""
    new, complaints = config.check(file)
    if new is not None and JOURNALS not in Path(new.journal.path).parents:
        text = f"the journal must lie in {JOURNALS}: the station may write nowhere else; leave [journal] path out"
        complaints, new = [*complaints, Complaint(file=str(file), line=0, text=text)], None
    return new, [str(msgspec.structs.replace(each, file=file.name)) for each in complaints]


def in_words(error: CardError | OSError) -> str:
    """What is wrong, and what to do."""
    if not isinstance(error, OSError):
        return str(error)
    reason = (error.strerror or str(error)).lower()
    return f"{error.filename or NAME} cannot be read: {reason}; copy it to the card again, or take another card"


def accepted_text(remarks: list[str], summary: list[str]) -> str:
    """The answer for a configuration that is in force now."""
    return "\n".join([f"ACCEPTED: {NAME} is in force.", "", *remarks, *([""] if remarks else []), *summary, ""])


def refused_text(complaints: list[str], *, there_is_one: bool) -> str:
    """The answer for one that is not."""
    before = "the configuration before it stays in force" if there_is_one else "the station does not run"
    remedy = "Mend the file on this card with any text editor, put the card back, switch on."
    return "\n".join([f"REFUSED: {before}.", "", *complaints, "", remedy, ""])


def lamps(place: Path, content: bytes) -> stack.Settings | None:
    """The tiers of the configuration in force, whose wiring is known; else those of the card, if it says any.

    Not `alive`: its relay would say that somebody is watching.
    """
    known = config.check(place)[0] if place.exists() else None
    shown = known.stack if known is not None else stack_of(content.decode(errors="replace"))
    return None if shown is None else msgspec.structs.replace(shown, alive=None, buzzer=None, line_stop=None)


def stack_of(text: str) -> stack.Settings | None:
    """The stack that a file describes which cannot be used as a whole; None where its stack is wrong too."""
    document: dict[str, object] = {}
    for table in re.split(r"(?m)^(?=[ \t]*\[)", text.removeprefix("\ufeff")):
        with contextlib.suppress(ValueError, RecursionError):  # the table that is wrong
            document |= tomli.loads(table)
    found_here = Complaints(NAME, {("stack",): STACK_LINE})
    draft = draw(found_here, document)
    for rule in RULES:
        rule(found_here, draft)
    sound = not any(each.line == STACK_LINE and each.severity == "error" for each in found_here.found)
    return draft.stack if sound else None


def digest(content: bytes) -> str:
    """What tells one content from another."""
    return hashlib.sha256(content).hexdigest()


def write(place: Path, content: bytes, group: str | None = None) -> None:
    """Write a file so that a power cut leaves the old one or the new one, on FAT too; readable to `group` alone."""
    if place.exists() and place.read_bytes() == content:
        return
    part = place.with_name(f"{place.name}.part")
    with part.open("wb") as file:
        file.write(content)
        if group is not None:
            os.fchmod(file.fileno(), 0o640)
            with contextlib.suppress(LookupError, PermissionError):  # no such group: not a station that was installed
                shutil.chown(part, group=group)
        file.flush()
        os.fsync(file.fileno())
    part.replace(place)
    with _opened(place.parent) as folder:
        os.fsync(folder)


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
