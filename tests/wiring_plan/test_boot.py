"""Lines for config.txt: outputs off by the level that lights them, buses and the console away from wires."""

import pytest

from edge_agent import config
from edge_agent.wiring_plan import boot

STATION = """\
[station]
name = "st07"
{board}
[standard]
standard_cycle_s = 55.0
[[sensor]]
name = "cycle"
kind = "gpio_pulse"
pin = "{pin}"
[[detect]]
kind = "cycle_overrun"
[stack]
{stack}
"""


def lines(tmp_path, *, pin="GPIO17", stack='red = "GPIO23"\ngreen = "GPIO25"', board=""):
    """What is set, without the reasons."""
    path = tmp_path / "station.toml"
    path.write_text(STATION.format(pin=pin, stack=stack, board=board), encoding="utf-8")
    text = boot.fragment(config.load(path))
    assert all(len(line) < 98 for line in text.splitlines())  # config.txt is read up to 98 characters a line
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_outputs_are_off_by_the_level_that_lights_them(tmp_path):
    """Low where high lights, high where low does."""
    assert lines(tmp_path)[1] == "gpio=23,25=op,dl"
    relays = lines(tmp_path, stack='red = "CH1"\ngreen = "CH3"', board='board = "relay-hat"')
    assert relays[1] == "gpio=5,13=op,dh"


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("GPIO3", "dtparam=i2c_arm=off"),
        ("GPIO9", "dtparam=spi=off"),
        ("GPIO18", "dtparam=i2s=off"),
        ("GPIO15", "enable_uart=0"),
    ],
)
def test_a_bus_whose_pins_are_wires_is_off(tmp_path, pin, said):
    """Each bus by one of its pins; without it nothing is said of the bus."""
    assert said in lines(tmp_path, pin=pin)
    assert said not in lines(tmp_path)


def test_a_bus_the_board_needs_is_on(tmp_path):
    """The analogue inputs and indicators of that HAT are on I2C."""
    said = lines(tmp_path, pin="IN1", stack='red = "RELAY1"\ngreen = "RELAY2"', board='board = "automation-hat"')
    assert "dtparam=i2c_arm=on" in said


def test_a_dead_agents_lines_become_inputs(tmp_path):
    """Always, as no configuration is without the need."""
    assert lines(tmp_path)[-1] == "dtparam=strict_gpiod"
    assert lines(tmp_path)[0] == "[all]"


def test_a_wire_on_the_line_of_one_wire_is_told(tmp_path):
    """Nothing can switch that bus off but the absence of its overlay."""
    lines(tmp_path, pin="GPIO4")
    assert "no line dtoverlay=w1-gpio" in boot.fragment(config.load(tmp_path / "station.toml"))


def test_a_gauge_on_the_header_has_the_uart_for_itself(tmp_path):
    """Its port is switched on, and the console is to be taken off it."""
    path = tmp_path / "station.toml"
    gauge = '[[sensor]]\nname = "gauge"\nkind = "serial_line"\nport = "/dev/serial0"\nprofile = "ohaus"\n'
    gauge += 'characteristic = "g"\n'
    text = STATION.format(pin="GPIO17", stack='red = "GPIO23"', board="").replace("[stack]", f"{gauge}[stack]")
    path.write_text(text + '[[characteristic]]\nname = "g"\n', encoding="utf-8")
    text = boot.fragment(config.load(path))
    assert "enable_uart=1" in text
    assert "console=serial0" in text
    path.write_text(path.read_text().replace("GPIO17", "GPIO15"))
    assert "9: pin: GPIO15 is the UART's, which gauge reads; take another pin" in "".join(
        str(each).removeprefix(f"{path}:") for each in config.check(path)[1]
    )
