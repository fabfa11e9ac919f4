import sys

import pytest
from gpiozero.devices import Device
from gpiozero.pins.mock import MockFactory

from edge_agent import pins
from edge_agent.pins import InputLine, OutputLine, PinError, open_pins


@pytest.fixture
def factory():
    factory = MockFactory()
    yield factory
    factory.reset()


@pytest.fixture
def no_factory(monkeypatch):
    monkeypatch.setattr(Device, "pin_factory", None)
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)


@pytest.mark.usefixtures("no_factory")
def test_named_factory_is_opened(monkeypatch):
    """`GPIOZERO_PIN_FACTORY=mock` gives pins on any machine."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    assert isinstance(open_pins(), MockFactory)


@pytest.mark.usefixtures("no_factory")
def test_machine_without_pins_is_told_what_to_install(monkeypatch):
    """Where no driver works, one error says what to install and how to try without pins."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "nonsense")
    with pytest.raises(PinError, match=r"andon-edge-agent.gpio.*GPIOZERO_PIN_FACTORY=mock"):
        open_pins()


@pytest.mark.usefixtures("no_factory")
def test_the_stub_of_lgpio_asked_for_by_name_is_said(monkeypatch, tmp_path):
    """Whoever sets lgpio and has only its empty stub is told so, and not of an attribute that a module lacks."""
    (tmp_path / "lgpio.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "lgpio", raising=False)
    monkeypatch.setenv("LG_WD", str(tmp_path))
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "lgpio")
    with pytest.raises(PinError, match=r"empty stub.*use gpiod"):
        open_pins()
    del sys.modules["lgpio"]


@pytest.mark.usefixtures("no_factory")
def test_machine_without_a_chip_is_told_so(monkeypatch, tmp_path):
    """No driver is tried where there is nothing to drive, least of all gpiozero's last resort, which hears nothing."""
    monkeypatch.setattr("edge_agent.gpio.choice.DEVICES", tmp_path)
    with pytest.raises(PinError, match=r"no GPIO chip: there is no .*/gpiochip0"):
        open_pins()


@pytest.mark.usefixtures("no_factory")
def test_driver_with_another_clock_is_refused(monkeypatch):
    """A driver that stamps edges with a clock of its own cannot be used."""

    class Elsewhere(MockFactory):
        @staticmethod
        def ticks():
            return 12.0

    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "elsewhere")
    monkeypatch.setattr(Device, "_default_pin_factory", staticmethod(Elsewhere))
    with pytest.raises(PinError, match="monotonic clock"):
        open_pins()


def test_input_hears_edges_with_their_stamps(factory):
    """Each edge is told with its level and the driver's instant in ns, until the line is closed."""
    heard = []
    line = InputLine(factory, "GPIO17", pull="up", on_edge=lambda level, at_ns: heard.append((level, at_ns)))
    pin = factory.pin("GPIO17")
    pin.drive_low()
    assert [(False, round(pin._last_change * 1e9))] == heard
    assert line.level is False
    line.close()
    pin.drive_high()
    assert not heard[1:]


def test_output_is_off_before_and_after(factory):
    """A line starts at the level that means off, shows what is written, and is left at off."""
    line = OutputLine(factory, "GPIO23", initial=True)
    pin = factory.pin("GPIO23")
    states = [pin.state]
    line.write(False)
    states.append(pin.state)
    pin._change_state(True)
    line.write(False)
    states.append(pin.state)
    pin.clear_states()
    line.close()
    expected = [True, False, False]
    assert expected == states
    expected = [False, True]
    assert expected == [state.state for state in pin.states]


def test_unknown_pin_names_the_remedy(factory):
    """A pin that is not on the board is named, with how to write one."""
    with pytest.raises(PinError, match=r"'GPIO99'.*like 'GPIO17'"):
        OutputLine(factory, "GPIO99", initial=False)


def test_power_pin_is_no_pin(factory):
    """A header pin that carries power can be neither read nor driven, and stays free of reservations."""
    with pytest.raises(PinError, match="'BOARD1'"):
        OutputLine(factory, "BOARD1", initial=False)
    assert not any(factory._reservations.values())


def test_pin_is_given_once(factory):
    """A pin in use is refused under each of its names, and free again after close."""
    line = OutputLine(factory, "GPIO17", initial=False)
    with pytest.raises(PinError, match=r"'BOARD11'.*already used"):
        InputLine(factory, "BOARD11", pull="up", on_edge=print)
    line.close()
    InputLine(factory, "BOARD11", pull="up", on_edge=print).close()


def test_fixed_pull_names_the_remedy(factory):
    """GPIO2 cannot be pulled down; the pin is free again after the refusal."""
    with pytest.raises(PinError, match=r"'GPIO2'.*another pin"):
        InputLine(factory, "GPIO2", pull="down", on_edge=print)
    assert not any(factory._reservations.values())
    OutputLine(factory, "GPIO2", initial=False).close()


def test_pin_error_is_an_oserror():
    """Whoever opens devices catches one kind of error."""
    assert issubclass(pins.PinError, OSError)
