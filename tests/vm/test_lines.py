"""Our pin factory on the kernel's own lines, driven and read from outside."""

import queue
import threading
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import gpiod
import pytest
from gpiozero import LED, Button

from edge_agent import clock
from edge_agent.andon.legend import Mode, Tier
from edge_agent.gpio.factory import WAITING_EDGES, GPIODFactory
from edge_agent.observations import CycleEnd
from edge_agent.pins import InputLine, OutputLine, PinError, open_pins
from edge_agent.sensors.pulse import GpioPulse
from edge_agent.signals.stack import Settings
from tests.signals.test_stack import shown
from tests.vm.conftest import WAIT_S, pause

BOUNCES = 2000  # a fifth of a second of a bouncing contact


def holder(chip, number):
    """Who holds a line, for the kernel; None where nobody does."""
    with gpiod.Chip(chip.path) as seen:
        info = seen.get_line_info(number)
    return info.consumer if info.used else None


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def until(reached):
    """Wait until something is so, looking again and again."""
    late_ns = clock.now_ns() + round(WAIT_S * 1e9)
    while not reached():
        assert clock.now_ns() < late_ns


@pytest.mark.parametrize(("pull", "high"), [("up", True), ("down", False)])
def test_the_pull_is_on_the_line(chip, ear, pull, high):
    """An open contact reads what the Pi's own resistor says, and the kernel knows of it."""
    line = ear("GPIO17", pull).line
    assert high is line.level
    with gpiod.Chip(chip.path) as seen:
        assert f"PULL_{pull.upper()}" == seen.get_line_info(17).bias.name


def test_no_pull_leaves_the_wiring_alone(chip, ear):
    """With `none` the line follows its wire, and the kernel's resistor is off."""
    line = ear("GPIO17", "none").line
    for high in (True, False):
        chip.drive(17, high=high)
        assert high is line.level
    with gpiod.Chip(chip.path) as seen:
        assert seen.get_line_info(17).bias.name == "DISABLED"


def test_edges_have_the_kernel_s_own_stamps(chip, ear):
    """Each edge has a level and an instant of CLOCK_MONOTONIC: after its cause, before its arrival, in order."""
    contact, before = ear("GPIO17"), 0
    for number in range(200):
        high = bool(number % 2)
        driven_ns = clock.now_ns()
        chip.drive(17, high=high)
        level, at_ns = contact.next()
        assert high is level
        assert max(driven_ns, before) <= at_ns + 2  # a stamp is handed on as seconds in a float: to 2 ns
        assert at_ns <= clock.now_ns()
        before = at_ns


def test_the_stamp_is_made_when_it_happens_not_when_it_is_read(chip, pins):
    """A callback that is held up finds the next edge stamped with its own instant."""
    held, stamps = threading.Event(), queue.SimpleQueue()

    def slow(_, at_ns):
        stamps.put(at_ns)
        held.wait(WAIT_S)

    with closing(InputLine(pins, "GPIO17", pull="up", on_edge=slow)):
        chip.drive(17, high=False)
        stamps.get(timeout=WAIT_S)
        chip.drive(17, high=True)
        pause(0.05)
        released_ns = clock.now_ns()
        held.set()
        assert stamps.get(timeout=WAIT_S) < released_ns - 40_000_000


def test_edges_that_waited_come_together_and_in_order(chip, pins):
    """Many edges of several lines behind one slow callback: all are told, in the order of their stamps."""
    heard, first = queue.SimpleQueue(), threading.Event()

    def listen(name):
        def on_edge(level, at_ns):
            heard.put((name, level, at_ns))
            first.wait(WAIT_S)

        return InputLine(pins, name, pull="up", on_edge=on_edge)

    with closing(listen("GPIO5")), closing(listen("GPIO6")), closing(listen("GPIO13")):
        driven = [(number, bool(turn % 2)) for turn in range(50) for number in (5, 6, 13)]
        for number, high in driven:
            chip.drive(number, high=high)
            pause(0.003)  # simulated edges are delivered once a tick; nearer ones of a line are one
        first.set()
        told = [heard.get(timeout=WAIT_S) for _ in driven]
    assert [(f"GPIO{number}", high) for number, high in driven] == [one[:2] for one in told]
    assert sorted(at_ns for *_, at_ns in told) == [at_ns for *_, at_ns in told]


def test_a_burst_of_bounce_at_10_khz_is_a_few_closures(chip, pins):
    """Chatter as fast as the wire can: closures at least 5 ms apart, and nothing else."""
    seen = queue.SimpleQueue()
    wire = GpioPulse(name="cycle", pin="GPIO17").open(seen.put, pins)
    for number in range(BOUNCES):
        chip.drive(17, high=bool(number % 2))
        if number % 10 == 0:
            pause(0.001)
    told = [seen.get() for _ in range(seen.qsize())]
    wire.close()
    assert {CycleEnd} == {type(one) for one in told}
    assert all(later.at_ns - one.at_ns >= 5_000_000 for one, later in pairwise(told))


def test_edges_faster_than_they_are_read_are_counted(chip, pins):
    """What the kernel had no room for is known to the pin, and the last edges are there."""
    held, heard = threading.Event(), queue.SimpleQueue()

    def slow(level, _):
        heard.put(level)
        held.wait(WAIT_S)

    with closing(InputLine(pins, "GPIO17", pull="up", on_edge=slow)) as line:
        for number in range(1200):
            chip.drive(17, high=bool(number % 2))
            pause(0.0015)
        held.set()
        for _ in range(1 + WAITING_EDGES):
            heard.get(timeout=WAIT_S)
        until(lambda: line.lost > 100)
    assert heard.empty()


