"""What a station's wires need of the boot configuration: outputs off early, buses and console away from the pins."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.boards import header
from edge_agent.config import Config

PARAMETER = {"i2c": "i2c_arm", "spi": "spi", "i2s": "i2s"}  # as config.txt calls the buses
OFF = {"high": "dl", "low": "dh"}  # the drive that means off, by the level that lights


def fragment(config: Config) -> str:
    """Lines for `/boot/firmware/config.txt`, with the reason of each, none beyond the 98 letters that are read."""
    name, board = config.station.name, config.board.name if config.board is not None else "no board named"
    lines = [
        f"# Station {name}, {board}.",
        "# Append these lines to config.txt on the boot partition; `edge-agent wires --boot` made them.",
        "[all]",
        *outputs(config),
        *buses(config),
        *one_wire(config),
        *console(config),
        "# A line whose holder has died becomes an input, so that its lamp goes dark.",
        "dtparam=strict_gpiod",
    ]
    return "\n".join(lines) + "\n"


def outputs(config: Config) -> Iterator[str]:
    """Every output off, seconds before a program runs; resistors do it until then."""
    wires = [each for each in config.wires() if each.direction == "output"]
    if wires:
        numbers = ",".join(str(line) for line in sorted(each.wire.line for each in wires))
        yield "# Outputs off, some seconds after power-on:"
        yield f"# {', '.join(each.name for each in wires)}."
        yield f"gpio={numbers}=op,{OFF[wires[0].given]}"


def buses(config: Config) -> Iterator[str]:
    """A bus the board needs is on; one whose pins are wires of the station is off."""
    used = {each.wire.line for each in config.wires()}
    needed = config.board.buses if config.board is not None else ()
    for bus, lines in header.BUSES.items():
        taken = sorted(used.intersection(lines))
        if bus in needed:
            yield f"# The board needs {bus}."
            yield f"dtparam={PARAMETER[bus]}=on"
        elif taken:
            yield f"# {bus} would take {', '.join(f'GPIO{line}' for line in taken)}."
            yield f"dtparam={PARAMETER[bus]}=off"


def one_wire(config: Config) -> Iterator[str]:
    """A bus that no parameter switches off: its line is not to be there."""
    if header.ONE_WIRE in {each.wire.line for each in config.wires()}:
        yield f"# GPIO{header.ONE_WIRE} is a wire: there must be no line dtoverlay=w1-gpio."


def console(config: Config) -> Iterator[str]:
    """The serial console writes on its pins while it boots, and to whatever is read there."""
    away = "# Take `console=serial0,115200` out of cmdline.txt too."
    reader = next((each.name for each in config.sensors if getattr(each, "port", None) in header.UART), None)
    if reader is not None:
        yield f"# GPIO14 and GPIO15 are the UART that {reader} reads."
        yield away
        yield "enable_uart=1"
    elif {each.wire.line for each in config.wires()}.intersection(header.CONSOLE):
        yield "# GPIO14 and GPIO15 are wires: no UART there."
        yield away
        yield "enable_uart=0"
