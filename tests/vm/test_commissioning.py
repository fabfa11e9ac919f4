"""`edge-agent test` and `doctor` on the kernel's own lines: lamps driven, bounce by its stamps, holders named."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys

import pytest

from edge_agent.doctor import pins as examination
from edge_agent.doctor.case import opened
from edge_agent.pins import OutputLine
from tests.bench_station import surroundings
from tests.vm.conftest import WAIT_S, pause
from tests.vm.station import station, wired
from tests.vm.wires import BUZZER, CYCLE, GREEN, RED, WHITE, YELLOW

BOUNCES_S = (0.002, 0.001, 0.002, 0.001)  # after the first edge: 6 ms of it, more on a busy machine
HELD_S = 0.3


@contextlib.contextmanager
def asked(path, *words):
    """`edge-agent test` by script, beside what the test does meanwhile."""
    command = [sys.executable, "-m", "edge_agent", "test", words[0], str(path), "--yes", "--json", *words[1:]]
    environment = {name: value for name, value in surroundings().items() if name != "GPIOZERO_PIN_FACTORY"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:
        yield process


def test_each_lamp_is_driven_on_its_line(chip, tmp_path):
    """One after the other, alone; dark afterwards, to the next part."""
    with station(chip, tmp_path) as at_work:
        at_work.works()
        with asked(at_work.path, "lamps") as test:
            for number in (RED, YELLOW, GREEN, WHITE, BUZZER):
                at_work.seen(number)
            out, _ = test.communicate(timeout=WAIT_S)
        assert ["unconfirmed"] * 5 == [each["verdict"] for each in json.loads(out)["results"]]
        status = at_work.status()
        assert ("service", ()) == (status.state.mode, status.state.calls)
        at_work.seen()
        at_work.press(CYCLE)
        at_work.seen(GREEN)


def test_bounce_is_measured_by_the_kernels_stamps(chip, tmp_path):
    """Parts whose contact bounces: all edges are heard, and the debounce proposed is twice the longest bounce."""
    with station(chip, tmp_path, standard_s=4.0) as at_work:
        at_work.works()
        with asked(at_work.path, "inputs", "--only", "press", "--pieces", "3", "--wait", "60s") as test:
            while "make 3 parts" not in test.stderr.readline():
                assert test.poll() is None
            for _ in range(3):
                bounce(chip)
            out, _ = test.communicate(timeout=WAIT_S)
        (result,) = json.loads(out)["results"]
        figures = result["figures"]
        assert (3, 18) == (figures["signals"], figures["edges"]), result
        assert figures["bounce_ms"] >= 6.0
        assert figures["debounce_ms"] >= 2 * figures["bounce_ms"]


def bounce(chip):
    """One part whose contact bounces twice as it closes."""
    for place, rest_s in enumerate((*BOUNCES_S, HELD_S)):
        chip.drive(CYCLE, high=place % 2 == 1)
        pause(rest_s)
    chip.drive(CYCLE, high=True)
    pause(HELD_S)


@pytest.mark.usefixtures("chip")
def test_the_doctor_names_who_holds_a_line(pins, tmp_path):
    """Free; then held by another program, by its name; then by the station itself."""
    path = wired(tmp_path)
    of = opened(str(path))

    def held():
        return {each.what: each for each in examination.examine(of)}

    assert {"ok"} == {each.verdict for each in held().values()}, held()
    assert "pinctrl-bcm2711" in held()["pins"].text
    other = type(pins)(consumer="a scope")
    line = OutputLine(other, "GPIO24", initial=False)
    found = held()["pin of yellow lamp"]
    assert ("failed", True) == (found.verdict, "is held by a scope" in found.text)
    line.close()
    other.close()


def test_the_doctor_asks_a_running_station(chip, tmp_path):
    """Its lines are its own."""
    with station(chip, tmp_path) as at_work:
        at_work.works()
        found = list(examination.examine(opened(str(at_work.path))))
        assert {"ok"} == {each.verdict for each in found}, found
        assert any("held by edge-agent st07" in each.text for each in found)
