"""The turn of the station process, without threads, on a clock the test moves; real lamp drivers on mock pins."""

import threading
from itertools import pairwise

import msgspec
import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from edge_agent import recording
from edge_agent.agent.agent import (
    INBOX_LIMIT,
    LONGEST_WAIT_NS,
    OVERFLOW_EVERY_NS,
    PUSH_EVERY_NS,
    STOPS,
    Agent,
    Ask,
    made_inbox,
)
from edge_agent.agent.looks import LOOK_EVERY_NS
from edge_agent.agent.time_signal import TimeSignal
from edge_agent.andon.legend import SLOW_PERIOD_NS
from edge_agent.control import CycleSaid, Recorded, Request, StateSaid
from edge_agent.events import AgentFault, AgentStarted, CallAttended, CallEscalated, CallRaised
from edge_agent.observations import ClockTold, CycleEnd, Pull, Reading, Stopping, Trouble
from edge_agent.signals import stack
from edge_agent.signals.watchdog import Watchdog
from edge_agent.standard import NS_PER_S
from edge_agent.station.memory import Memory
from tests.story_station import made

MONDAY_NS = 1_795_392_000 * NS_PER_S  # 2026-11-23, 00:00 UTC
SETTINGS = stack.Settings(red="GPIO23", yellow="GPIO24", green="GPIO25", white="GPIO12")


class Pin(MockPin):
    """A mock pin whose output can fail."""

    broken = False

    def _set_state(self, value):
        if self.broken:
            message = "the line is gone"
            raise OSError(message)
        super()._set_state(value)


class Shell:
    """An agent with everything it touches in the hand of the test."""

    def __init__(self, monkeypatch, limit=INBOX_LIMIT, watchdog_us="", settings=SETTINGS):
        monkeypatch.setenv("WATCHDOG_USEC", watchdog_us)
        self.step_ns = 0  # by which the wall clock was set
        self.now_ns = 100 * SLOW_PERIOD_NS
        self.pins = MockFactory(pin_class=Pin)
        self.entries, self.pushed, self.lit_when_recorded = [], [], []
        self.alive, self.room = True, True
        self.inbox = made_inbox(limit)
        self.agent = Agent(
            "acme/p/a/l/st",
            made(),
            settings.open(self.pins),
            self.inbox,
            boot="boot",
            epoch=lambda: "epoch",
            record=self.record,
            confirm=lambda _epoch, _ranges: self.room,
            push=self.pushed.append,
            watchdog=Watchdog(),
            loops=lambda: self.alive,
            now_ns=lambda: self.now_ns,
            time_signal=TimeSignal(lambda: MONDAY_NS + self.now_ns + self.step_ns, lambda: True),
            recorded_turns=True,
        )
        self.agent.begin()
        self.after(10.0)

    def record(self, entry):
        """Keep it, and what was lit when it came."""
        self.entries.append(entry)
        self.lit_when_recorded.append(self.lit())

    def lit(self):
        """Tiers whose pin is on."""
        return [name for name in ("red", "yellow", "green", "white") if self.pins.pin(getattr(SETTINGS, name)).state]

    def after(self, seconds):
        """Let time pass and turn as often as the agent wants to; the inbox is empty afterwards."""
        until_ns = self.now_ns + round(seconds * NS_PER_S)
        while self.agent.wake_ns <= until_ns:
            self.now_ns = max(self.now_ns, self.agent.wake_ns)
            self.agent.turn()
        self.now_ns = until_ns

    def take(self, *items):
        """Post, and turn until all is taken."""
        for item in items:
            self.inbox.post(item)
        for _ in items:
            self.agent.turn()

    def ask(self, **words):
        """Ask as the control socket does."""
        answers = []
        self.take(Ask(Request(**words), answers.append))
        return answers[0]

    def said(self, kind):
        """Events of a kind handed to the journal."""
        return [event.data for entry in self.entries for event in entry.events if isinstance(event.data, kind)]


@pytest.fixture
def shell(monkeypatch):
    return Shell(monkeypatch)


def test_the_lamp_is_written_before_anything_is_recorded(shell):
    """Step, show, record: at the moment the journal hears of a call, its lamp is lit."""
    shell.now_ns = 200 * SLOW_PERIOD_NS  # the lit half of a blink
    shell.take(Pull(shell.now_ns, "cord", "help"))
    assert isinstance(shell.entries[-1].events[0].data, CallRaised)
    assert ["yellow"] == shell.lit_when_recorded[-1]


