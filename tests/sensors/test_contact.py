import errno

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_agent.observations import Acknowledge, Arrive, CycleEnd, CycleStart, Gone, Pull, Released, Restore, Returned
from edge_agent.pins import PinError
from edge_agent.sensors.button import GpioButton
from edge_agent.sensors.cycle import GpioCycle
from edge_agent.sensors.hearing import DEAF
from edge_agent.sensors.pulse import GpioPulse

NS_PER_S = 1_000_000_000
PULSE = GpioPulse(name="cycle", pin="GPIO17")
CORD = GpioButton(name="cord", pin="GPIO27", normally_closed=True, call="help")


@pytest.fixture
def opened(bench, inbox):
    wires = []

    def open_wire(settings):
        wires.append(settings.open(inbox.post, bench.factory))
        return wires[-1]

    yield open_wire
    for wire in wires:
        wire.close()


def at_rest(bench, opened):
    """A cord that hangs, at work."""
    bench.wire("GPIO27", "up", high=False)
    return opened(CORD)


def deafen(monkeypatch, pin):
    """Let no edge of a pin be told any more, however often its driver is asked."""
    monkeypatch.setattr(pin, "_call_when_changed", lambda *_: None)


@pytest.mark.parametrize(
    ("wiring", "closed_level"),
    [
        ({}, False),
        ({"pull": "down"}, True),
        ({"pull": "none", "active": "low"}, False),
        ({"pull": "none", "active": "high"}, True),
        ({"active": "high"}, True),
    ],
)
def test_closed_reads_as_documented(bench, inbox, opened, wiring, closed_level):
    """A closure ends a cycle, whichever level closed is with this wiring; the opening says nothing."""
    settings = msgspec.structs.replace(PULSE, **wiring)
    bench.wire("GPIO17", settings.pull, high=not closed_level)
    opened(settings)
    bench.drive("GPIO17", closed_level, 100)
    closed_ns = bench.now_ns
    bench.drive("GPIO17", not closed_level, 100)
    assert [CycleEnd(closed_ns, "cycle")] == inbox.all()


def test_pulse_bounces_once(bench, inbox, opened):
    """A bouncing limit switch is one cycle, stamped with the driver's time of its first edge."""
    opened(PULSE)
    bench.drive("GPIO17", False, 100)
    first_ns = bench.now_ns
    for level in (True, False, True, False):
        bench.drive("GPIO17", level, 0.9)
    assert [CycleEnd(first_ns, "cycle")] == inbox.all()


def test_burst_of_edges_is_bounded(bench, inbox, opened):
    """10,000 edges at 10 kHz, one second of chatter, are at most one cycle end for each 5 ms."""
    opened(PULSE)
    for edge in range(10_000):
        bench.drive("GPIO17", bool(edge % 2), 0.1)
    assert 1 <= len(inbox.all()) <= 1000 / 5 + 1


def test_open_normally_closed_cord_calls_at_start(bench, inbox, opened):
    """A cord that is pulled, cut or unpowered when the agent starts makes its call at once."""
    bench.wire("GPIO27", "up", high=True)
    opened(CORD)
    expected = [("cord", "help")]
    assert expected == [(said.sensor, said.call) for said in inbox.all()]


def test_closed_cord_is_quiet_until_pulled(bench, inbox, opened):
    """An intact cord says nothing at start; a pull calls, its release calls nobody, a second pull calls again."""
    bench.wire("GPIO27", "up", high=False)
    opened(CORD)
    assert not inbox.all()
    bench.drive("GPIO27", True, 500)
    pulled_ns = bench.now_ns
    bench.drive("GPIO27", False, 60)
    released_ns = bench.now_ns
    bench.drive("GPIO27", True, 60)
    assert [
        Pull(pulled_ns, "cord", "help"),
        Released(released_ns, "cord"),
        Pull(bench.now_ns, "cord", "help"),
    ] == inbox.all()


def test_a_tap_within_its_own_bounce_is_told_when_somebody_looks(bench, inbox, opened):
    """A pull and its release within 30 ms: no further edge tells the release, but a look does, once."""
    bench.wire("GPIO27", "up", high=False)
    wire = opened(CORD)
    bench.drive("GPIO27", True, 500)
    pulled_ns = bench.now_ns
    bench.drive("GPIO27", False, 20)
    wire.look(bench.now_ns)  # too early: it may bounce yet
    assert [Pull(pulled_ns, "cord", "help")] == inbox.all()
    for after_s in (1, 2):
        wire.look(bench.now_ns + after_s * 1_000_000_000)
    assert [Released(bench.now_ns, "cord")] == inbox.all()


