"""What happens now and then to a station: to its work and its sensors, by its people, to the agent itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from edge_agent.observations import (
    Changeover,
    CycleEnd,
    Gone,
    Overflowed,
    PlannedStop,
    ProductChosen,
    Pull,
    Returned,
    Unreadable,
)
from edge_agent.observations.asked import ServiceChange, Shelve, UnderTest, Unshelve
from edge_agent.standard import NS_PER_S

if TYPE_CHECKING:
    from tests.shifts.shift import Shift

S, M, H = NS_PER_S, 60 * NS_PER_S, 3600 * NS_PER_S
SENSORS = ("press", "gauge")


def break_down(shift: Shift) -> None:
    """The press stands; mostly somebody calls maintenance."""
    shift.working_from_ns = shift.now_ns + round(shift.chance.expovariate(1 / (20 * M)))
    if shift.chance.random() < 0.6:
        shift.see(Pull(shift.at_ns(), "maintenance button", "maintenance"))


def slow_down(shift: Shift) -> None:
    """For a while work takes longer."""
    shift.slowness = shift.chance.uniform(1.05, 1.4)
    shift.after(shift.chance.randint(20 * M, 2 * H), lambda: setattr(shift, "slowness", 1.0))


def wear(shift: Shift) -> None:
    """For a while the bore is off its centre."""
    shift.bias_mm = shift.chance.uniform(-0.03, 0.03)
    shift.after(shift.chance.randint(10 * M, H), lambda: setattr(shift, "bias_mm", 0.0))


def pull(shift: Shift) -> None:
    """Somebody pulls, and sometimes takes it back."""
    kind = shift.chance.choice(("help", "help", "quality", "material", "maintenance", "safety", "method"))
    shift.see(Pull(shift.at_ns(), f"{kind} button", kind))
    if shift.chance.random() < 0.4:
        again_ns = shift.chance.randint(S, 3 * M)
        shift.after(again_ns, lambda: shift.see(Pull(shift.at_ns(), f"{kind} button", kind)))


def stop(shift: Shift) -> None:
    """A planned stop that nobody planned; sometimes nobody ends it."""
    shift.see(PlannedStop(shift.at_ns(), on=True, why="cleaning"))
    if shift.chance.random() < 0.8:  # else somebody forgets to end it
        shift.after(shift.chance.randint(M, 40 * M), lambda: shift.see(PlannedStop(shift.at_ns(), on=False)))


def change_over(shift: Shift) -> None:
    """The station is set up for the other product."""
    shift.see(Changeover(shift.at_ns(), on=True))
    shift.working_from_ns = shift.now_ns + shift.chance.randint(5 * M, 30 * M)

    def done() -> None:
        shift.see(ProductChosen(shift.life.now_ns, "other"))
        shift.see(Changeover(shift.at_ns(), on=False))

    shift.after(shift.working_from_ns - shift.now_ns, done)


def set_aside(shift: Shift) -> None:
    """Somebody shelves what calls and calls again."""
    call = next(reversed(shift.life.station.calls.open), 0)
    for_ns = shift.chance.randint(M, 2 * H)
    shift.see(Shelve(shift.at_ns(), call=call, for_ns=for_ns, why="a part is ordered", who="maintenance"))
    if shift.chance.random() < 0.3:
        shift.after(shift.chance.randint(0, for_ns), lambda: shift.see(Unshelve(shift.at_ns(), call=call)))


def serve(shift: Shift) -> None:
    """A detector is taken out of service while its sensor is mended."""
    name = shift.chance.choice(shift.life.station.watch.detectors).name

    def served(*, out: bool) -> None:
        shift.see(ServiceChange(shift.at_ns(), detector=name, out=out, why="sensor is mended", who="maintenance"))

    served(out=True)
    shift.after(shift.chance.randint(M, H), lambda: served(out=False))


def be_tested(shift: Shift) -> None:
    """Maintenance tests the wires, with the terminal asking on and on; sometimes it dies."""

    def asked(for_ns: int, show: str = "") -> None:
        shift.see(UnderTest(shift.at_ns(), for_ns=for_ns, show=show, who="maintenance"))

    asked(M, shift.chance.choice(("", "green", "red", "buzzer")))
    for number in range(shift.chance.randint(0, 40)):
        shift.after(number * 50 * S, lambda: asked(M))
    if shift.chance.random() < 0.7:
        shift.after(shift.chance.randint(M, H), lambda: asked(0))


def go_deaf(shift: Shift) -> None:
    """A sensor says nothing any more, and nobody has noticed."""
    sensor = shift.chance.choice(SENSORS)
    shift.deaf.add(sensor)
    shift.after(shift.chance.randint(5 * M, 40 * M), lambda: shift.deaf.discard(sensor))


def unplug(shift: Shift) -> None:
    """A sensor's cable is pulled and put back."""
    sensor = shift.chance.choice(SENSORS)
    shift.see(Gone(shift.life.now_ns, sensor, "unplugged"))
    shift.after(shift.chance.randint(S, 20 * M), lambda: shift.see(Returned(shift.life.now_ns, sensor)))


