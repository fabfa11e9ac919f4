"""The contacts: each at rest, then given by hand or by parts; bounce is counted, and swapped ones are found."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent import clock
from edge_agent.boards import header
from edge_agent.commissioning import bounce
from edge_agent.commissioning.dialogue import Dialogue
from edge_agent.commissioning.mending import Mending
from edge_agent.commissioning.result import Result, Verdict
from edge_agent.commissioning.session import Session
from edge_agent.config import Config
from edge_agent.config.wires import Connection
from edge_agent.observations.raw import RawEdge
from edge_agent.sensors.button import GpioButton
from edge_agent.sensors.contact import Contact
from edge_agent.standard import to_ns

QUIET_NS = to_ns(1.0)  # after the last edge: no bounce is that long, and nobody waits for it
BY_HAND_S = 30.0  # to walk to the cord
BY_PARTS = 3.0  # times the standard, for each part
LOOP = (
    "the loop is open: a wire is cut or loose, the cord is held, its 24 V is off, or normally_closed is written the "
    "wrong way round"
)


class Inputs:
    """The contacts of one station in the hands of a person, or of a script that drives them.

    Args:
        pieces: how many parts to wait for; wait_s: for how long, None for as long as they should take.
    """

    def __init__(
        self,
        config: Config,
        session: Session,
        dialogue: Dialogue,
        mending: Mending,
        *,
        pieces: int,
        wait_s: float | None,
    ) -> None:
        self._config, self._session, self._dialogue, self._mending = config, session, dialogue, mending
        self._pieces, self._wait_s = pieces, wait_s
        self._edges: dict[int | None, list[RawEdge]] = {}  # of the signal that is waited for, by line
        self._instead: dict[Connection, Connection] = {}

    def tested(self, wires: tuple[Connection, ...]) -> Iterator[Result]:
        """Each contact: first all of them at rest, then one after the other."""
        contacts = [wire for wire in wires if wire.direction == "input"]
        self._session.heard()
        if contacts and not self._dialogue.unattended:
            self._dialogue.wait("Leave every cord, button and sensor alone.")
            self._session.heard()
        at_rest = {wire: self._at_rest(wire) for wire in contacts}
        for wire, result in at_rest.items():
            yield result if result is not None else self._given(wire, contacts)
        self._mending.offer_swap(self._instead)

    def _at_rest(self, wire: Connection) -> Result | None:
        """What is wrong with a contact that nobody touches; None where nothing is."""
        standing = next((each for each in self._session.contacts if header.gpio(each.pin) == wire.wire.line), None)
        if standing is None or standing.given is None:
            why = "the station does not have this contact" if standing is None else standing.why
            return self._told(
                wire, "failed", f"cannot be read: {why}", "restart the station with this file; see its log"
            )
        settings = self._settings(wire)
        if standing.given and isinstance(settings, GpioButton):
            if settings.call is not None and settings.normally_closed:
                return self._told(wire, "failed", "reads PULLED while nobody pulls", LOOP)
            text = "reads pressed while nobody presses"
            return self._told(
                wire, "failed", text, "its contact hangs, or normally_closed is written the wrong way round"
            )
        return None

    def _given(self, wire: Connection, contacts: list[Connection]) -> Result:
        """One contact whose signal is given, as often as is asked."""
        settings = self._settings(wire)
        by_hand = isinstance(settings, GpioButton)
        wanted = 1 if by_hand else self._pieces
        cycle_s = None if by_hand else self._config.standard.standard_cycle_s
        within_s = self._wait_s or (BY_HAND_S if cycle_s is None else BY_PARTS * cycle_s * wanted)
        window = bounce.window_ms(cycle_s, _debounce_ms(settings))
        deed = _deed(settings) if by_hand else f"make {wanted} parts"
        self._session.heard()  # what was heard before is nobody's answer
        self._dialogue.say(f"  {wire.what:<28} {wire.wire}\n    {deed}, within {within_s:.0f} s")
        seen, before = self._heard(wire, window, wanted, within_s)
        if len(seen.signals) < wanted:
            return self._missed(wire, contacts, seen, wanted)
        return self._judged(wire, settings, seen, before)

    def _heard(self, wire: Connection, window: float, wanted: int, within_s: float) -> tuple[bounce.Counted, bool]:
        """Wait for the signals; what came, and whether the signal was given before."""
        line, told = wire.wire.line, 0
        given = next((bool(each.given) for each in self._session.contacts if header.gpio(each.pin) == line), False)
        self._edges = {}
        seen = bounce.counted((), window, given=given)
        for raw in self._session.listen(within_s):
            for each in raw:
                if isinstance(each, RawEdge):
                    self._edges.setdefault(header.gpio(each.pin), []).append(each)
            edges = self._edges.get(line, [])
            seen = bounce.counted(edges, window, given=given)
            if len(seen.signals) > told:
                told = len(seen.signals)
                self._dialogue.say(f"    heard {told} of {wanted}")
            if told >= wanted and edges and clock.now_ns() - edges[-1].at_ns > QUIET_NS:
                break
        return seen, given

    def _judged(self, wire: Connection, settings: Contact, seen: bounce.Counted, given: bool) -> Result:
        """What was heard in full: how it bounced, and what would do against it."""
        edges, now_ms = self._edges[wire.wire.line], _debounce_ms(settings)
        as_set = len(bounce.counted(edges, now_ms, given=given).signals)
        would_do = bounce.proposed(edges, seen, now_ms, given=given)
        times = f", {min(seen.cycles_s):.2f} to {max(seen.cycles_s):.2f} s apart" if len(seen.signals) > 1 else ""
        text = f"{len(seen.signals)} heard{times}; {seen.edges} edges, longest bounce {seen.bounce_ms:.1f} ms"
        figures = {"signals": float(len(seen.signals)), "edges": float(seen.edges), "bounce_ms": seen.bounce_ms}
        if would_do is None:
            remedy = "no debounce would do: tighten the contact, move the switch, or screen the cable"
            return self._told(wire, "failed", text, remedy, figures)
        figures["debounce_ms"] = would_do
        verdict: Verdict = "passed" if as_set == len(seen.signals) else "failed"
        if would_do == now_ms:
            return self._told(wire, verdict, f"{text}; debounce_ms = {now_ms:g} will do", figures=figures)
        if verdict == "failed":
            text += f"; with debounce_ms = {now_ms:g} they count as {as_set}"
        self._dialogue.say(f"    {text}")
        self._mending.offer(wire, "debounce_ms", would_do, now_ms)
        return self._told(wire, verdict, text, f"write debounce_ms = {would_do:g}, twice the longest bounce", figures)

    def _missed(self, wire: Connection, contacts: list[Connection], seen: bounce.Counted, wanted: int) -> Result:
        """Why too little was heard: perhaps another contact was."""
        figures = {"signals": float(len(seen.signals)), "edges": float(seen.edges)}
        others = [each for each in contacts if each != wire and each.wire.line in self._edges]
        if seen.signals or len(others) != 1:
            text = f"{len(seen.signals)} of {wanted} heard in time"
            remedy = (
                "look at the lamp of the input while it is given: dark, and it is the contact, its wire or its supply"
            )
            return self._told(wire, "failed", text, remedy, figures)
        self._instead[others[0]] = wire
        text = f"nothing was heard here, but {others[0].what} on {others[0].wire} was"
        return self._told(wire, "failed", text, "the two are on each other's terminals, or their pins are", figures)

    def _settings(self, wire: Connection) -> Contact:
        settings = self._config.sensors[int(wire.key[1])]
        if not isinstance(settings, Contact):
            message = f"{wire.name} is no contact: the wires do not fit the sensors"
            raise TypeError(message)
        return settings

    def _told(
        self, wire: Connection, verdict: Verdict, text: str, remedy: str = "", figures: dict[str, float] | None = None
    ) -> Result:
        self._dialogue.say(f"    {wire.name}: {verdict}: {text}" + (f"\n      {remedy}" if remedy else ""))
        return Result(
            part="inputs",
            name=wire.label,
            wire=str(wire.wire),
            verdict=verdict,
            text=text,
            remedy=remedy,
            figures=figures or {},
        )


def _debounce_ms(settings: Contact) -> float:
    return float(getattr(settings, "debounce_ms", 0.0))


def _deed(settings: Contact) -> str:
    call = getattr(settings, "call", None)
    return f"pull {settings.name} ({call}) once, and let go" if call else f"press {settings.name} once"
