"""What a test has found wrong in the file, mended there if somebody agrees: pins swapped, a debounce too short."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edge_agent.commissioning.dialogue import Dialogue
from edge_agent.config import ConfigError
from edge_agent.config.rewriting import Changed, Setting, replace
from edge_agent.config.wires import Connection

RESTART = "restart the station, then test again: what runs still has the old file"


class Mending:
    """Changes of one file, each asked for before it is made.

    Args:
        file: the configuration; `document` as it is written.
        done: what was written, a sentence each.
    """

    def __init__(self, file: Path, document: dict[str, Any], dialogue: Dialogue) -> None:
        self._file, self._document, self._dialogue = file, document, dialogue
        self.done: list[str] = []

    def offer_swap(self, instead: Mapping[Connection, Connection]) -> None:
        """Offer to give wires that answer in each other's place each other's pins; nothing where they do not pair up.

        Args:
            instead: whose pin it is in the file, and what is really on it.
        """
        own = {wire: other for wire, other in instead.items() if other in instead}
        if not instead:
            return
        if set(own.values()) != set(own) or len(own) != len(instead):
            self._dialogue.say(
                "  What was seen does not pair up, so nothing is proposed: look at the terminals one by one."
            )
            return
        self._dialogue.say("  The file and the terminals disagree:")
        changes = []
        for wire, other in own.items():
            pin = self._written(wire)
            self._dialogue.say(f"    {pin}: the file says {wire.what}, the terminal has {other.what}")
            changes.append(Changed(other.key[:-1], str(other.key[-1]), pin))
        names = ", ".join(f"{change.key} = {change.value!r}" for change in changes)
        self._offer(changes, f"Write {names} into {self._file.name}?", f"pins swapped: {names}")

    def offer(self, wire: Connection, key: str, value: Setting, before: Setting) -> None:
        """Offer another value of a sensor's setting."""
        question = f"Write {key} = {value:g} for {wire.name} into {self._file.name}? It says {before:g}"
        self._offer([Changed(wire.key[:-1], key, value)], question, f"{wire.name}: {key} = {value:g}, was {before:g}")

    def _written(self, wire: Connection) -> str:
        """The pin of a wire as the file has it: a terminal, or a line by any of its names."""
        inside: Any = self._document
        for part in wire.key:
            inside = inside[part]
        return str(inside)

    def _offer(self, changes: list[Changed], question: str, told: str) -> None:
        if not self._dialogue.agrees(question):
            return
        try:
            replace(self._file, changes)
        except ConfigError as error:
            self._dialogue.say(f"    not written: {error}")
            return
        self.done.append(told)
        self._dialogue.say(f"    written; {RESTART}")
