"""The same class of call again: counted by kind, said once with its evidence, armed again after the window."""

from __future__ import annotations

from edge_agent.detect import Finding, Verdict, repeat
from edge_agent.observations import Raised
from edge_agent.standard import Span
from tests.detect.bench import S, made, verdict

MIN = 60 * S
SETTINGS = repeat.Settings(many=3, within=Span(60, "min"))


def called(detector: repeat.Repeat, *calls: tuple[int, str]) -> list[Finding | None]:
    """What it says to calls of a kind at a minute, numbered by that minute."""
    return [detector.step(Raised(at_min * MIN, kind, "button", at_min), at_min * MIN) for at_min, kind in calls]


def test_the_third_within_the_window_is_called_with_numbers_and_times() -> None:
    """Kinds are counted apart; the onset is the first of the calls."""
    said = called(
        made(SETTINGS, "every"), (5, "material"), (20, "help"), (25, "material"), (50, "help"), (64, "material")
    )
    assert [Verdict.NORMAL] * 4 + [Verdict.ABNORMAL] == [verdict(finding) for finding in said]
    finding = said[-1]
    assert finding is not None
    assert (5 * MIN, 3.0) == (finding.onset_ns, finding.value)
    assert (
        "material was called 3 times in 59 min: calls 5 (at 0 min), 25 (20), 64 (59); look for the cause."
        == finding.text
    )


def test_as_many_over_a_longer_time_are_chance() -> None:
    """The control: three in exactly the window, and more."""
    said = called(made(SETTINGS, "every"), (0, "help"), (30, "help"), (60, "help"), (90, "help"), (120, "help"))
    assert {Verdict.NORMAL} == {verdict(finding) for finding in said}


def test_it_is_said_once_and_armed_again_after_the_window() -> None:
    """Within the hour after, more of the same says nothing; then it counts from none."""
    detector = made(SETTINGS, "every")
    said = called(detector, (0, "help"), (1, "help"), (2, "help"), (3, "help"), (30, "help"), (61, "help"))
    assert [Verdict.ABNORMAL, None, None, None] == [verdict(finding) for finding in said[2:]]
    assert 62 * MIN == detector.due_ns()
    assert Verdict.NORMAL is verdict(detector.step(None, 62 * MIN))
    assert detector.due_ns() is None
    said = called(detector, (63, "help"), (64, "help"), (65, "help"))
    assert [Verdict.NORMAL, Verdict.NORMAL, Verdict.ABNORMAL] == [verdict(finding) for finding in said]


def test_a_restore_inside_the_window_arms_nothing() -> None:
    """The call ends, the silence goes on to the end of the window; three after it are raised again."""
    detector = made(SETTINGS, "every")
    called(detector, (0, "help"), (1, "help"), (2, "help"))
    detector.restart(3 * MIN)
    assert [None] * 4 == called(detector, (4, "help"), (5, "help"), (6, "help"), (61, "help"))
    assert Verdict.NORMAL is verdict(detector.step(None, 62 * MIN))
    said = called(detector, (63, "help"), (64, "help"), (65, "help"))
    assert [Verdict.NORMAL, Verdict.NORMAL, Verdict.ABNORMAL] == [verdict(finding) for finding in said]


def test_another_kind_is_still_heard_while_one_is_silent() -> None:
    """Material and help have causes of their own."""
    detector = made(SETTINGS, "every")
    called(detector, (0, "help"), (1, "help"), (2, "help"))
    said = called(detector, (3, "material"), (4, "material"), (5, "material"))
    assert [None, None, Verdict.ABNORMAL] == [verdict(finding) for finding in said]


def test_one_kind_alone_and_never_itself() -> None:
    """With `of` only that kind counts; its own calls are no calls."""
    detector = made(SETTINGS, "material")
    assert [None] * 3 == called(detector, (0, "help"), (1, "help"), (2, "help"))
    assert [None] * 3 == called(made(SETTINGS, "every"), (0, "repeat"), (1, "repeat"), (2, "repeat"))


def test_no_number_of_kinds_fills_the_memory() -> None:
    """A bound that no table of ours comes near; what is beyond is counted."""
    detector = made(SETTINGS, "every")
    called(detector, *[(n, f"kind{n}") for n in range(150)])
    assert (100, 50) == (len(detector.calls), detector.uncounted)
