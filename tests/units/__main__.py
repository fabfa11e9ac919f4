"""`./dev vm units [bookworm|trixie] [--short] [SCENARIO ...]`: the units as install.sh leaves them, with pins.

`--short` leaves out what takes minutes, an upgrade and the way back: `./dev flash` has them too, on mock pins.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from tests.units import ends, lamps, troubles
from tests.units.guest import SUITES, Guest, installed, started
from tests.vm import image, kernel

SCENARIOS: tuple[Callable[[Guest], str], ...] = (
    lamps.lamp_before_the_network,
    lamps.blind_without_its_gauge,
    troubles.a_network_that_comes_late,
    lamps.edges_and_bytes,
    lamps.cord_fixed_position_reset,
    lamps.a_burst_of_bounce,
    lamps.a_line_that_is_held,
    lamps.the_adapter_comes_back_as_another,
    ends.a_kill,
    ends.a_hang,
    ends.each_without_the_other,
    ends.a_reload,
    troubles.a_full_disk,
    troubles.a_file_system_that_fails,
    troubles.a_disk_remounted_read_only,
    troubles.a_clock_that_is_set,
    troubles.a_wrong_configuration,
    troubles.walls,
    ends.forward_and_back,
    troubles.nothing_is_missing,
)
LONG = (ends.forward_and_back,)


def main(wanted: list[str]) -> int:
    """Run the scenarios named, else all, one after another on one machine; 1 where one is not as it should be."""
    suite = wanted.pop(0) if wanted and wanted[0] in SUITES else image.SUITES[0]
    short = "--short" in wanted
    wanted = [word for word in wanted if word != "--short"]
    if unknown := set(wanted) - {scenario.__name__ for scenario in SCENARIOS}:
        sys.stderr.write(f"units: no scenario {', '.join(unknown)}: {[each.__name__ for each in SCENARIOS]}\n")
        return 2
    failed = 0
    try:
        disk = installed(suite)
    except (image.NoImage, kernel.NoKernel) as error:
        sys.stderr.write(f"units: {error}\n")
        return 69
    with started(disk) as guest:
        for scenario in SCENARIOS:
            if scenario.__name__ in wanted or (not wanted and not (short and scenario in LONG)):
                failed += not told(scenario, guest)
    return 1 if failed else 0


def told(scenario: Callable[[Guest], str], guest: Guest) -> bool:
    """Run one and say what came of it; whether it is as it should be."""
    began_s, well = time.monotonic(), True
    try:
        guest.until(guest.active)
        guest.passed = len(guest.heard())
        said = scenario(guest)
    except Exception as error:  # noqa: BLE001 - the other scenarios are still of interest
        said, well = f"FAILED: {error!r}", False
    sys.stdout.write(f"{scenario.__name__} ({time.monotonic() - began_s:.0f} s): {said}\n")
    sys.stdout.flush()
    return well


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
