"""Board profiles: each is whole, true to the header, and holds its lamps off until the agent runs."""

import pytest

from edge_agent import boards
from edge_agent.boards import header
from edge_agent.signals import stack

ALL = [boards.board(name) for name in boards.names()]
USES = {*stack.Settings.PINS, "cycle", "cord", "reset", ""}


def test_the_four_boards_are_there():
    """A bare Pi with a driver, a relay HAT, an automation HAT, and the header itself."""
    assert boards.names() == ("automation-hat", "generic", "relay-hat", "uln2803")


@pytest.mark.parametrize("number", range(28))
def test_each_line_is_where_gpiozero_knows_it(number):
    """The place of a line on the header is that of the real board."""
    (place,) = {pin.number for head, pin in header.board().find_pin(f"GPIO{number}") if head.name == "J8"}
    assert header.PLACES[number] == place


@pytest.mark.parametrize("board", ALL, ids=[each.name for each in ALL])
def test_a_profile_is_whole(board):
    """No terminal, line or use is there twice, each use is one the agent has, no line is the console's or a HAT's."""
    for values in ([wire.terminal for wire in board.wires], [wire.line for wire in board.wires]):
        assert len(values) == len(set(values))
    uses = [wire.use for wire in board.wires if wire.use]
    assert len(uses) == len(set(uses))
    assert set(uses) <= USES
    assert not {wire.line for wire in board.wires} & {*header.CONSOLE, *header.EEPROM}
    taken = {line for bus in board.buses for line in header.BUSES[bus]}
    assert not {wire.line for wire in board.wires} & taken


@pytest.mark.parametrize("board", ALL, ids=[each.name for each in ALL])
def test_what_a_profile_proposes_is_off_until_the_agent_runs(board):
    """An output that the documents give to a lamp is at power-on at the level that means off."""
    for wire in board.wires:
        if wire.use in stack.Settings.PINS and wire.active != "either":
            assert wire.at_power_on() != wire.active, f"{board.name} {wire}"


@pytest.mark.parametrize("board", ALL, ids=[each.name for each in ALL])
def test_an_output_that_is_held_off_has_the_resistor_that_holds_it(board):
    """`boot = "off"` is a promise that `pull` keeps: to ground where high lights, to 3.3 V where low does."""
    for wire in board.wires:
        if wire.boot == "off":
            assert (wire.direction, wire.pull) == ("output", "down" if wire.active == "high" else "up"), str(wire)


@pytest.mark.parametrize("board", ALL, ids=[each.name for each in ALL])
def test_all_outputs_of_a_board_are_lit_by_one_level(board):
    """The stack has one `active` for all its outputs, so a board has too."""
    assert len({wire.active for wire in board.wires if wire.direction == "output"}) <= 1


@pytest.mark.parametrize("board", ALL, ids=[each.name for each in ALL])
def test_an_input_that_nobody_drives_reads_open(board):
    """The Pi's own resistor never pulls an input to the level of a closed contact."""
    for wire in board.wires:
        if wire.direction == "input":
            assert wire.pull != {"low": "down", "high": "up"}[wire.active], str(wire)


def test_a_wire_is_found_by_every_name_it_has():
    """By terminal in any case, by line and by place on the header it is the same wire; others are none."""
    board = boards.board("uln2803")
    wires = [board.wire_of(name) for name in ("OUT1", "out1", "GPIO23", "23", "BOARD16", 23)]
    assert wires == [board.proposed("red")] * 6
    assert str(wires[0]) == "OUT1 (GPIO23, header pin 16)"
    assert board.wire_of("OUT9") is None
    assert board.wire_of("GND") is None


def test_a_line_without_a_board_is_a_wire_too():
    """Without a board, and where a board leads a line nowhere, a pin still has its line and its place."""
    assert str(boards.wire_of("GPIO4", boards.board("uln2803"))) == str(boards.wire_of(4)) == "GPIO4, header pin 7"
    assert boards.wire_of("IN1") is None


def test_an_unknown_board_says_which_there_are():
    """The error has the names to choose from."""
    with pytest.raises(boards.UnknownBoardError, match="no board is called 'uln'; there are: automation-hat, generic"):
        boards.board("uln")
