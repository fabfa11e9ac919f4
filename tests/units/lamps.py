"""Scenarios of the wires: what closes, what is measured, and what is lit for it."""

from __future__ import annotations

from tests.units.guest import CONFIG, STATION, TIERS, Guest
from tests.vm.wires import CORD, CYCLE, RESET, YELLOW

LIBRARIES = "import gpiozero, gpiod, msgspec, numpy, serial, sqlite3, structlog"
PYTHON = "/opt/edge-agent/current/bin/python -OO"
WORK = f"runuser -u edge-agent -- {PYTHON}"
STARTS = 6  # times what importing its libraries takes: reading and checking the file, the pins, the lamp


def lamp_before_the_network(guest: Guest) -> str:
    """Booted with no network, no broker and no gauge: each tier lights once, alone, from the top, and it is watched."""
    assert (nets := guest.run("ls /sys/class/net").split()) == ["lo"], nets
    tiers = guest.tested()
    began_ns, ready_ns = (
        int(guest.of(STATION, name)) * 1000
        for name in ("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
    )
    first_ns = next(at_ns for at_ns, lit in guest.shown() if lit)
    assert began_ns < first_ns < ready_ns + 1_000_000_000, (began_ns, first_ns, ready_ns)
    assert guest.run("ss -Htn state established; ss -Htln") == "", "nobody listens on a network"
    boot = f"lit {(first_ns - began_ns) / 1e9:.1f} s after the process began, with the uplink starting beside it"
    since = guest.now()
    again = alone(guest)
    assert tiers | guest.tested(since) == set(TIERS), tiers
    return f"{boot}; {again}"


def alone(guest: Guest) -> str:
    """How long a start takes until the first tier is lit, beside what importing the libraries takes here."""
    since, before = guest.now(), guest.pid(STATION)
    guest.run(f"systemctl restart {STATION}")
    guest.restarted(STATION, before)
    began_ns = int(guest.of(STATION, "ExecMainStartTimestampMonotonic")) * 1000
    guest.tested(since)
    lit_s = (next(at_ns for at_ns, lit in guest.shown(since) if lit and at_ns > began_ns) - began_ns) / 1e9
    timed = f"import time; began = time.monotonic(); {LIBRARIES}; print(time.monotonic() - began)"
    imports_s = max(float(guest.run(f"{PYTHON} -c '{timed}'")) for _ in range(3))
    assert lit_s < STARTS * imports_s, (lit_s, imports_s)
    return f"alone {lit_s:.1f} s, of which importing its libraries takes {imports_s:.1f} s in this guest"


def blind_without_its_gauge(guest: Guest) -> str:
    """The adapter is not there: white blinks and says so. Plugged in, it is heard, and a part makes green."""
    since = guest.now()
    guest.sees(("white",), (), ("white",), since=since)
    assert "no such port /dev/serial/by-id" in guest.run(f"edge-agent status {CONFIG}", well=False)
    guest.works()
    return "white blinking, then green"


def edges_and_bytes(guest: Guest) -> str:
    """A contact and a gauge become lamps and events at a broker: a part, a reading outside its limits, a restore."""
    guest.plant()
    guest.works()
    since, parts = guest.now(), guest.cycles()
    guest.press(CYCLE)
    guest.until(lambda: guest.cycles() == parts + 1)
    guest.measures("25.100")
    guest.sees(("yellow", "buzzer"), since=since)
    said = guest.hears("call.raised", kind="out_of_spec")
    assert said["data"]["measured"]["value"] == 25.1, said
    guest.measures("25.001")
    guest.press(RESET)
    guest.hears("call.cleared", call=said["data"]["call"])
    guest.sees(("green",), since=since)
    return f"{said['data']['text']}"


def cord_fixed_position_reset(guest: Guest) -> str:
    """Pulled: yellow blinks. Nobody comes until the fixed position, 20 s later: red. Pushed back and reset: green."""
    guest.plant()
    guest.works()
    since = guest.now()
    guest.drive(CORD, high=True)
    pulled_ns = guest.sees(("yellow", "buzzer"), since=since)
    stopped_ns = guest.sees(("red", "buzzer"), since=since)
    assert 19.5e9 < stopped_ns - pulled_ns, (pulled_ns, stopped_ns)
    call = guest.hears("call.raised", kind="help")["data"]["call"]
    guest.hears("call.line_stop", call=call)
    guest.drive(CORD, high=False)
    guest.press(RESET)
    guest.hears("call.cleared", call=call)
    guest.works()
    return f"red {(stopped_ns - pulled_ns) / 1e9:.2f} s after yellow"


def a_burst_of_bounce(guest: Guest) -> str:
    """10,000 edges a second for half a second, at rest in the end: the lamp lives, and the next part counts once."""
    guest.plant()
    guest.works()
    pid, before = guest.pid(STATION), guest.cycles()
    driven = int(guest.run(f"python3 - <<'END'\n{BURST}\nEND"))
    guest.until(lambda: guest.sensor("press") == "alive")
    counted = guest.cycles() - before
    guest.works()
    after = guest.cycles()
    guest.press(CYCLE)
    guest.until(lambda: guest.cycles() > after)
    assert (pid, after + 1) == (guest.pid(STATION), guest.cycles())
    told = [event for event in guest.heard()[guest.passed :] if event["type"] == "andon.sensor.lost.v1"]
    assert len([event for event in told if event["data"]["sensor"] == "press"]) <= 1, told
    return f"{driven} edges driven, {counted} parts counted of them; the part after it counts once"


BURST = f"""
import os, time
line = os.open("/run/wires/GPIO{CYCLE}/pull", os.O_WRONLY)
ends = time.monotonic() + 0.5
driven, due = 0, time.monotonic()
while time.monotonic() < ends:
    os.pwrite(line, (b"pull-down", b"pull-up")[driven % 2], 0)
    driven += 1
    due += 0.0001
    while time.monotonic() < due:
        pass
os.pwrite(line, b"pull-up", 0)
print(driven)
"""


def a_line_that_is_held(guest: Guest) -> str:
    """Another program has a lamp's line: the log names it, all is dark; once it lets go the station starts."""
    guest.run(f"systemctl stop {STATION}")
    assert guest.shown()[-1][1] == ()
    guest.run(f"systemd-run --quiet --unit=other {PYTHON} -c '{HOLD}'")
    guest.until(lambda: "other program" in guest.run(f"{PYTHON} -c '{WHO}'", well=False))
    guest.run(f"systemctl start {STATION}", well=False)
    guest.until(lambda: "held by 'other program'" in guest.log(STATION))
    assert guest.shown()[-1][1] == ()
    guest.run("systemctl stop other")
    took_s = guest.until(guest.active)
    assert "edge-agent st07" in guest.run(f"{PYTHON} -c '{WHO}'")
    return f"named, and {took_s:.1f} s after it let go the station was there"


HOLD = f"""
import gpiod, signal
from gpiod.line import Direction
wanted = {{{YELLOW}: gpiod.LineSettings(direction=Direction.OUTPUT)}}
held = gpiod.request_lines("/dev/gpiochip0", consumer="other program", config=wanted)
signal.pause()
"""
WHO = f'import gpiod; print(gpiod.Chip("/dev/gpiochip0").get_line_info({YELLOW}).consumer)'


def the_adapter_comes_back_as_another(guest: Guest) -> str:
    """Pulled out: blind, and said. Its number is another's when it is back: it is found by its name, and measures."""
    guest.plant()
    guest.works()
    before, since = guest.run(PORT), guest.now()
    guest.adapter("unplug", "gauge")
    guest.sees(("white",), (), ("white",), since=since)
    guest.hears("sensor.lost", sensor="gauge")
    guest.adapter("plug", "other")
    guest.plug()
    after = guest.run(PORT)
    assert before != after, after
    guest.hears("sensor.back", sensor="gauge")
    guest.works()
    guest.adapter("unplug", "other")
    return f"{before}, then {after}"


PORT = "readlink -f /dev/serial/by-id/usb-ACME_bore_gauge_4711-if00"
