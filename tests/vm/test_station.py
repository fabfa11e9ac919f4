"""The real station process between the kernel's lines: contacts in, lamps out."""

import signal

from tests.vm.conftest import WAIT_S
from tests.vm.station import station
from tests.vm.test_lines import holder
from tests.vm.wires import BUZZER, CORD, CYCLE, GREEN, LAMPS, RED, RESET, WHITE, YELLOW

QUICK = {"fixed_position": "4s"}


def test_the_lamp_test_is_seen_on_the_lines(chip, tmp_path):
    """Each output alone, from the top, before anything is known; the lines are held in the station's name."""
    with station(chip, tmp_path) as at_work:
        lit = [one for one in at_work.tested() if len(one) == 1]  # the lines are written one after the other
        in_order = [(number,) for number in (RED, YELLOW, GREEN, WHITE, BUZZER)]
        assert [step for step in in_order if step in lit] == list(dict.fromkeys(lit))  # a busy machine may miss one
        assert {"edge-agent st07"} == {holder(chip, number) for number in LAMPS}


def test_cord_fixed_position_reset(chip, tmp_path):
    """A part makes green; a pull blinks yellow; nobody comes: red; pushed back and reset, the next part makes green."""
    with station(chip, tmp_path, **QUICK) as at_work:
        at_work.works()
        chip.drive(CORD, high=True)
        pulled_ns = at_work.seen(YELLOW, BUZZER)
        stopped_ns = at_work.seen(RED, BUZZER)
        assert stopped_ns - pulled_ns > 3_000_000_000  # less what a busy machine was late in seeing the pull
        chip.drive(CORD, high=False)
        at_work.press(RESET)
        at_work.press(CYCLE)
        at_work.seen(GREEN)


def test_dark_means_dead(chip, tmp_path):
    """A station that is killed holds no line, and its lamps are dark; it begins anew on the same lines."""
    for _ in range(2):
        with station(chip, tmp_path) as at_work:
            at_work.works()
            at_work.kill()
            assert () == at_work.lit()
            assert {None} == {holder(chip, number) for number in (*LAMPS, CYCLE, CORD, RESET)}


def test_an_end_in_good_order_is_dark_too(chip, tmp_path):
    """Asked to end, the station switches off before it lets go."""
    with station(chip, tmp_path) as at_work:
        at_work.seen(RED)
        at_work.process.send_signal(signal.SIGTERM)
        assert at_work.process.wait(WAIT_S) == 0
        assert () == at_work.lit()


def test_a_second_station_is_told_who_holds_the_lines(chip, tmp_path):
    """Two on the same pins: the second ends with the first one's name in its log, and the first goes on."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with station(chip, tmp_path / "one") as first:
        first.works()
        with station(chip, tmp_path / "two") as second:
            assert second.process.wait(WAIT_S) == 69
            assert "held by 'edge-agent st07'" in second.log.read_text(encoding="utf-8")
        assert (GREEN,) == first.lit()
