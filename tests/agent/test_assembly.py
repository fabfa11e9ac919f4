"""The station process as it is put together: what fails at the start costs itself, and the lamp least of all."""

import contextlib
import os
import signal
import sqlite3
from functools import partial
from pathlib import Path

import msgspec
import pytest

from edge_agent import clock, config
from edge_agent.agent import assembly
from edge_agent.agent.agent import made_inbox
from edge_agent.events import Event, SensorBack
from edge_agent.journal import Entry, Journal, Label
from edge_agent.observations import Pull, Stopping
from edge_agent.signals import machine
from edge_agent.station.memory import Memory
from edge_agent.uplink import assembly as uplink_assembly
from tests.agent.whole import alone, assembled, turned, wired
from tests.bench_station import CORD, GREEN, LAMPS, written
from tests.journal.faulty_disk import Faults
from tests.story_station import made


class Holder:
    """Another user of a pin, who shares with nobody."""

    def _conflicts_with(self, _):
        return True


LABEL = Label(now_ns=0, wall_ns=clock.wall_ns(), time_quality="synced")


@pytest.fixture(autouse=True)
def _surroundings(tmp_path, monkeypatch):
    alone(tmp_path, monkeypatch)


def test_a_disk_that_cannot_be_opened_does_not_keep_the_lamp_dark(tmp_path):
    """The journal's folder is a file: the trouble is shown, green is earned all the same."""
    path = written(tmp_path)
    path.write_text(path.read_text().replace(str(tmp_path / "st07.db"), str(path / "st07.db")))
    pins = wired()
    with assembled(path, pins) as agent:
        turned(agent, lambda: {"journal", "memory"} == agent.degraded.keys())
        pins.pin("GPIO17").drive_low()
        turned(agent, lambda: pins.pin(GREEN).state and agent.status(clock.now_ns()).state.sign == "running")
        assert "open before the start are not known" in agent.degraded["memory"]


@pytest.mark.parametrize(
    "kept", [b'{"calls": 7}', b'{"in_force": {"\xa0": 1}}'], ids=["another shape", "a byte gone bad"]
)
def test_a_memory_that_cannot_be_read_is_said_and_left(tmp_path, kept):
    """The station starts without its open calls, and says that it did."""
    path = written(tmp_path)
    remember(path, kept, "boot")
    with assembled(path) as agent:
        turned(agent, lambda: "memory" in agent.degraded)
        assert "cannot be read" in agent.degraded["memory"]
        assert {} == agent.station.calls.open


def test_calls_of_a_disk_that_comes_late_are_known_again(tmp_path, monkeypatch):
    """The disk fails until the station runs: its open call goes on beside the new one, and no number is given twice."""
    monkeypatch.setattr("edge_agent.journal.writer.BACK_OFF_S", (0.01,))
    path = written(tmp_path)
    remember(path, one_call(), machine.boot())
    faults = Faults()
    faults.broken = True
    monkeypatch.setattr(assembly, "Journal", partial(Journal, connect=faults.connect()))
    pins = wired()
    with assembled(path, pins) as agent:
        turned(agent, lambda: {"journal", "memory"} == agent.degraded.keys())
        pins.pin(CORD).drive_high()
        turned(agent, lambda: bool(agent.station.calls.open))
        assert 1 not in agent.station.calls.open
        faults.broken = False
        turned(agent, lambda: not agent.degraded)
        assert 2 == len(agent.station.calls.open)
        assert 60 * clock.NS_PER_S == agent.station.calls.open[1].raised_ns
        new = max(agent.station.calls.open)
    journal = Journal(config.load(path).journal, machine.boot())
    journal.open()
    kept = journal.memory()
    journal.close()
    assert {1, new} == {call.call for call in msgspec.json.decode(kept.data, type=Memory).calls}


