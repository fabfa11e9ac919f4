"""The supply: under-voltage and throttling, as the Pi's firmware or the kernel tells it."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, seen_by_root, unknown, warning

# Bits of vcgencmd get_throttled, documented by Raspberry Pi; the upper half says the same of the time since the start.
NOW = {0x1: "the voltage is too low", 0x2: "it runs slower for its heat", 0x4: "it is throttled", 0x8: "it is too hot"}
SINCE = 16
SUPPLY = "a supply of 5.1 V for the model, a short cable of enough copper; nothing else fed from the Pi's 5 V"
HEAT = "more air, a heat sink, or the cabinet's fan"


def examine(case: Case) -> Iterator[Finding]:
    """By the firmware, else by the kernel's own sensor; unknown where neither is there."""
    told = case.run(["vcgencmd", "get_throttled"])
    if told is not None and told.startswith("throttled=0x"):
        yield from _of_firmware(int(told.strip().partition("=")[2], 16))
        return
    alarm = _alarm(case)
    if alarm is None:
        text = "neither the firmware (vcgencmd) nor the kernel (rpi_volt) tells how the supply is"
        yield unknown("power", text, seen_by_root("is this a Raspberry Pi?"))
    elif alarm:
        yield failed("power", "the kernel reports under-voltage since it last looked", SUPPLY)
    else:
        yield ok("power", "the kernel's sensor rpi_volt reports no under-voltage")


def _of_firmware(bits: int) -> Iterator[Finding]:
    if not bits:
        yield ok("power", "no under-voltage and no throttling since the start, says the firmware")
    for bit, text in NOW.items():
        remedy = SUPPLY if bit == 1 else HEAT
        if bits & bit:
            yield failed("power", text, remedy)
        elif bits & (bit << SINCE):
            yield warning("power", f"since the start it happened that {text}", remedy)


def _alarm(case: Case) -> bool | None:
    """The kernel's alarm; None where it has no such sensor."""
    for folder in sorted(case.there("/sys/class/hwmon").glob("hwmon*")):
        if case.read(f"/sys/class/hwmon/{folder.name}/name") == "rpi_volt":
            alarm = case.read(f"/sys/class/hwmon/{folder.name}/in0_lcrit_alarm")
            return None if alarm is None else alarm != "0"
    return None
