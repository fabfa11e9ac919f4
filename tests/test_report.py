"""The board as the huddle reads it."""

import msgspec
import pytest

from edge_agent import report
from edge_agent.events import CallAttended, Event, ShiftSummary
from edge_agent.events.accounts import Hour, NuisanceTold
from edge_agent.journal import Entry, Journal, Label, Settings
from tests.books import Books, H, M, pulled
from tests.hour_boards import a_shift, hour_told, summed, told_call

LABEL = Label(now_ns=0, wall_ns=0, time_quality="synced")


def shift_told():
    """Five hours of 9, 7, 6, 7, 9 parts at a plan of 8, a call in the second, and three hours of nothing."""
    books = Books()
    for hour, count in enumerate((9, 7, 6, 7, 9)):
        books.evenly(hour, count)
        if hour == 0:
            books.ledger.advance(H + M)
            books.ledger.note(Event(H + M, pulled(1)))
            attended = CallAttended(call=1, kind="help", who="unknown", via="local", waited_s=42.0)
            books.ledger.note(Event(H + M + 42_000_000_000, attended))
    books.ledger.advance(9 * H)
    return [(at_ns, data) for at_ns, data in books.said if isinstance(data, Hour | ShiftSummary)]


@pytest.fixture
def journal(tmp_path):
    """A journal that was told a shift."""
    path = tmp_path / "st07.db"
    written = Journal(Settings(path=str(path)), "boot")
    written.open()
    written.write([Entry(events=(Event(at_ns, data),)) for at_ns, data in shift_told()], LABEL)
    written.close()
    return path


def test_a_shift_is_read_back_hour_by_hour(journal):
    """All its hours, in order, and its sum."""
    (board,) = report.boards(report.told(journal), shift="early")
    assert ("2026-11-23", "early", 8) == (board.date, board.shift, len(board.hours))
    assert [9, 7, 6, 7, 9, 0, 0, 0] == [hour.actual for hour in board.hours]
    assert 38 == board.summary.actual
    assert board.summary.difference == board.hours[-1].cumulative


def test_only_what_was_asked_for(journal):
    """Another date or shift has no board; the last hour stands alone."""
    accounts = list(report.told(journal))
    assert [] == report.boards(accounts, date="2026-11-24")
    assert [] == report.boards(accounts, shift="late")
    assert ["13:00"] == [hour.began[11:16] for hour in report.last_hour(report.boards(accounts)[0]).hours]


def test_the_board_as_text(journal):
    """A title with the sum, a line an hour with its losses and calls, and the gaps that cost most."""
    lines = list(report.text(report.boards(report.told(journal), shift="early")[0]))
    assert lines[0].startswith("2026-11-23 early: 38 of 62 parts (-24)")
    assert "hour plan actual diff cum good yield lost losses calls: claimed/attended/over" == " ".join(lines[1].split())
    assert ["06:00-07:00", "8", "9", "+1", "+1", "0", "-"] == lines[2].split()[:7]
    assert lines[3].endswith("help -/0:42/-")
    assert lines[-3].startswith("gap: 10:53:20 ")
    assert "stoppage" in lines[-3]


def test_an_hour_tells_its_yield_and_how_its_calls_were_answered():
    """Claimed, attended, over; where they are many, by kind, with the longest of each."""
    few = tuple(told_call(number, "behind_takt", cleared=60.0 * number) for number in range(1, 5))
    help_s = {"acknowledged": 12.0, "attended": 42.0, "cleared": 65.0}
    hours = (
        hour_told(6, 8, 8, good=57, rejected=1, first_pass_yield=57 / 58, calls=few),
        hour_told(7, 8, 8, calls=(*few, told_call(9, **help_s, line_stop=True)), calls_left_out=2),
    )
    _, _, first, second = report.text(report.Board(date="2026-11-23", shift="early", hours=hours))
    assert " 57  98.3%  0:00 " in first
    assert first.endswith("behind_takt -/-/1:00; behind_takt -/-/2:00; behind_takt -/-/3:00; behind_takt -/-/4:00")
    assert second.endswith("  behind_takt 4x, longest -/-/4:00; help 0:12/0:42/1:05, line stop; 2 more")


def test_one_hour_is_told_alone():
    """Total, gaps and rules are of that hour, not of the shift it lies in."""
    board = a_shift()
    board = msgspec.structs.replace(board, hours=board.hours[:5])
    lines = list(report.text(report.last_hour(board)))
    assert "2026-11-23 early 10:00-11:00: 57 of 60 parts (-3), first-pass yield 94.7%" == lines[0]
    assert ["gap: 10:31:00 micro-stop, 1:41 lost, called: help"] == lines[3:]
    noisy = hour_told(6, 8, 8, nuisance=(NuisanceTold(source="no_cycle:press", raised=3, fleeting=3),))
    summary = summed((noisy, board.hours[0]), nuisance=(NuisanceTold(source="short_cycle:press", fleeting=1),))
    noisy_board = msgspec.structs.replace(board, hours=(board.hours[0], noisy), summary=summary)
    assert ["rule: no_cycle:press called 3 times: 3 fleeting"] == list(report.text(report.last_hour(noisy_board)))[3:]


def test_the_board_as_markdown_is_a_table(journal):
    """Each row has as many cells as the head."""
    lines = list(report.markdown(report.boards(report.told(journal), shift="early")[0]))
    rows = [line for line in lines if line.startswith("|")]
    assert 10 == len(rows)
    assert {len(report.HEAD) + 1} == {row.count("|") for row in rows}


def test_rules_that_were_a_nuisance_are_named():
    """From the shift where it is over, else from its hours; a rule that called well is not named."""
    bad = NuisanceTold(source="cycle_overrun:press", raised=4, chattering=1, fleeting=3, false_alarms=2, verdicts=5)
    well = NuisanceTold(source="no_cycle:press", raised=2, verdicts=2)
    hours = (hour_told(6, 8, 8, nuisance=(bad, well)), hour_told(7, 8, 8, nuisance=(bad,), floods=1))
    lines = list(report.text(report.Board(date="2026-11-23", shift="early", hours=hours)))
    assert [
        "rule: cycle_overrun:press called 8 times: 2 x chattering, 6 fleeting, 4 of 10 judged false",
        "rule: 1 x more than 10 calls within 10 minutes",
    ] == lines[-2:]
    board = report.Board(date="2026-11-23", shift="early", hours=hours, summary=summed(hours, nuisance=(bad,)))
    assert "- rule: cycle_overrun:press called 4 times" in "\n".join(report.markdown(board))