def test_a_callback_that_raises_is_said_and_keeps_no_line_from_being_heard(chip, pins, ear, monkeypatch):
    """A foreign callback's error goes where threads say theirs; the next edges are told, of its line too."""
    errors = queue.SimpleQueue()
    monkeypatch.setattr(threading, "excepthook", lambda told: errors.put(told.exc_value))
    other = ear("GPIO13")

    def faulty(*_):
        message = "a callback of somebody else"
        raise RuntimeError(message)

    with closing(InputLine(pins, "GPIO17", pull="up", on_edge=faulty)):
        for high in (False, True):
            chip.drive(17, high=high)
            assert "a callback of somebody else" in str(errors.get(timeout=WAIT_S))
            chip.drive(13, high=high)
            assert other.next()[0] is high


def test_a_line_has_a_named_holder_and_is_let_go(chip, pins):
    """`gpioinfo` shows who holds a line while it is held; then nobody does, no file is open and no thread runs."""
    files, threads = open_files(), threading.active_count()
    for _ in range(20):
        with closing(InputLine(pins, "GPIO17", pull="up", on_edge=print)):
            assert holder(chip, 17) == "edge-agent test"
        with closing(OutputLine(pins, "GPIO23", initial=False)):
            assert holder(chip, 23) == "edge-agent test"
    assert [None, None] == [holder(chip, 17), holder(chip, 23)]
    assert files == open_files()
    pins.close()
    assert threads == threading.active_count()


def test_a_taken_line_names_its_holder(chip, pins):
    """A line another program holds is refused with that program's name, and can be had once it is free."""
    other = gpiod.request_lines(chip.path, config={17: None}, consumer="gpioset")
    with pytest.raises(PinError, match=r"'GPIO17'.*busy: held by 'gpioset'.*stop that program"):
        InputLine(pins, "GPIO17", pull="up", on_edge=print)
    other.release()
    InputLine(pins, "GPIO17", pull="up", on_edge=print).close()


def test_a_lamp_is_seen_on_its_line(chip, pins):
    """What is written is what the voltmeter shows, from the first moment; after close it is off."""
    with closing(OutputLine(pins, "GPIO23", initial=True)) as lamp:
        assert chip.level(23)
        for level in (False, True, False, True):
            lamp.write(level)
            assert level is chip.level(23)
    assert not chip.level(23)


def test_a_stack_on_relays_is_dark_from_the_first_moment(chip, pins):
    """Outputs that light at a low level: none is low before it must be, a lit one is, and none when it is let go."""
    wires = {"red": 23, "yellow": 24, "green": 25}
    for number in wires.values():
        chip.drive(number, high=True)  # the resistor to 3.3 V that such an output needs
    light = Settings(**{tier: f"GPIO{number}" for tier, number in wires.items()}, active="low").open(pins)
    assert all(chip.level(number) for number in wires.values())
    light.show(shown({Tier.GREEN: Mode.CONTINUOUS}), 0)
    assert [True, True, False] == [chip.level(number) for number in wires.values()]
    light.close()
    assert all(chip.level(number) for number in wires.values())


@pytest.mark.parametrize(("pull", "active"), [("none", "high"), ("none", "low"), ("up", None), ("down", None)])
def test_a_closure_is_what_the_wiring_says(chip, pins, pull, active):
    """With each wiring one closure is one end of a cycle, and the opening says nothing."""
    closed = active == "high" or pull == "down"
    seen = queue.SimpleQueue()
    chip.drive(17, high=not closed)
    wire = GpioPulse(name="cycle", pin="GPIO17", pull=pull, active=active).open(seen.put, pins)
    for high in (closed, not closed, closed):
        chip.drive(17, high=high)
        pause(0.05)
    wire.close()
    assert [CycleEnd, CycleEnd] == [type(seen.get()) for _ in range(seen.qsize())]


def test_a_chip_that_goes_is_told(chip, pins):
    """The level of a line of a chip that is unplugged cannot be read, and the error names the pin."""
    with closing(InputLine(pins, "GPIO17", pull="up", on_edge=print)) as line:
        chip.unplug()
        with pytest.raises(PinError, match="'GPIO17'"):
            assert line.level


def test_devices_of_gpiozero_work_on_it(chip, pins):
    """What the factory is for beyond us: a button and an LED of plain gpiozero."""
    with Button(17, pin_factory=pins) as button, LED(23, pin_factory=pins) as led:
        button.when_pressed, button.when_released = led.on, led.off
        for pressed in (True, False, True):
            chip.drive(17, high=not pressed)
            until(lambda: chip.level(23) is pressed)  # noqa: B023 - asked in this turn of the loop


@pytest.mark.usefixtures("chip", "default_pins")
def test_any_program_of_gpiozero_has_it_by_name(chip, monkeypatch):
    """What is registered under gpiozero's entry points: `GPIOZERO_PIN_FACTORY=gpiod`, and no other word of ours."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "gpiod")
    with LED(23) as led:
        assert type(led.pin_factory) is GPIODFactory
        led.on()
        assert chip.level(23)
        led.pin_factory.close()


@pytest.mark.usefixtures("chip", "default_pins")
def test_it_is_the_driver_where_there_is_a_chip():
    """Nothing need be set; the consumer is who asks, cut at what the kernel keeps."""
    with open_pins("edge-agent a-station-with-a-name-that-is-long") as pins:
        assert type(pins).__name__ == "GPIODFactory"
        assert pins.consumer == "edge-agent a-station-with-a-nam"