def test_a_deaf_pin_is_told_and_its_level_taken_instead(bench, inbox, opened, monkeypatch):
    """A cord pulled on a pin that tells no edge: lost within two looks, once; the call is made all the same."""
    wire = at_rest(bench, opened)
    deafen(monkeypatch, bench.factory.pin("GPIO27"))
    bench.drive("GPIO27", True, 500)
    wire.look(bench.now_ns)
    assert not inbox.all()  # its edge may be on its way
    for after_s in (1, 2):
        wire.look(bench.now_ns + after_s * NS_PER_S)
    told_ns = bench.now_ns + NS_PER_S
    assert [Pull(told_ns, "cord", "help"), Gone(told_ns, "cord", DEAF)] == inbox.all()


def test_a_deaf_pin_that_is_heard_again_is_told(bench, inbox, opened, monkeypatch):
    """The first edge after the loss brings the sensor back, with the next look."""
    wire = at_rest(bench, opened)
    with monkeypatch.context() as deaf:
        deafen(deaf, bench.factory.pin("GPIO27"))
        bench.drive("GPIO27", True, 500)
        for after_s in (0, 1):
            wire.look(bench.now_ns + after_s * NS_PER_S)
    inbox.all()
    bench.drive("GPIO27", False, 5000)
    wire.look(bench.now_ns)
    assert [Released(bench.now_ns, "cord"), Returned(bench.now_ns, "cord")] == inbox.all()


def test_a_closure_between_two_looks_betrays_a_deaf_pin(bench, inbox, opened, monkeypatch):
    """One look while the contact is closed is enough, though it is open again at the next."""
    bench.wire("GPIO17", "up", high=True)
    wire = opened(PULSE)
    deafen(monkeypatch, bench.factory.pin("GPIO17"))
    bench.drive("GPIO17", False, 500)
    wire.look(bench.now_ns)
    bench.drive("GPIO17", True, 100)
    wire.look(bench.now_ns + NS_PER_S)
    assert [Gone(bench.now_ns + NS_PER_S, "cycle", DEAF)] == inbox.all()


def test_a_pin_that_is_heard_is_never_called_deaf(bench, inbox, opened):
    """Looks at any moment of a contact that bounces tell nothing but what its edges told."""
    wire = at_rest(bench, opened)
    for edge in range(400):
        bench.drive("GPIO27", edge % 2 == 0, 40)
        wire.look(bench.now_ns)
    assert {Pull, Released} == {type(seen) for seen in inbox.all()}


def test_a_pin_that_cannot_be_read_is_told(bench, inbox, opened, monkeypatch):
    """A chip that is gone loses the sensor and ends nothing."""
    wire = at_rest(bench, opened)

    def no_device(_):
        raise OSError(errno.ENODEV, "No such device")

    with monkeypatch.context() as gone:
        gone.setattr(type(bench.factory.pin("GPIO27")), "_get_state", no_device)
        wire.look(bench.now_ns)
    wire.look(bench.now_ns)
    lost, back = inbox.all()
    assert "pin 'GPIO27'" in lost.why
    assert Returned(bench.now_ns, "cord") == back


def test_a_sensor_of_two_pins_is_back_when_both_are(bench, inbox, opened, monkeypatch):
    """A start that is heard again does not speak for an end that is still deaf."""
    for name in ("GPIO5", "GPIO6"):
        bench.wire(name, "up", high=True)
    wire = opened(GpioCycle(name="press", start_pin="GPIO5", end_pin="GPIO6"))
    deafen(monkeypatch, bench.factory.pin("GPIO6"))
    for name in ("GPIO6", "GPIO5"):
        bench.drive(name, False, 100)
    for after_s in range(4):
        wire.look(bench.now_ns + after_s * NS_PER_S)
    assert [Gone] == [type(seen) for seen in inbox.all() if isinstance(seen, Gone | Returned)]


def test_a_latching_cord_says_that_it_latches():
    """The station must know what a release means."""
    assert GpioButton(name="cord", pin="GPIO27", call="help", latching=True).source().latching
    assert not CORD.source().latching


