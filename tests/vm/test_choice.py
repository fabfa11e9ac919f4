"""Which chip and which driver carry the pins, among several."""

import sys
from contextlib import closing, contextmanager

import pytest
from gpiozero.exc import PinUnknownPi

from edge_agent.gpio import choice
from edge_agent.gpio.chip import NoChipError, header_chip
from edge_agent.gpio.factory import GPIODFactory
from edge_agent.pins import OutputLine
from tests.vm.chip import simulated

NAMES = {number + 5: f"GPIO{number}" for number in range(28)}  # five lines that are no pins come first


@contextmanager
def lamp(opened=None):
    """Pins whose GPIO23 is high."""
    with opened("test") if opened else GPIODFactory() as pins, closing(OutputLine(pins, "GPIO23", initial=True)):
        yield pins


@pytest.mark.parametrize("label", ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"])
def test_the_header_s_chip_is_found_by_its_label(label):
    """A Pi 3, 4 and 5: whichever number the chip has, and though another takes the same lines."""
    with simulated("gpio-brcmstb"), simulated(label) as header, simulated("raspberrypi-exp-gpio"), lamp() as pins:
        assert header.path == pins.chip.path
        assert header.level(23)


def test_one_chip_with_two_names_is_one(chip, tmp_path):
    """A Raspberry Pi 5 has /dev/gpiochip4 as a second name of its header's chip."""
    for name in ("gpiochip0", "gpiochip4"):
        (tmp_path / name).symlink_to(chip.path)
    with header_chip(tmp_path) as found:
        assert chip.path == found.path


def test_another_board_is_known_by_the_names_of_its_lines():
    """Without a known label, lines called as the pins are the pins, wherever on the chip they are."""
    with simulated("some-expander"), simulated("some-board", NAMES) as header, lamp():
        assert header.level(23 + 5)


def test_two_headers_are_refused():
    """Where two chips could be it, neither is taken, and both are named."""
    with simulated("pinctrl-rp1"), simulated("pinctrl-rp1"), pytest.raises(NoChipError, match=r"more than one.*, /dev"):
        header_chip()


def test_a_chip_without_pins_is_refused():
    """The lines of an expander are not taken for those of the header."""
    with simulated("some-expander") as chip, pytest.raises(NoChipError, match=f"{chip.path} .some-expander."):
        header_chip()


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="lgpio has no wheel for this Python")
def test_lgpio_is_the_fallback_on_the_same_chip(monkeypatch):
    """Without gpiod the pins are lgpio's, on the chip with the header's label."""
    monkeypatch.setitem(sys.modules, "gpiod", None)
    monkeypatch.delitem(sys.modules, "edge_agent.gpio.factory", raising=False)
    with simulated("gpio-brcmstb"), simulated("pinctrl-bcm2711") as header, lamp(choice.open_driver) as pins:
        assert type(pins).__name__ == "LGPIOFactory"
        assert header.level(23)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="this Python has a real lgpio")
def test_the_stub_of_lgpio_is_no_fallback(monkeypatch):
    """Without gpiod on Python 3.13 there is no driver, and the reason of each is told."""
    monkeypatch.setitem(sys.modules, "gpiod", None)
    monkeypatch.delitem(sys.modules, "edge_agent.gpio.factory", raising=False)
    with simulated(), pytest.raises(choice.NoDriverError, match=r"gpiod: .*; lgpio: .*empty stub.*use gpiod"):
        choice.open_driver("test")


def test_a_hidden_board_is_known_by_its_chip(monkeypatch):
    """A sandbox that hides /proc/cpuinfo hides which Pi it is; the header is the same on all of them."""

    def hidden():
        message = "unable to locate Pi revision"
        raise PinUnknownPi(message)

    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", hidden)
    with simulated("pinctrl-rp1"), GPIODFactory() as pins:
        assert pins.board_info.model == "5B"
