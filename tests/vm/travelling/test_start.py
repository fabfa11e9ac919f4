"""Where computing takes no time and only waiting does: how long a station's first lamp waits for something."""

from edge_agent import clock
from tests.vm.station import station

MS = 1_000_000


def test_the_first_lamp_waits_for_nothing(chip, tmp_path):
    """From the start of the process to the lamp test, with a journal to open as without: not a tenth of a second."""
    for _ in range(2):
        with station(chip, tmp_path) as at_work:
            at_work.lit_until(bool)
            assert clock.now_ns() - at_work.began_ns < 100 * MS
