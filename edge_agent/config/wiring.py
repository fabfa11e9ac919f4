"""Rules on wires: pins, what they do before the agent runs, the tiers of the stack, cords and serial ports."""

from __future__ import annotations

from edge_agent import boards
from edge_agent.andon.legend import LEGEND, Row, Sign, Tier
from edge_agent.boards import Board, header
from edge_agent.config.complaint import Complaints, meant, shown
from edge_agent.config.draft import Draft
from edge_agent.config.lines import Path
from edge_agent.config.profile import free
from edge_agent.config.terminals import in_doubt, lamps, line_of, settled, used
from edge_agent.sensors.samples import SerialBlock

BY_ID = "/dev/serial/by-id/"


def pins(found: Complaints, draft: Draft) -> None:
    """Every pin is a GPIO of the header, and used once, whatever it is called."""
    first: dict[int, Path] = {}
    for path, name in used(draft.document):
        number = line_of(draft.board, name)
        if number is None:
            if not in_doubt(draft.document, draft.board):
                found.error(path, f"{path[-1]}: {no_pin(draft.board, name)}")
            continue
        if number in first:
            text = f"GPIO{number} is used already, by '{first[number][-1]}' at line {found.line(first[number])}"
            found.error(path, f"{path[-1]}: {text}; give each its own pin")
        first.setdefault(number, path)
        if number in header.CONSOLE and (reader := reads_uart(draft)) is not None:
            found.error(path, f"{path[-1]}: GPIO{number} is the UART's, which {reader} reads; take another pin")
        elif number in header.CONSOLE:
            text = f"GPIO{number} is the serial console's; switch the console off (raspi-config), or take another pin"
            found.warn(path, f"{path[-1]}: {text}")


def reads_uart(draft: Draft) -> str | None:
    """The sensor whose serial port is on pins of the header."""
    on_header = (each for each in draft.sensors if each is not None and getattr(each, "port", None) in header.UART)
    return next((each.name for each in on_header), None)


def no_pin(board: Board | None, name: str) -> str:
    """Why a name leads to no pin, and the nearest that does."""
    known = [] if board is None else [wire.terminal for wire in board.wires]
    hint = meant(name.upper(), [*known, *header.KNOWN])
    if board is None:
        hint = hint if hint.startswith("did") else 'write it like "GPIO17", or "BOARD11" by its place'
        return f"{shown(name)} is no pin of the header that can be used; {hint}"
    hint = hint if hint.startswith("did") else f"write one of: {', '.join(known)}"
    return f"{shown(name)} is no terminal of the board {board.name}, and no pin of the header that can be used; {hint}"


def lit_at_power_on(found: Complaints, draft: Draft) -> None:
    """No lamp lights before the agent runs; where the board holds it off, none does."""
    table = settled(draft.document, draft.board).get("stack")
    active = table.get("active", "high") if isinstance(table, dict) else "high"
    for path, name in lamps(draft.document):
        wire = boards.wire_of(name, draft.board)
        if wire is None or wire.boot == "off":
            continue
        pulled_up = wire.line in header.PULLED_UP
        if active == "high" and pulled_up:
            text = f"{wire.gpio} is pulled up at power-on, so this would be lit with nobody watching"
            known = draft.board
            remedy = "take a pin from GPIO9 to GPIO27" if known is None else free(known, draft.document, "output")
            found.error(path, f"{path[-1]}: {text}; {remedy}")
        elif active == "low" and not pulled_up:
            text = f'{wire.gpio} is pulled down at power-on, and active = "low" lights on that until the agent starts'
            found.warn(path, f"{path[-1]}: {text}; take one of GPIO4 to GPIO8, or a 10 kohm pull-up at the relay board")


def stack_tiers(found: Complaints, draft: Draft) -> None:
    """The tiers there are can say what the station has to say."""
    if draft.stack is None:
        return
    tiers = {tier for tier in Tier if getattr(draft.stack, tier) is not None}
    if not tiers:
        found.error(("stack",), f"[stack] has no tier; write at least one of: {', '.join(Tier)}")
        return
    for row in LEGEND:
        if row.patterns and not tiers & {tier for tier, _ in row.patterns} and matters(row):
            wanted = " or ".join(dict.fromkeys(tier for tier, _ in row.patterns))
            found.warn(("stack",), f"no tier can show '{row.means}'; wire {wanted}")


def matters(row: Row) -> bool:
    """Planned stops and calls for outside help may go unshown; what the station owes its people may not."""
    return row.sign in {Sign.STOP_WAITING, Sign.CALL_WAITING, Sign.BLIND, Sign.RUNNING}


def cords(found: Complaints, draft: Draft) -> None:
    """A cut wire must not look like a cord at rest."""
    for index, sensor in enumerate(draft.sensors):
        if sensor is None or getattr(sensor, "call", None) is None or getattr(sensor, "normally_closed", True):
            continue
        text = f"{sensor.name} is not normally closed: a cut wire would go unnoticed, and no pull be heard"
        found.warn(("sensor", index), f"{text}; wire it normally closed and write normally_closed = true")


def ports(found: Complaints, draft: Draft) -> None:
    """A serial port keeps its name when it is unplugged."""
    for index, sensor in enumerate(draft.sensors):
        port = getattr(sensor, "port", None)
        if isinstance(port, str) and not port.startswith(BY_ID):
            text = f"port: {shown(port)} may be another device after a restart"
            found.warn(("sensor", index, "port"), f"{text}; write the name below {BY_ID} (ls {BY_ID})")


def frames(found: Complaints, draft: Draft) -> None:
    """Numbers as bytes over a serial port can be told apart again when one byte was lost."""
    for index, sensor in enumerate(draft.sensors):
        if isinstance(sensor, SerialBlock) and sensor.format != "text" and sensor.sync is None:
            text = f"{sensor.name} has no sync: one lost byte shifts all samples after it until the device pauses"
            found.warn(
                ("sensor", index), f"{text}; let it send frames, and write their first bytes, like sync = 'aa55'"
            )