def remember(path, data, boot):
    """Leave a memory in the journal, as a station of that boot did."""
    journal = Journal(config.load(path).journal, boot)
    journal.open()
    journal.write([Entry(memory=data)], LABEL)
    journal.close()


def one_call():
    """The memory of a station with one call, raised at 60 s of its boot and kept at 100 s."""
    station = made()
    station.begin(0)
    station.step(Pull(60 * clock.NS_PER_S, "cord", "help"), 100 * clock.NS_PER_S)
    return msgspec.json.encode(station.memory())


def test_a_call_of_this_boot_goes_on_with_its_stamps(tmp_path):
    """A restart within one boot: the same clock, the same instant."""
    path = written(tmp_path)
    remember(path, one_call(), machine.boot())
    with assembled(path) as agent:
        assert [60 * clock.NS_PER_S] == [call.raised_ns for call in agent.station.calls.open.values()]


def test_a_call_of_another_boot_keeps_its_age(tmp_path):
    """After a power cut the monotonic clock begins anew; the call is as old as the wall clock says."""
    path = written(tmp_path)
    remember(path, one_call(), "another boot")
    with assembled(path) as agent:
        age_s = (clock.now_ns() - agent.station.calls.open[1].raised_ns) / clock.NS_PER_S
        since_kept_s = (clock.wall_ns() - LABEL.wall_ns) / clock.NS_PER_S
        assert 40.0 + since_kept_s == pytest.approx(age_s, abs=1.0)


def test_a_wall_clock_that_went_back_makes_no_call_younger(tmp_path, monkeypatch):
    """Without a battery clock a Pi may start in the past: the call is at least as old as when it was kept."""
    path = written(tmp_path)
    remember(path, one_call(), "another boot")
    monkeypatch.setattr(clock, "wall_ns", lambda: 0)
    with assembled(path) as agent:
        age_s = (clock.now_ns() - agent.station.calls.open[1].raised_ns) / clock.NS_PER_S
        assert 40.0 == pytest.approx(age_s, abs=5.0)


def test_a_second_station_on_the_journal_is_refused(tmp_path):
    """One writer: the second one ends with 69, and the first does not notice."""
    path = written(tmp_path)
    with assembled(path) as agent:
        assert os.EX_UNAVAILABLE == assembly.run_station(config.load(path), wired())
        assert {} == agent.degraded


def test_a_journal_of_a_newer_version_is_refused(tmp_path):
    """Nothing is left open or locked: the right version can start at once."""
    path = written(tmp_path)
    remember(path, b"null", "boot")
    with contextlib.closing(sqlite3.connect(tmp_path / "st07.db")) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute("PRAGMA user_version = 99")
    assert os.EX_UNAVAILABLE == assembly.run_station(config.load(path), wired())
    with contextlib.closing(sqlite3.connect(tmp_path / "st07.db")) as database:
        database.execute(f"PRAGMA user_version = {version}")
    with assembled(path):
        pass


@pytest.mark.parametrize("pin", ["GPIO17", "GPIO23"])
def test_a_pin_that_is_taken_ends_it_with_69(tmp_path, pin):
    """A contact or a lamp another program holds: nothing is left lit, and nothing reserved."""
    pins, holder = wired(), Holder()  # gpiozero keeps a reservation as long as its holder
    pins.reserve_pins(holder, pin)
    assert os.EX_UNAVAILABLE == assembly.run_station(config.load(written(tmp_path)), pins)
    assert not any(pins.pin(name).state for name in LAMPS)


def test_everything_is_let_go_of_in_the_end(tmp_path):
    """Pins, socket, journal and signals: a second station starts where the first one ended, its lamps dark before."""
    path, pins = written(tmp_path), wired()
    before = signal.getsignal(signal.SIGTERM)
    for _ in range(2):
        with assembled(path, pins) as agent:
            pins.pin("GPIO17").drive_low()
            turned(agent, lambda: pins.pin(GREEN).state)
            pins.pin("GPIO17").drive_high()
        assert not any(pins.pin(name).state for name in LAMPS)
        assert [] == list((tmp_path / "run").iterdir())
        assert before is signal.getsignal(signal.SIGTERM)


