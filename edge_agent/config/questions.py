"""What `edge-agent init` has to know of a station, each question with its default and what makes an answer fit."""

from __future__ import annotations

import math
import zoneinfo
from collections.abc import Callable
from pathlib import Path

import msgspec

from edge_agent import boards
from edge_agent.boards import header
from edge_agent.config.broker import is_host
from edge_agent.config.complaint import meant, shown
from edge_agent.config.template import SYSTEM
from edge_agent.config.times import LONGEST_CYCLE_S
from edge_agent.config.values import LARGEST, NAME, fits
from edge_agent.config.wiring import BY_ID
from edge_agent.sensors.profiles import PROFILES

NONE = "none"  # leaves a wire out
LAST_PORT = 65535
CONFIRM = ("puback", "ledger")
PLAIN = r"^[^\x00-\x1f\x7f\"'\\]{1,128}$"  # may stand between quotes in the file
LOCAL_ZONE = Path("/etc/localtime")  # a link into the folder of time zones


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question, also the flag `--key`.

    Args:
        read: the answer as it is written in the file, None for left out; ValueError says what to answer.
        preset: the answer where none is given; gives None where only a person knows.
        after: asked only where this other question has an answer.
        aside: a flag only; who is asked at a terminal gets the preset, most stations have it.
    """

    key: str
    asks: str
    read: Callable[[str], str | None]
    preset: Callable[[], str | None]
    after: str | None = None
    aside: bool = False


def name(answer: str) -> str:
    """A level of the plant."""
    if fits(answer, NAME):
        return answer
    message = f"{shown(answer)} must be 1 to 32 letters, digits, '_', '.' or '-'"
    raise ValueError(message)


def station(answer: str) -> str:
    """The station's own name, which becomes that of folders, files and hosts."""
    if any(letter.isalnum() for letter in name(answer)):
        return answer
    message = f"{shown(answer)} has no letter and no digit; write it like st07"
    raise ValueError(message)


def seconds(answer: str) -> str:
    """A time of work."""
    number = float(limit(answer))
    if 0 < number <= LONGEST_CYCLE_S:
        return repr(number)
    message = f"{shown(answer)} must be > 0 and at most 86400, a day; it is in seconds"
    raise ValueError(message)


def limit(answer: str) -> str:
    """A finite number."""
    try:
        number = float(answer)
    except ValueError:
        number = math.nan
    if abs(number) <= LARGEST:
        return repr(number)
    message = f"{shown(answer)} is not a number; write it like 55.0"
    raise ValueError(message)


def contact(answer: str) -> str:
    """A pin for a contact, by its GPIO number."""
    number = header.gpio(answer.upper())
    if number is None:
        message = f"{shown(answer)} is no pin of the header that can be used; write it like GPIO17"
        raise ValueError(message)
    if number in header.CONSOLE:
        message = f"GPIO{number} is the serial console's; take another pin"
        raise ValueError(message)
    return f"GPIO{number}"


def lamp(answer: str) -> str:
    """A pin that is low until the agent runs."""
    pin = contact(answer)
    if int(pin.removeprefix("GPIO")) in header.PULLED_UP:
        message = f"{pin} is pulled up at power-on and would light the lamp; take one from GPIO9 to GPIO27"
        raise ValueError(message)
    return pin


def board(answer: str) -> str:
    """What the pins lead to."""
    try:
        return boards.board(answer).name
    except boards.UnknownBoardError as error:
        message = f"{shown(answer)} is not known; {meant(answer, error.known)}"
        raise ValueError(message) from None


def terminal(answer: str, on: boards.Board, direction: str) -> str:
    """A terminal of the board, by its name or its line."""
    wire = on.wire_of(answer.upper())
    fit = [each.terminal for each in on.wires if each.direction in {direction, "either"}]
    if wire is None:
        message = f"{shown(answer)} is no terminal of the board {on.name}; {meant(answer.upper(), fit)}"
        raise ValueError(message)
    if wire.terminal not in fit:
        message = f"{wire} is an {wire.direction} of the board {on.name}; write one of: {', '.join(fit)}"
        raise ValueError(message)
    return wire.terminal


def zone(answer: str) -> str:
    """A time zone this machine knows."""
    try:
        zoneinfo.ZoneInfo(answer)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        message = f"unknown time zone {shown(answer)}; write it like Europe/Berlin"
        raise ValueError(message) from None
    return answer


def local_zone() -> str:
    """The zone of this machine, UTC where it does not say."""
    found = str(LOCAL_ZONE.resolve()).partition("/zoneinfo/")[2]
    try:
        return zone(found)
    except ValueError:
        return "UTC"


def profile(answer: str) -> str:
    """A kind of gauge."""
    if answer in PROFILES:
        return answer
    message = f"{shown(answer)} is not known; {meant(answer, PROFILES)}"
    raise ValueError(message)


def port(answer: str) -> str:
    """A serial port by the name it keeps."""
    if fits(answer, rf"^{BY_ID}[A-Za-z0-9_.:+,@-]{{1,200}}$"):
        return answer
    message = f"{shown(answer)} must be a name below {BY_ID}, which stays when the device is plugged in elsewhere"
    raise ValueError(message)


def host(answer: str) -> str:
    """A name or an address."""
    if is_host(answer):
        return answer
    message = "it must be a name or an address alone, like 127.0.0.1, without port or user"
    raise ValueError(message)