@given(st.lists(st.tuples(st.floats(0.1, 29), st.integers(0, 6)), min_size=1, max_size=8), st.floats(40, 400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # each example ends with the cord at rest
def test_each_deliberate_pull_counts_whatever_its_bounce(bench, inbox, pulls, pause_ms):
    """However often and long the contact bounces within 30 ms, each pull and each release is told once, in order."""
    bench.wire("GPIO27", "up", high=False)
    wire = CORD.open(inbox.post, bench.factory)
    told = []
    for span_ms, bounces in pulls:
        for level, said in ((True, Pull), (False, Released)):
            bench.drive("GPIO27", level, pause_ms)
            told.append((said, bench.now_ns))
            for bounce in range(2 * bounces):
                bench.drive("GPIO27", level if bounce % 2 else not level, span_ms / (2 * bounces))
    wire.close()
    assert told == [(type(seen), seen.at_ns) for seen in inbox.all()]


@pytest.mark.parametrize(("action", "said"), [("acknowledge", Acknowledge), ("arrive", Arrive), ("restore", Restore)])
def test_answer_button(bench, inbox, opened, action, said):
    """A pressed button answers, from the station itself and from nobody in particular."""
    opened(GpioButton(name="reset", pin="GPIO22", action=action))
    bench.drive("GPIO22", False, 100)
    assert [said(bench.now_ns, call=None, who="unknown", via="local")] == inbox.all()


def test_stuck_answer_is_not_given_at_start(bench, inbox, opened):
    """A restore button that is stuck when the agent starts restores nothing."""
    bench.wire("GPIO22", "up", high=False)
    opened(GpioButton(name="reset", pin="GPIO22", action="restore"))
    assert not inbox.all()


def test_working_level_starts_and_ends(bench, inbox, opened):
    """With one pin, the level that means working starts a cycle, and its end ends it."""
    opened(GpioCycle(name="press", pin="GPIO5"))
    bench.drive("GPIO5", False, 100)
    started_ns = bench.now_ns
    bench.drive("GPIO5", True, 50_000)
    assert [CycleStart(started_ns, "press"), CycleEnd(bench.now_ns, "press")] == inbox.all()


def test_start_and_end_pins(bench, inbox, opened):
    """With two pins, each closure says its own and no opening says anything."""
    opened(GpioCycle(name="press", start_pin="GPIO5", end_pin="GPIO6"))
    bench.drive("GPIO5", False, 100)
    started_ns = bench.now_ns
    bench.drive("GPIO5", True, 100)
    bench.drive("GPIO6", False, 40_000)
    ended_ns = bench.now_ns
    bench.drive("GPIO6", True, 100)
    assert [CycleStart(started_ns, "press"), CycleEnd(ended_ns, "press")] == inbox.all()


def test_closed_wire_is_silent(bench, inbox):
    """After close nothing is posted, and the pin can be had again."""
    PULSE.open(inbox.post, bench.factory).close()
    bench.drive("GPIO17", False, 100)
    PULSE.open(inbox.post, bench.factory).close()
    assert not inbox.all()


def test_half_opened_cycle_lets_go(bench, inbox, opened):
    """If the second pin cannot be had, the first is free again."""
    opened(msgspec.structs.replace(PULSE, pin="GPIO6"))
    with pytest.raises(PinError, match=r"'GPIO6'.*already used"):
        GpioCycle(name="press", start_pin="GPIO5", end_pin="GPIO6").open(inbox.post, bench.factory)
    opened(msgspec.structs.replace(PULSE, pin="GPIO5"))


@pytest.mark.parametrize(
    ("kind", "settings", "complaint"),
    [
        (GpioPulse, {"pin": "GPIO4", "pull": "none"}, "needs active"),
        (GpioPulse, {"pin": "GPIO4", "debounce_ms": -1}, ">= 0"),
        (GpioButton, {"pin": "GPIO4"}, "exactly one of call"),
        (GpioButton, {"pin": "GPIO4", "action": "restore", "latching": True}, "leave latching out"),
        (GpioButton, {"pin": "GPIO4", "call": "help", "action": "arrive"}, "exactly one of call"),
        (GpioCycle, {}, "either pin alone"),
        (GpioCycle, {"pin": "GPIO4", "end_pin": "GPIO5"}, "either pin alone"),
        (GpioCycle, {"start_pin": "GPIO4"}, "either pin alone"),
        (GpioCycle, {"start_pin": "GPIO4", "end_pin": "GPIO4"}, "pin = 'GPIO4'"),
    ],
)
def test_wrong_wiring_is_refused(kind, settings, complaint):
    """A wiring that cannot work is refused where it is written, with what to write instead."""
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert({"kind": kind.__struct_config__.tag, "name": "it", **settings}, kind)