def test_each_step_is_a_line_of_the_recording(shell):
    """What was seen, when it was taken, and the events it made are one entry."""
    shell.take(CycleEnd(shell.now_ns - 5, "press"))
    assert recording.Turn(shell.now_ns, CycleEnd(shell.now_ns - 5, "press")) == recording.DECODE(shell.entries[-1].turn)
    assert isinstance(recording.DECODE(shell.entries[0].turn), recording.Begin)
    assert isinstance(shell.entries[0].events[0].data, AgentStarted)


def test_a_deadline_comes_although_somebody_asks_all_the_time(shell):
    """A question in each turn does not keep a call from being escalated."""
    shell.take(Pull(shell.now_ns, "cord", "help"))
    shell.now_ns += 3600 * NS_PER_S
    shell.inbox.post(Ask(Request(do="status"), lambda _: None))
    shell.inbox.post(Ask(Request(do="status"), lambda _: None))
    shell.agent.turn()
    assert shell.said(CallEscalated)


def test_answers_say_what_came_of_them(shell):
    """Each open call is answered, or the one named; an unknown one is refused with those there are."""
    assert "no call is open" == shell.ask(do="acknowledge").error
    shell.take(Pull(shell.now_ns, "cord", "help"), Pull(shell.now_ns, "button", "material"))
    assert (1, 2) == shell.ask(do="acknowledge").calls
    assert "call 7 is not open; open: 1, 2" == shell.ask(do="arrive", call=7).error
    assert (2,) == shell.ask(do="restore", call=2).calls
    assert [1] == [call.call for call in shell.ask(do="calls").status.state.calls]


def test_a_restore_that_ends_nothing_says_why(shell):
    """The gap still stands: somebody is there, and the answer is no. The second one is refused as well."""
    shell.take(CycleEnd(shell.now_ns, "press"))
    shell.after(80.0)
    for _ in range(2):
        answer = shell.ask(do="restore")
        assert (False, (1,), "The gap still stands; the call ends with it.") == (answer.ok, answer.calls, answer.error)
    assert 1 == len(shell.said(CallAttended))


def test_a_stopped_line_is_not_restored_from_afar(shell):
    """A remote restore is refused with the reason; one at the station's own terminal is not."""
    shell.take(Pull(shell.now_ns, "cord", "help"))
    shell.after(40.0)
    said = shell.ask(do="restore", via="remote")
    assert (
        "call 1 has stopped the line: without [[role]] no remote request may restore a call that has stopped the line; "
        "do it at the station" == said.error
    )
    assert (True, 1) == (said.denied, shell.ask(do="status").status.denied)
    assert shell.ask(do="restore").ok


def test_a_confirmation_without_room_must_be_said_again(shell):
    """The uplink is told, and nothing is lost."""
    assert shell.ask(do="confirm", epoch="epoch", ranges=((1, 2),)).ok
    shell.room = False
    assert "no room now; say it again" == shell.ask(do="confirm", epoch="epoch", ranges=((1, 2),)).error


def test_an_uplink_without_a_broker_is_a_fault_until_it_is_back(shell):
    """Shown at once, said as an event when it stands, in `degraded` until the link has held; the lamp does not care."""
    shell.ask(do="uplink", text="nothing listens at b:1883", cause="refused")
    assert "nothing listens at b:1883" == shell.ask(do="status").status.uplink
    assert not shell.said(AgentFault)
    shell.after(30.0)
    assert [("uplink", False)] == [(fault.part, fault.over) for fault in shell.said(AgentFault)]
    assert "nothing listens at b:1883" == shell.ask(do="status").status.degraded["uplink"]
    shell.ask(do="uplink", text="connected")
    shell.after(60.0)
    assert [False, True] == [fault.over for fault in shell.said(AgentFault)]
    assert {} == shell.ask(do="status").status.degraded


def test_a_lamp_that_fails_is_said_once_and_the_others_are_written(shell):
    """One broken output: green goes on all the same; its trouble is said once, and once that it is over."""
    yellow = shell.pins.pin("GPIO24")
    yellow.broken = True
    shell.take(CycleEnd(shell.now_ns, "press"))
    shell.after(5.0)
    assert ["green"] == shell.lit()
    assert [("lamp", False)] == [(fault.part, fault.over) for fault in shell.said(AgentFault)]
    assert {"lamp": "yellow: the line is gone"} == shell.ask(do="status").status.degraded
    yellow.broken = False
    shell.after(6.0)
    assert [False, True] == [fault.over for fault in shell.said(AgentFault)]
    assert {} == shell.ask(do="status").status.degraded