def garble(shift: Shift) -> None:
    """Lines of the gauge that nobody can read."""
    for _ in range(shift.chance.randint(1, 8)):
        shift.see(Unreadable(shift.life.now_ns, "gauge", "#?!"))


def chatter(shift: Shift) -> None:
    """A contact bounces beyond its debounce."""
    for number in range(shift.chance.randint(2, 20)):
        shift.after(number * 30_000_000, lambda: shift.see(CycleEnd(shift.life.now_ns, "press")))


def overflow(shift: Shift) -> None:
    """The inbox was full for a moment."""
    shift.see(Overflowed(shift.life.now_ns, shift.chance.randint(1, 1000)))


def kill(shift: Shift) -> None:
    """SIGKILL, and begun again by whoever watches over the process."""
    kept = shift.life.keep()
    shift.let_pass(round(shift.chance.expovariate(1 / (5 * S))))
    shift.heard(shift.life.restart(kept))
    shift.tell_time()


def cut_power(shift: Shift) -> None:
    """What was committed a second ago or less is known; the wall clock may stand where it stood then."""
    kept, wall_ns = shift.life.keep(), shift.wall_ns + shift.clock_off_ns

    def cut() -> None:
        shift.let_pass(round(shift.chance.expovariate(1 / (2 * M))))
        if shift.chance.random() < 0.5:  # no battery: until a time server answers, time goes on from the last commit
            shift.clock_off_ns = wall_ns + 10 * S - shift.wall_ns
            shift.after(shift.chance.randint(S, 20 * M), lambda: synchronise(shift))
        away_ns = max(0, shift.wall_ns + shift.clock_off_ns - wall_ns)
        shift.heard(shift.life.boot(kept, shift.chance.randint(3 * S, 60 * S), away_ns))
        shift.tell_time()

    shift.after(shift.chance.randint(0, S), cut)


def set_clock(shift: Shift) -> None:
    """Somebody sets the wall clock wrong; a time server sets it right."""
    shift.clock_off_ns = shift.chance.choice((-2 * H, -7 * S, 3 * S, 40 * M, 365 * 24 * H))
    shift.tell_time()
    shift.after(shift.chance.randint(S, 20 * M), lambda: synchronise(shift))


def synchronise(shift: Shift) -> None:
    """A time server has set the clock."""
    shift.clock_off_ns = 0
    shift.tell_time()


DISTURBANCES: tuple[tuple[Callable[[Shift], None], int], ...] = (  # and how long it takes on average until it comes
    (break_down, 4 * H),
    (pull, 40 * M),
    (slow_down, 6 * H),
    (wear, 6 * H),
    (go_deaf, 6 * H),
    (unplug, 5 * H),
    (garble, 6 * H),
    (chatter, 8 * H),
    (overflow, 16 * H),
    (stop, 10 * H),
    (change_over, 8 * H),
    (set_aside, 3 * H),
    (serve, 6 * H),
    (be_tested, 8 * H),
    (kill, 3 * H),
    (cut_power, 6 * H),
    (set_clock, 8 * H),
)
