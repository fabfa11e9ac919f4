"""A station that names its board: terminals for pins, what the board fills in, and what contradicts it."""

from pathlib import Path

import pytest

from edge_agent import boards, config

EXAMPLE = Path(__file__).parents[2] / "examples" / "station.toml"
STATION = """\
[station]
name = "st07"
board = "uln2803"
[standard]
standard_cycle_s = 55.0
[[sensor]]
name = "cycle"
kind = "gpio_pulse"
pin = "IN1"
[[sensor]]
name = "cord"
kind = "gpio_button"
pin = "IN2"
normally_closed = true
call = "help"
[[detect]]
kind = "cycle_overrun"
[stack]
red = "OUT1"
yellow = "out2"
green = "GPIO25"
white = "OUT5"
buzzer = "OUT6"
"""
RELAYS = STATION.replace("uln2803", "relay-hat").replace("out2", "CH2").replace("GPIO25", "CH3").replace("OUT", "CH")
HAT = (
    STATION.replace("uln2803", "automation-hat").replace("OUT1", "RELAY1").replace("out2", "RELAY2")
    .replace("GPIO25", "RELAY3").replace('white = "OUT5"\nbuzzer = "OUT6"', 'white = "OUT2"')
)  # fmt: skip


def checked(tmp_path, text):
    """The configuration and what there is to say about it, as lines."""
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    found, complaints = config.check(path)
    return found, [f"{each.line}: {each.severity}: {each.text}" for each in complaints]


def test_without_a_board_all_is_as_it_was():
    """The example names none: its pins are lines, and its wires have no terminal."""
    found = config.load(EXAMPLE)
    assert found.board is None
    assert [str(each.wire) for each in found.wires() if each.name == "cord"] == ["GPIO27, header pin 13"]


@pytest.mark.parametrize("text", [STATION, RELAYS, HAT], ids=["uln2803", "relay-hat", "automation-hat"])
def test_a_station_wired_as_its_board_has_it_is_sound(tmp_path, text):
    """Terminals alone are enough: nothing is said of levels, and there is nothing to complain about."""
    found, said = checked(tmp_path, text)
    assert said == []
    assert found.board is boards.board(found.station.board)


def test_terminals_become_lines(tmp_path):
    """The agent opens pins; in any case, by terminal or by line."""
    found, _ = checked(tmp_path, STATION)
    assert [sensor.pin for sensor in found.sensors] == ["GPIO17", "GPIO27"]
    assert (found.stack.red, found.stack.yellow, found.stack.green) == ("GPIO23", "GPIO24", "GPIO25")
    assert found.document["stack"]["yellow"] == "out2"


def test_an_input_among_the_lamps_says_nothing_of_their_level(tmp_path):
    """It is told as an input; that low lights, which nobody has written, is not."""
    _, said = checked(tmp_path, STATION.replace('red = "OUT1"', 'red = "IN3"'))
    assert ["19: error: red: IN3 (GPIO22, header pin 15) is an input of the board uln2803"] == [
        each.partition(";")[0] for each in said
    ]


@pytest.mark.parametrize(
    ("text", "lamp", "contact"),
    [(STATION, "high", ("up", "low")), (RELAYS, "low", ("up", "low")), (HAT, "high", ("none", "high"))],
    ids=["uln2803", "relay-hat", "automation-hat"],
)
def test_the_board_says_what_the_file_does_not(tmp_path, text, lamp, contact):
    """What lights a lamp, what a closed contact reads and whether the Pi pulls come from the board."""
    found, _ = checked(tmp_path, text)
    assert found.stack.active == lamp
    assert {(sensor.pull, sensor.active) for sensor in found.sensors} == {contact}
    cord = next(each for each in found.wires() if each.name == "cord")
    assert cord.idle == contact[1]  # at rest a normally closed contact is closed


GENERIC = STATION
for terminal, line in {"uln2803": "generic", "IN1": "GPIO17", "IN2": "GPIO27", "out2": "GPIO24", "OUT5": "GPIO12",
                       "OUT6": "GPIO16", "OUT1": "GPIO23"}.items():  # fmt: skip
    GENERIC = GENERIC.replace(terminal, line)