def test_the_stack_is_dark_before_a_slow_disk_is_waited_for(tmp_path, monkeypatch):
    """Nobody watches any more: the lamp says so before the journal has written its last."""
    pins, lit_at_the_end = wired(), []

    class Slow(assembly.Writer):
        """A writer that notes what is lit when it is closed."""

        def close(self, *how):
            lit_at_the_end.extend(name for name in LAMPS if pins.pin(name).state)
            return super().close(*how)

    monkeypatch.setattr(assembly, "Writer", Slow)
    with assembled(written(tmp_path), pins) as agent:
        pins.pin("GPIO17").drive_low()
        turned(agent, lambda: pins.pin(GREEN).state)
    assert [] == lit_at_the_end


def test_a_signal_while_it_starts_is_not_forgotten(tmp_path, monkeypatch):
    """SIGTERM before the first turn: it begins, says that it stops, and ends in good order."""
    monkeypatch.setattr(assembly, "remembered", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    with assembled(written(tmp_path)) as agent:
        assert isinstance(agent.inbox.take(1.0), Stopping)


def test_a_lost_contact_to_the_disk_leaves_the_inbox_sane(tmp_path):
    """What is remembered of a new journal is nothing, and nothing is said of it."""
    inbox = made_inbox()
    journal = Journal(config.load(written(tmp_path)).journal, "boot")
    assert assembly.remembered(journal, inbox) is None
    assert inbox.take(0.0) is None
    journal.write([Entry(events=(Event(1, SensorBack(sensor="gauge", lost_s=1.0)),))], LABEL)
    journal.close()


def test_the_cord_found_open_at_the_start_is_a_call(tmp_path):
    """A cord pulled, cut or unpowered while nobody watched: somebody is called."""
    pins = wired()
    pins.pin(CORD).drive_high()
    with assembled(written(tmp_path), pins) as agent:
        turned(agent, lambda: bool(agent.station.calls.open))
        assert ["help"] == [call.kind for call in agent.station.calls.open.values()]


def test_info_names_the_standard_and_its_origin():
    """What the broker is told of the station is what the file says."""
    told = uplink_assembly.info(config.load(Path(__file__).parents[2] / "examples" / "station.toml"))
    assert (55.0, "takt from [standard]") == (told["standard"].standard_cycle_s, told["standard_from"])
    assert ["cycle", "cord", "reset", "bore_gauge"] == [source.name for source in told["sensors"]]


def lit(pins):
    """Outputs of the stack that are high."""
    return [name for name in LAMPS if pins.pin(name).state]


def test_a_killed_station_is_made_dark(tmp_path):
    """Its outputs kept their level; another process switches all of them off, and touches nothing else."""
    pins = wired()
    for name in LAMPS:
        pins.pin(name).output_with_state(True)
    assert list(LAMPS) == lit(pins)
    assert os.EX_OK == assembly.darken(config.load(written(tmp_path)), pins)
    assert [] == lit(pins)
    assert not list(tmp_path.glob("st07.db*"))


def test_a_stack_that_somebody_minds_is_not_made_dark(tmp_path):
    """A living station keeps its lamps; who asked is told which pin is in use."""
    pins = wired()
    holder = Holder()
    pins.reserve_pins(holder, "GPIO23")
    assert os.EX_UNAVAILABLE == assembly.darken(config.load(written(tmp_path)), pins)


def test_a_station_without_a_stack_has_nothing_to_make_dark(tmp_path):
    """No pins are opened for it."""
    path = written(tmp_path)
    text = path.read_text()
    path.write_text(text[: text.index("[stack]")] + text[text.index("[journal]") :])
    assert os.EX_OK == assembly.darken(config.load(path))