def test_trouble_of_the_journal_is_shown_until_it_is_over(shell):
    """The status names the part and the reason; the lamp is not touched by it."""
    shell.take(Trouble(shell.now_ns, "journal", "disk full"))
    assert {"journal": "disk full"} == shell.agent.status(shell.now_ns).degraded
    shell.take(Trouble(shell.now_ns, "journal", "works again", over=True))
    assert {} == shell.agent.status(shell.now_ns).degraded


def test_an_overflow_is_blind_until_the_sensor_is_heard(monkeypatch):
    """What had no room is counted and said; green is not shown until a sensor has spoken again."""
    shell = Shell(monkeypatch, limit=3)
    shell.take(CycleEnd(shell.now_ns, "press"))
    for _ in range(10):
        shell.inbox.post(CycleEnd(shell.now_ns, "press"))
    for _ in range(4):
        shell.agent.turn()
    assert "7 observations" in shell.said(AgentFault)[0].why
    assert "green" not in shell.lit()
    assert {"gauge"} == shell.agent.station.senses.lost.keys()  # the press was heard in what had room
    shell.take(CycleEnd(shell.now_ns, "press"))
    assert "blind" == shell.agent.status(shell.now_ns).state.sign
    shell.take(Reading(shell.now_ns, "gauge", "bore_mm", 25.0))
    assert ("running", ["green"]) == (shell.agent.status(shell.now_ns).state.sign, shell.lit())


def test_a_flood_does_not_become_one_of_events(monkeypatch):
    """An overflow in each of a thousand turns within a second is said once, and its rest a second later."""
    shell = Shell(monkeypatch, limit=1)
    for _ in range(1000):
        shell.inbox.post(CycleEnd(shell.now_ns, "press"))
        shell.inbox.post(CycleEnd(shell.now_ns, "press"))
        shell.agent.turn()
    assert 1 == len(shell.said(AgentFault))
    assert shell.agent.wake_ns <= shell.now_ns + OVERFLOW_EVERY_NS
    shell.after(2.0)
    assert ["1 ", "999 "] == [fault.why[:4].removesuffix("o").removesuffix("ob") for fault in shell.said(AgentFault)]


def test_a_full_inbox_still_takes_a_stop(monkeypatch):
    """SIGTERM in a flood ends the agent; the number of such requests is bounded too."""
    shell = Shell(monkeypatch, limit=2)
    for _ in range(5):
        shell.inbox.post(CycleEnd(shell.now_ns, "press"))
    for _ in range(STOPS + 5):
        shell.inbox.post(Stopping(shell.now_ns, "SIGTERM"))
    assert 2 + STOPS == shell.inbox._queue.qsize()
    shell.agent.run()
    assert shell.agent.stopping


def test_a_post_within_the_count_does_not_hang():
    """A signal's handler runs in the thread that counts what was refused, between two of its instructions."""
    inbox = made_inbox(0)
    done = threading.Event()

    def count_and_post():
        with inbox._counting:
            inbox.post(CycleEnd(0, "press"))
        done.set()

    threading.Thread(target=count_and_post, daemon=True).start()
    assert done.wait(5.0)
    assert (1, 0) == (inbox.refused().total(), inbox.refused().total())


def test_the_watchdog_is_patted_only_while_every_thread_moves(monkeypatch):
    """A dead writer: no pat, so that the service manager restarts us, and no busy loop until it does."""
    shell = Shell(monkeypatch, watchdog_us="3000000")
    shell.after(10.0)
    patted_ns = shell.agent.watchdog.next_ns
    assert shell.now_ns < patted_ns <= shell.now_ns + NS_PER_S
    shell.alive = False
    shell.after(10.0)
    assert patted_ns == shell.agent.watchdog.next_ns
    assert shell.agent.wake_ns > shell.now_ns


def test_followers_hear_of_changes_four_times_a_second_at_most(shell):
    """A change is pushed at once, the next ones together; nothing while nothing changes."""
    shell.pushed.clear()
    for _ in range(100):
        shell.take(CycleEnd(shell.now_ns, "press"))
        shell.now_ns += NS_PER_S // 100
    shell.after(1.0)
    assert 100 == sum(isinstance(said, CycleSaid) for said in shell.pushed)
    assert 4 <= sum(isinstance(said, StateSaid) for said in shell.pushed) <= 5
    shell.pushed.clear()
    shell.after(20.0)
    assert [] == shell.pushed


def test_what_was_recorded_is_passed_on_at_once(shell):
    """The uplink sends what is on the disk without waiting for the next look."""
    shell.take(Recorded(7, 2))
    assert Recorded(7, 2) == shell.pushed[-1]
    assert (7, 2) == (shell.agent.status(0).seq, shell.agent.status(0).depth)


