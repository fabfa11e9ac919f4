"""Board profiles: which terminal of a board is which line of the header, what it does at power-on, and for what it is.

A profile is one TOML file in this folder; `boards.board("uln2803")` reads it. Nothing here touches a pin.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Literal

import msgspec
import tomli

from edge_agent.boards import header

Level = Literal["low", "high"]
Line = Annotated[int, msgspec.Meta(ge=0, le=27)]
Terminal = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9]{0,7}$")]


class UnknownBoardError(ValueError):
    """No profile of that name; `known` are those there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name, self.known = name, known
        super().__init__(f"no board is called {name!r}; there are: {', '.join(known)}")


class Wire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One terminal of a board and the line behind it.

    Args:
        terminal: as it is printed on the board; empty for a line that leads to no terminal.
        line: the GPIO number.
        direction: what the board makes of the line; `either` is for the configuration to say.
        circuit: of an output, `sink` (a transistor to 0 V: the lamp hangs on +24 V) or `relay` (a dry contact); of an
            input, `opto` (either polarity, by its common) or `buffer` (+24 V reads as closed); `logic` is the bare
            3.3 V line, which needs a circuit of one's own.
        active: the level that lights or closes, at the line; of an input, what it reads for a closed contact.
        pull: what holds the line while nothing drives it: of an output, the resistor of 10 kohm in the wiring; of an
            input, the Pi's own, `none` where the board drives both levels.
        boot: what an output does from power-on until the agent runs: `off`, held by `pull`; or `floats`, left to the
            Pi's own weak resistors, which pull GPIO0 to GPIO8 up and the others down.
        use: what the documents wire there: a tier or other output of the stack, `cycle`, `cord`, `reset`.
        colour: of the wire in the drawings; a proposal.
    """

    terminal: Terminal | Literal[""] = ""
    line: Line
    direction: Literal["input", "output", "either"] = "either"
    circuit: Literal["sink", "relay", "opto", "buffer", "logic"] = "logic"
    active: Level | Literal["either"] = "either"
    pull: Literal["up", "down", "none"] = "none"
    boot: Literal["off", "floats"] = "floats"
    use: str = ""
    colour: str = ""

    @property
    def gpio(self) -> str:
        """The line as the configuration may write it: `GPIO17`."""
        return f"GPIO{self.line}"

    @property
    def header_pin(self) -> int:
        """Where it is on the 40-pin header, 1 to 40."""
        return header.PLACES[self.line]

    def at_power_on(self) -> Literal["high", "low"]:
        """The level from power-on until somebody drives the line; weak where `boot` is `floats`."""
        if self.boot == "off" and self.active != "either":
            return "low" if self.active == "high" else "high"
        return "high" if self.line in header.PULLED_UP else "low"

    def on_board(self) -> str:
        """Its names in short: `OUT1 (GPIO23)`, or the line alone where it has no terminal."""
        return self.gpio if self.terminal in {"", self.gpio} else f"{self.terminal} ({self.gpio})"

    def __str__(self) -> str:
        """All that finds it with a finger: `OUT1 (GPIO23, header pin 16)`."""
        place = f"{self.gpio}, header pin {self.header_pin}"
        return place if self.terminal in {"", self.gpio} else f"{self.terminal} ({place})"


class Common(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A terminal that belongs to several wires.

    Args:
        terminal: as it is printed on the board.
        to: where it goes: +24 V, 0 V, or 0 V and the Pi's ground, which are one on such a board.
        why: what happens without.
    """

    terminal: Terminal
    to: Literal["+24 V", "0 V", "0 V and GND"]
    why: str


class Board(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One board as a station uses it.

    Args:
        name: that of its file.
        summary: in one line.
        buses: buses of the header that it needs for itself: `i2c`, `spi`, `i2s`.
        most_ma: what one output may carry; None where the relay's own plate says it.
        commons: terminals that belong to several wires.
    """

    name: str = ""
    summary: str
    buses: tuple[Literal["i2c", "spi", "i2s"], ...] = ()
    most_ma: int | None = None
    commons: tuple[Common, ...] = ()
    wires: tuple[Wire, ...]

    def wire_of(self, pin: str | int) -> Wire | None:
        """The wire that a terminal, a name of a pin or a GPIO number means; None where the board has it nowhere.

        >>> str(board("uln2803").wire_of("IN1"))
        'IN1 (GPIO17, header pin 11)'
        >>> board("uln2803").wire_of("BOARD11") == board("uln2803").wire_of(17)
        True
        """
        named = None if isinstance(pin, int) else self.terminal(pin)
        line = pin if isinstance(pin, int) else header.gpio(pin)
        return named or next((wire for wire in self.wires if wire.line == line), None)

    def terminal(self, name: str) -> Wire | None:
        """The wire of a terminal, in capitals or not."""
        return next((wire for wire in self.wires if wire.terminal == name.upper()), None)

    def proposed(self, use: str) -> Wire | None:
        """The wire that the documents give to a use; None where the board has none to give."""
        return next((wire for wire in self.wires if wire.use == use), None)


@cache
def names() -> tuple[str, ...]:
    """Every board there is a profile of, in the order of the alphabet."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(each.name.removesuffix(".toml") for each in files if each.name.endswith(".toml")))


@cache
def board(name: str) -> Board:
    """The profile of that name.

    Raises:
        UnknownBoardError: there is none.
    """
    if name not in names():
        raise UnknownBoardError(name, names())
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.structs.replace(msgspec.convert(tomli.loads(text), Board), name=name)


def wire_of(pin: str | int, on: Board | None = None) -> Wire | None:
    """The wire of a pin, also where no board is named or it leads to no terminal; None where it is no pin at all.

    >>> str(wire_of("GPIO17"))
    'GPIO17, header pin 11'
    """
    known = on.wire_of(pin) if on is not None else None
    line = pin if isinstance(pin, int) else header.gpio(pin)
    return known or (None if line is None else Wire(line=line))
