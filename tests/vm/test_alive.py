"""The output `alive` of a real station process on the kernel's lines: pulses while it turns, else a level."""

import signal

from edge_agent import clock
from edge_agent.andon.legend import SLOW_PERIOD_NS
from tests.vm.conftest import WAIT_S, pause
from tests.vm.station import Station, wired

ALIVE = 21
HELD_NS = 3_000_000_000  # what a watchdog relay outside waits for


def changes_within(chip, span_ns):
    """How often the line changes in that time."""
    until_ns, levels = clock.now_ns() + span_ns, [chip.level(ALIVE)]
    while clock.now_ns() < until_ns:
        if (level := chip.level(ALIVE)) != levels[-1]:
            levels.append(level)
        pause(0.01)
    return len(levels) - 1


def test_a_relay_outside_is_kept_up_by_a_station_that_turns_and_by_no_other(chip, tmp_path):
    """Twice a period it changes; one that is held keeps a level, one that is killed lets the line fall."""
    path = wired(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("[stack]", f'[stack]\nalive = "GPIO{ALIVE}"'), "utf-8")
    station = Station(chip, path)
    try:
        station.works()
        periods = 4
        assert abs(changes_within(chip, periods * SLOW_PERIOD_NS) - 2 * periods) <= 1
        for on in (True, False):
            late_ns = clock.now_ns() + round(WAIT_S * clock.NS_PER_S)
            while chip.level(ALIVE) != on and clock.now_ns() < late_ns:
                pause(0.002)
            station.process.send_signal(signal.SIGSTOP)
            assert changes_within(chip, HELD_NS) == 0
            station.process.send_signal(signal.SIGCONT)
            assert changes_within(chip, 2 * SLOW_PERIOD_NS) >= 2  # it turns again
        station.process.send_signal(signal.SIGKILL)
        station.process.wait(WAIT_S)
        assert not chip.level(ALIVE)
        assert changes_within(chip, SLOW_PERIOD_NS) == 0
    finally:
        station.kill()