# The station, what is written instead of what, what must be said of it, and the remedy.
SLIPS = [
    (STATION, "uln2803", "uln2308",
     "3: error: board: no board is called 'uln2308'",
     "did you mean 'uln2803'?"),
    (STATION, '"uln2803"', "5",
     "3: error: board: 5 is not text",
     'write it in quotes, like "5"'),
    (STATION, "IN1", "IN11",
     "9: error: pin: 'IN11' is no terminal of the board uln2803, and no pin of the header that can be used",
     "did you mean 'IN1'?"),
    (STATION, "IN1", "OUT7",
     "9: error: pin: OUT7 (GPIO20, header pin 38) is an output of the board uln2803",
     "take IN1 or IN3 or IN4 or IN5"),
    (STATION, "OUT1", "IN6",
     "19: error: red: IN6 (GPIO6, header pin 31) is an input of the board uln2803",
     "take OUT1 or OUT4 or OUT7 or OUT8"),
    (STATION, "OUT1", "GPIO17",
     "19: error: red: GPIO17 is used already, by 'pin' at line 9",
     "give each its own pin"),
    (STATION, "OUT1", "OUT6",
     "23: error: buzzer: GPIO16 is used already, by 'red' at line 19",
     "give each its own pin"),
    (STATION, "OUT1", "GPIO19",
     "19: warning: red: GPIO19 leads to no terminal of the board uln2803",
     "take OUT1 or OUT4 or OUT7 or OUT8"),
    (STATION, "OUT1", "GPIO4",
     "19: error: red: GPIO4 is pulled up at power-on, so this would be lit with nobody watching",
     "take OUT1 or OUT4 or OUT7 or OUT8"),
    (STATION, "IN1", "GPIO1",
     "9: error: pin: GPIO1 reads the EEPROM of HATs at power-on",
     "take IN1 or IN3 or IN4 or IN5"),
    (STATION, "IN1", "GPIO15",
     "9: warning: pin: GPIO15 is the serial console's",
     "switch the console off (raspi-config), or take another pin"),
    (HAT, "IN1", "GPIO3",
     "9: error: pin: GPIO3 belongs to i2c, which the board automation-hat needs",
     "take IN1 or IN3"),
    (HAT, "RELAY1", "OUT1",
     "19: error: red: GPIO5 is pulled up at power-on, so this would be lit with nobody watching",
     "take RELAY1"),
    (RELAYS, "[stack]", '[stack]\nactive = "high"',
     '19: error: active = "high", but CH1 (GPIO5, header pin 29) is lit by low on the board relay-hat',
     'write active = "low", or leave it out'),
    (HAT, 'pin = "IN2"', 'pin = "IN2"\nactive = "low"',
     '14: error: active = "low", but IN2 (GPIO20, header pin 38) reads high for a closed contact',
     'write active = "high" and pull = "none", or leave both out'),
    (STATION, 'pin = "IN2"', 'pin = "IN2"\npull = "down"',
     '14: error: pull = "down" pulls IN2 (GPIO27, header pin 13) to what a closed contact reads',
     'write active = "low" and pull = "up", or leave both out'),
    (RELAYS, "[stack]", '[stack]\nalive = "CH7"',
     "19: warning: alive: CH7 (GPIO21, header pin 40) is a relay, and pulses would wear it out, 69,000 a day",
     "take an output that is a transistor"),
    (GENERIC, "GPIO23", "GPIO5",
     "19: error: red: GPIO5 is pulled up at power-on, so this would be lit with nobody watching",
     "take GPIO22 or GPIO23 or GPIO13 or GPIO20"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "right", "wrong", "said", "remedy"), SLIPS, ids=[f"{each[1]} {each[2]}" for each in SLIPS]
)
def test_what_contradicts_the_board_is_told_with_its_line(tmp_path, text, right, wrong, said, remedy):
    """One slip, and its complaint names the line of the file, the terminal, and what to write instead."""
    assert right in text
    found, complaints = checked(tmp_path, text.replace(right, wrong, 1))
    assert f"{said}; {remedy}" in complaints
    assert (found is None) == any(": error: " in each for each in complaints)


def test_an_unknown_board_is_one_complaint(tmp_path):
    """What its terminals are is not known then, and they are not told as slips of their own."""
    _, complaints = checked(tmp_path, STATION.replace("uln2803", "uln2308"))
    assert len(complaints) == 1


@pytest.mark.parametrize("value", ["[1]", "{ a = 1 }", "true", "5", '""'])
@pytest.mark.parametrize("key", ["pull", "active", "pin", "kind"])
def test_nonsense_beside_a_board_is_a_complaint(tmp_path, key, value):
    """Whatever stands at a key the board looks at, it is told and nothing breaks."""
    text = STATION.replace("normally_closed = true", f"normally_closed = true\n{key} = {value}")
    text = text.replace('pin = "IN2"\n', "") if key == "pin" else text
    text = text.replace('kind = "gpio_button"\n', "") if key == "kind" else text
    found, complaints = checked(tmp_path, text)
    assert found is None
    assert complaints
