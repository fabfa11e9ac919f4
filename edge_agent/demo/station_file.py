"""The demo's station.toml: the press, its standard and its wires, with times short enough to watch."""

from __future__ import annotations

import json
from pathlib import Path

from edge_agent.demo.broker import HOST

# All in seconds at speed 1. The press script in `press.py` is written around them.
STANDARD_S = 2.0
TAKT_S = 2.4
OVERRUN_FACTOR = 1.5  # the lamp calls after 3.0 s
ESCALATE_TAKT = 1.5  # somebody is there 3.6 s after a raise, or the next level is called
LIMIT_MM = (24.98, 25.02)

INPUTS = {"cycle": "GPIO17", "cord": "GPIO27", "material": "GPIO5", "arrive": "GPIO6", "reset": "GPIO22"}
OUTPUTS = {"red": "GPIO23", "yellow": "GPIO24", "green": "GPIO25", "blue": "GPIO13", "white": "GPIO12"}
BUZZER = "GPIO16"

# What the contacts do, as the bench takes it. Calls are normally closed and open to high; the others close to low.
CONTACTS = {
    "begin": "GPIO17 0\n",
    "end": "GPIO17 1\n",
    "pull": "GPIO27 1\n",
    "call_material": "GPIO5 1\n",
    "arrive": "GPIO6 0\n",
    "reset": "GPIO22 0\n",
    "let_go": "GPIO27 0\nGPIO5 0\nGPIO6 1\nGPIO22 1\n",
}
AT_REST = CONTACTS["end"] + CONTACTS["let_go"]


TEXT = """# A press that exists in the demo only. Look it over: edge-agent check station.toml

[station]
enterprise = "acme"
site = "demo"
area = "pressing"
line = "line1"
name = "press1"

[standard]
standard_cycle_s = {standard_s:g}
takt_s = {takt_s:g}

[[sensor]]
name = "cycle"
kind = "gpio_cycle"            # closed while the press works
pin = "{cycle}"

[[sensor]]
name = "cord"
kind = "gpio_button"
pin = "{cord}"
normally_closed = true
debounce_ms = 10
call = "help"

[[sensor]]
name = "material"
kind = "gpio_button"
pin = "{material}"
normally_closed = true
debounce_ms = 10
call = "material"

[[sensor]]
name = "arrive"
kind = "gpio_button"
pin = "{arrive}"
debounce_ms = 10
action = "arrive"

[[sensor]]
name = "reset"
kind = "gpio_button"
pin = "{reset}"
debounce_ms = 10
action = "restore"

[[sensor]]
name = "gauge"
kind = "serial_line"
port = {port}
profile = "mitutoyo"
characteristic = "bore_mm"

[[characteristic]]
name = "bore_mm"
nominal = 25.0
lower = {lower:g}
upper = {upper:g}

[[detect]]
kind = "cycle_overrun"
factor = {factor:g}

[[detect]]
kind = "out_of_spec"
of = "bore_mm"

[response]
acknowledge = "{escalate_takt:g}takt"
attend = "{escalate_takt:g}takt"

[[response.escalate]]
after = "{escalate_takt:g}takt"
to = "group_leader"

[stack]
red = "{red}"
yellow = "{yellow}"
green = "{green}"
blue = "{blue}"
white = "{white}"
buzzer = "{buzzer}"

[mqtt]
host = "{host}"
port = {broker_port}

[journal]
path = {journal}
"""


def write(folder: Path, broker_port: int, speed: float) -> Path:
    """Write station.toml into `folder`, every time in it divided by `speed`; returns its path."""
    path = folder / "station.toml"
    text = TEXT.format(
        standard_s=STANDARD_S / speed,
        takt_s=TAKT_S / speed,
        factor=OVERRUN_FACTOR,
        escalate_takt=ESCALATE_TAKT,
        lower=LIMIT_MM[0],
        upper=LIMIT_MM[1],
        port=json.dumps(str(gauge_link(folder))),  # a JSON text is a TOML text
        journal=json.dumps(str(folder / "press1.db")),
        host=HOST,
        broker_port=broker_port,
        buzzer=BUZZER,
        **INPUTS,
        **OUTPUTS,
    )
    path.write_text(text)
    return path


def gauge_link(folder: Path) -> Path:
    """Where the gauge is plugged in."""
    return folder / "gauge"