def test_it_sleeps_until_the_first_thing_is_due(shell):
    """The blink of a lamp, a deadline, a push that waits; and 5 s at most."""
    shell.now_ns = 200 * SLOW_PERIOD_NS
    shell.after(10.0)
    assert shell.agent.wake_ns == pytest.approx(shell.now_ns, abs=LONGEST_WAIT_NS)
    shell.take(CycleEnd(shell.now_ns, "press"))
    shell.take(CycleEnd(shell.now_ns, "press"))
    assert shell.agent.pushed_ns + PUSH_EVERY_NS == shell.agent.wake_ns
    shell.after(1.0)
    shell.take(Pull(shell.now_ns, "cord", "help"))
    shell.after(0.3)
    assert 0 == shell.agent.wake_ns % (SLOW_PERIOD_NS // 2)


def test_the_wall_clock_is_told_before_anything_is_seen(shell):
    """The first step of a run is the time: from the first part on it is known what is planned."""
    turns = [recording.DECODE(entry.turn) for entry in shell.entries if entry.turn]
    assert ClockTold(100 * SLOW_PERIOD_NS, MONDAY_NS + 100 * SLOW_PERIOD_NS, True) == turns[1].seen


def test_followers_hear_once_a_minute_whose_time_it_is(shell):
    """Also where nothing else has changed: a time server was heard since, or no more."""
    assert shell.agent.status(shell.now_ns).synchronised
    shell.agent.time_signal.synchronised = lambda: False
    shell.after(61.0)
    assert shell.pushed[-1].status.synchronised is False


def test_a_step_of_the_wall_clock_is_told_with_the_next_turn(shell):
    """Whoever sets the clock: within the time the loop may wait, the station knows."""
    shell.step_ns = 3600 * NS_PER_S
    shell.after(6.0)
    seen = [recording.DECODE(entry.turn).seen for entry in shell.entries if entry.turn and b"clock" in entry.turn]
    assert shell.now_ns + MONDAY_NS + 3600 * NS_PER_S >= seen[-1].wall_ns > shell.now_ns + MONDAY_NS + 3500 * NS_PER_S


def test_a_part_is_kept_within_ten_seconds(shell):
    """A kill takes no more than the parts of the last ten seconds: the memory is written without an event too."""
    shell.after(11.0)
    shell.take(CycleEnd(shell.now_ns, "press"))
    shell.take(CycleEnd(shell.now_ns + 1, "press"))
    shell.after(10.1)
    kept = [msgspec.json.decode(entry.memory, type=Memory) for entry in shell.entries if entry.memory]
    assert 2 == kept[-1].books.shift.made
    count = len(kept)
    shell.after(20.0)
    assert count == sum(entry.memory is not None for entry in shell.entries)


def test_a_fast_press_does_not_wear_the_card(shell):
    """Twenty strokes a second for half a minute: the counts are written three times or four, not thirty."""
    shell.after(20.0)
    before = sum(entry.memory is not None for entry in shell.entries if not entry.events)
    for _ in range(600):
        shell.take(CycleEnd(shell.now_ns, "press"))
        shell.after(0.05)
    assert 3 <= sum(entry.memory is not None for entry in shell.entries if not entry.events) - before <= 4


def test_wires_are_looked_at_once_a_second_and_never_later_than_the_loop_turns(shell):
    """However often it turns, each wire is asked once a second; when nothing happens, with the turn that shows life."""
    looked = []
    shell.agent.wires.looks.add(looked.append)
    shell.now_ns += LOOK_EVERY_NS
    for _ in range(10):
        shell.take(CycleEnd(shell.now_ns, "press"))
    assert 1 == len(looked)
    shell.after(10.0)
    assert all(later - earlier >= LOOK_EVERY_NS for earlier, later in pairwise(looked))
    assert shell.now_ns - looked[-1] <= LONGEST_WAIT_NS


def test_the_output_alive_pulses_for_as_long_as_the_agent_turns(monkeypatch):
    """With steady lamps and nothing to do it changes twice a period; without turns it holds whatever it has."""
    shell = Shell(monkeypatch, settings=msgspec.structs.replace(SETTINGS, alive="GPIO21"))
    pin = shell.pins.pin("GPIO21")
    before = len(pin.states)
    shell.after(60.0)
    levels = [state.state for state in pin.states[before:]]
    changes = sum(one != other for one, other in pairwise(levels))
    assert abs(changes - 2 * 60.0 * NS_PER_S / SLOW_PERIOD_NS) <= 2
    stopped = len(pin.states)
    shell.now_ns += 60 * NS_PER_S
    assert len(pin.states) == stopped