def broker_port(answer: str) -> str:
    """A port of the network."""
    if fits(answer, r"^[0-9]{1,5}$") and 1 <= int(answer) <= LAST_PORT:
        return str(int(answer))
    message = f"{shown(answer)} is no port; write a number from 1 to {LAST_PORT}, like 8883"
    raise ValueError(message)


def user(answer: str) -> str:
    """Who the station says it is; not repeated, for a password may have got into it."""
    if fits(answer, PLAIN):
        return answer
    message = "that must be 1 to 128 letters without quotes, backslashes and what cannot be printed"
    raise ValueError(message)


def file(answer: str) -> str:
    """A file with a secret, or with what belongs to one; not repeated, for it may be the secret itself."""
    if fits(answer, PLAIN):
        return answer
    message = "that is no name of a file; write it like station.password"
    raise ValueError(message)


def confirmation(answer: str) -> str:
    """Who says that an event has arrived."""
    if answer in CONFIRM:
        return answer
    message = f"{shown(answer)} is not known; {meant(answer, CONFIRM)}"
    raise ValueError(message)


def or_none(read: Callable[[str], str]) -> Callable[[str], str | None]:
    """The same answers, and `none`."""
    return lambda answer: None if answer.lower() == NONE else read(answer)


def ports_found() -> list[str]:
    """Serial devices that are plugged in."""
    folder = Path(BY_ID)
    return sorted(str(each) for each in folder.iterdir()) if folder.is_dir() else []


def question(
    key: str, asks: str, read: Callable[[str], str | None], preset: str | None = None, after: str | None = None
) -> Question:
    """A question whose default is the same everywhere."""
    return Question(key=key, asks=asks, read=read, preset=lambda: preset, after=after)


def aside(key: str, asks: str, read: Callable[[str], str]) -> Question:
    """A flag for what a broker may want, and most leave out."""
    return Question(key=key, asks=asks, read=or_none(read), preset=lambda: NONE, after="host", aside=True)


QUESTIONS: tuple[Question, ...] = (
    question("name", "name of the station", station),
    question("line", "line it is in", name, "-"),
    question("enterprise", "enterprise", name, "-"),
    question("site", "site", name, "-"),
    question("area", "area", name, "-"),
    Question(key="timezone", asks="time zone", read=zone, preset=local_zone),
    question("standard", "standardized work, seconds a part", seconds),
    question("takt", "takt, seconds a part", or_none(seconds), NONE),
    question("board", f"board the pins lead to: {', '.join(boards.names())}", or_none(board), NONE),
    question("cycle_pin", "pin of the contact that closes once a cycle", contact, "GPIO17"),
    question("cord_pin", "pin of the cord, normally closed", or_none(contact), "GPIO27"),
    question("reset_pin", "pin of the reset button", or_none(contact), "GPIO22"),
    question("red", "pin of the red lamp", lamp, "GPIO23"),
    question("yellow", "pin of the yellow lamp", lamp, "GPIO24"),
    question("green", "pin of the green lamp", lamp, "GPIO25"),
    question("white", "pin of the white lamp", or_none(lamp), NONE),
    question("buzzer", "pin of the buzzer", or_none(lamp), NONE),
    question("gauge", f"serial port of a gauge, below {BY_ID}", or_none(port), NONE),
    question("profile", f"what kind of gauge: {', '.join(PROFILES)}", profile, "mitutoyo", "gauge"),
    question("characteristic", "what it measures, the unit last", name, "length_mm", "gauge"),
    question("lower", "lower specification limit", or_none(limit), NONE, "gauge"),
    question("upper", "upper specification limit", or_none(limit), NONE, "gauge"),
    question("host", "broker, name or address", or_none(host), "127.0.0.1"),
    aside("port", "the broker's port; none is 1883, with TLS 8883", broker_port),
    aside("confirm", "who confirms events: puback is the broker, ledger a consumer", confirmation),
    aside("username", "who the station is to the broker", user),
    aside("credential", "name of the file with the broker's password", file),
    aside("ca", f"TLS: file of the plant's authority, or {SYSTEM} for those the system knows", file),
    aside("certificate", "TLS: file of the station's certificate", file),
    aside("key", "TLS: file of the certificate's key", file),
)
WIRES = {  # questions about a wire, and what a board's profile calls its use
    "cycle_pin": "cycle", "cord_pin": "cord", "reset_pin": "reset",
    "red": "red", "yellow": "yellow", "green": "green", "white": "white", "buzzer": "buzzer",
}  # fmt: skip
INPUTS = ("cycle", "cord", "reset")


def of_board(asked: Question, name: str | None) -> Question:
    """The question where a board was named: its terminals are answers, and its own is the default."""
    if name is None or asked.key not in WIRES:
        return asked
    on, use = boards.board(name), WIRES[asked.key]
    wire, preset = on.proposed(use), asked.preset()
    proposed = wire.terminal if wire is not None and preset != NONE else preset
    direction = "input" if use in INPUTS else "output"

    def read(answer: str) -> str | None:
        left_out = answer.lower() == NONE
        return asked.read(answer) if left_out else terminal(answer, on, direction)

    asks = asked.asks.replace("pin of", "terminal of")
    return msgspec.structs.replace(asked, asks=asks, read=read, preset=lambda: proposed)
