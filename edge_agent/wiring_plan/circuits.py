"""The circuits that the documents explain one by one, drawn as in a station's own wiring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from edge_agent import boards
from edge_agent.boards import Common
from edge_agent.config.wires import OTHERS, Connection
from edge_agent.svg import text
from edge_agent.wiring_plan import rung, symbols
from edge_agent.wiring_plan.drawing import NOBODY, common, commons, picture
from edge_agent.wiring_plan.rung import DEVICE, Rung
from edge_agent.wiring_plan.symbols import SMALL


class Circuit(NamedTuple):
    """One circuit: what the page calls it, what is to be known first, its rungs, and whether K1 is in it."""

    title: str
    subtitle: str
    rungs: Callable[[], list[Rung]]
    guarded: bool = False


def drawn(name: str) -> str:
    """The circuit of that name, a key of `CIRCUITS`, as an SVG document."""
    circuit = CIRCUITS[name]
    return picture(circuit.title, circuit.subtitle, circuit.rungs(), circuit.guarded)


def proposed(board: str, use: str, *, closed: bool = False) -> Connection:
    """A wire as the profile proposes it."""
    wire = boards.board(board).proposed(use)
    if wire is None:
        message = f"the board {board} proposes no {use}"
        raise ValueError(message)
    lit = wire.active == "high"
    output = wire.direction == "output"
    return Connection(
        name=use,
        what=OTHERS.get(use, f"{use} lamp") if output else f"{use}: calls help" if use == "cord" else use,
        key=(),
        direction="output" if output else "input",
        given="high" if lit != closed else "low",
        pull=wire.pull,
        normally_closed=closed,
        wire=wire,
    )


def lamps(board: str) -> list[Rung]:
    """Three tiers and the buzzer, with the terminals they share."""
    uses = ("red", "yellow", "green", "buzzer")
    shared = [each for each in commons(boards.board(board)) if each.terminal != "ICOM"]
    return [*shared, *(rung.of(proposed(board, use), guarded=False) for use in uses)]


def cord() -> list[Rung]:
    """A cord whose contact is closed at rest."""
    return [icom("0 V"), rung.of(proposed("uln2803", "cord", closed=True), guarded=False)]


def sensor(kind: str) -> list[Rung]:
    """A sensor with three wires on an isolated input."""
    of = rung.of(proposed("uln2803", "cycle"), guarded=False)
    field = ((DEVICE, lambda x, y: symbols.sensor(x, y, kind)),)
    way = "its black wire gives +24 V" if kind == "PNP" else "its black wire goes to 0 V"
    wired = of._replace(title=f"{kind} sensor", note=way, rail="plus" if kind == "PNP" else "zero", devices=field)
    return [icom("0 V" if kind == "PNP" else "+24 V"), wired]


def icom(to: str) -> Rung:
    """The common of the inputs; not 0 V with NPN sensors."""
    return common(Common(terminal="ICOM", to="+24 V" if to == "+24 V" else "0 V", why="the common of the inputs"))


def watchdog() -> list[Rung]:
    """What pulses make of a relay outside: lamps fed while they come, an amber lamp when they do not."""
    alive = rung.of(proposed("uln2803", "alive"), guarded=True)
    pulses = alive._replace(
        note="U1 isolates and makes +24 V of the pulses",
        devices=((DEVICE, lambda x, y: symbols.box(x, y, 92, "U1 input", "A1 - A2")),),
    )
    red = rung.of(proposed("uln2803", "red"), guarded=True)._replace(note="as all lamps: fed by K1")
    shared = [each for each in commons(boards.board("uln2803")) if each.terminal != "ICOM"]
    return [*shared, pulses, TIMED, NOBODY, red]


def _timed(x: float, y: float) -> Iterator[str]:
    yield from symbols.box(x - 150, y, 84, "U1 output", "switches")
    yield from symbols.box(x - 30, y, 92, "K1 input", "B1 - A2")
    yield text(x - 30, y + 36, "K1: A1 to +24 V, A2 to 0 V", f'{SMALL} text-anchor="middle"')


TIMED = Rung(title="pulses to K1", note="each rising edge: 3 s", rail="plus", devices=((DEVICE, _timed),))


def held() -> list[Rung]:
    """The two resistors that keep a lamp off while nobody drives its line."""
    return [
        rung.of(proposed(board, "red"), guarded=False)._replace(title=title, note=note)
        for board, title, note in (
            ("uln2803", "lit by a high level", "10 kΩ to GND keeps it dark"),
            ("relay-hat", "lit by a low level", "10 kΩ to 3.3 V keeps it dark"),
        )
    ]


WIRES = "BN brown, BU blue, BK black; the common of the inputs is"
CIRCUITS: dict[str, Circuit] = {
    "stack-sink": Circuit(
        "A stack on a ULN2803", "Lamps hang on +24 V; the board switches 0 V", lambda: lamps("uln2803")
    ),
    "stack-relay": Circuit(
        "A stack on relays", "Lamps hang on 0 V; the board switches +24 V", lambda: lamps("relay-hat")
    ),
    "cord": Circuit("A cord, normally closed", "Pulled, cut and without 24 V all read as a call", cord),
    "pnp": Circuit("A PNP sensor", f"{WIRES} 0 V", lambda: sensor("PNP")),
    "npn": Circuit("An NPN sensor", f"{WIRES} +24 V", lambda: sensor("NPN")),
    "watchdog": Circuit("Nobody is watching", "K1 falls 3 s after the last pulse", watchdog, guarded=True),
    "pull": Circuit("Resistors that hold a lamp off", "From power-on, and after the agent's death", held),
}
