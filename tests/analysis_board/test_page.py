"""The board on paper: well-formed, every figure of the record on it, nothing beside the page."""

import re
from xml.etree import ElementTree as ET

import msgspec
import pytest

from edge_agent import svg
from edge_agent.analysis_board import drawn
from edge_agent.analysis_board.page import EDGE, HEIGHT, WIDTH
from edge_agent.analysis_board.words import DASH, MINUS, signed
from edge_agent.events.accounts import CallsTold, CallTold, Elements, GapTold, Hour, Lost, NuisanceTold
from edge_agent.report import Board, clock, last_hour
from edge_agent.standard import to_ns
from tests.hour_boards import M, a_shift, hour_told, summed, told_call

SVG = "{http://www.w3.org/2000/svg}"


def page(board, place="st07"):
    return ET.fromstring(drawn(board, place))  # noqa: S314 - our own text


def words(root):
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def of_class(root, name):
    return [element for element in root.iter() if element.get("class") == name]


def of_hours(*hours, **more):
    """A board of these hours; what else it is."""
    figures = {"date": "2026-11-23", "shift": "early", "hours": hours, "summary": summed(hours)}
    return Board(**{**figures, **more})


def an_empty_shift():
    """Work was planned and none was done."""
    stopped = {"losses": {"stoppage": Lost(1, 60 * M)}, "elements": Elements(adot_ns=60 * M)}
    return of_hours(*(hour_told(number, 60, 0, -60 * (number - 5), **stopped) for number in range(6, 14)))


def a_fast_shift():
    """2,000 parts an hour for twelve hours, more calls than fit, long names in two alphabets."""
    calls = tuple(
        told_call(number, f"consecutive_defects_{number % 10}", attended=61.0, cleared=3000.0, line_stop=True)
        for number in range(30)
    )
    hours = [
        hour_told(
            number, 2000, 1800, -200 * (number - 5), good=1700, rejected=100, first_pass_yield=17 / 18, calls=calls,
            calls_left_out=7, product="Gehäuse-Führungsbügel-Größe-XXL-<links>", synchronised=False,
            losses={"slow": Lost(1234, 5 * M), "micro_stop": Lost(88, 2 * M), "stoppage": Lost(2, 3 * M)},
            elements=Elements(apt_ns=50 * M, adet_ns=7 * M, adot_ns=3 * M),
        )
        for number in range(6, 18)
    ]  # fmt: skip
    return of_hours(*hours, shift="Früh-und-Spätschicht-im-Wechsel-mit-sehr-langem-Namen")


def outside_shifts():
    """A day of hours without a shift, parts in two of them."""
    hours = (hour_told(number, 0, 3 * (number in {3, 4}), shift=None, date=None) for number in range(24))
    return of_hours(*hours, shift=None, summary=None)


EVERY = {
    "a shift": a_shift(),
    "empty": an_empty_shift(),
    "fast": a_fast_shift(),
    "outside": outside_shifts(),
    "running": msgspec.structs.replace(a_shift(), hours=a_shift().hours[:3], summary=None),
    "no hour": Board(date="2026-11-23", shift="early", hours=()),
    "25 hours": of_hours(*(hour_told(number, 1, 1) for number in range(25))),
}
BOARDS = pytest.mark.parametrize("board", EVERY.values(), ids=EVERY)


def figures(told):
    """Every figure of a record as the board writes it; where it began and ended, as a time of day."""
    match told:
        case Lost():
            yield f"{told.count}x {clock(told.ns)}"
        case Elements():  # delay and down are the sums of their losses, which are told one by one
            lost = {"adet_ns", "adot_ns"}
            yield from (clock(ns) for name, ns in msgspec.structs.asdict(told).items() if ns and name not in lost)
        case GapTold():
            yield from (told.began[11:16], clock(told.lost_ns), told.loss.replace("_", "-"), *told.calls)
        case CallTold():
            waits = (told.acknowledged_s, told.attended_s, told.cleared_s)
            yield from (told.raised[11:16], told.kind, *(clock(to_ns(wait)) for wait in waits if wait is not None))
            yield from ["line stop"] * told.line_stop
        case CallsTold():
            yield from (told.kind, f"{told.raised}x")
            yield from [f"{told.attended} attended", clock(to_ns(told.waited_s))] if told.attended else []
            yield from [clock(to_ns(told.longest_s))] if told.longest_s else []
            yield from [f"line stop {told.line_stops}x"] if told.line_stops else []
        case dict() | tuple():
            for each in told.values() if isinstance(told, dict) else told:
                yield from figures(each)
        case _:
            yield from of_account(told)


def of_account(told):
    yield from (told.plan, told.actual, signed(told.difference))
    yield from [f"{told.good} good", f"{told.rejected} rejected"] if told.good or told.rejected else []
    yield from [] if told.first_pass_yield is None else [f"{told.first_pass_yield:.1%}"]
    yield from (told.began[11:16], told.ended[11:16])
    yield from [f", {told.unseen} due"] if told.unseen else []
    yield from [told.product] if told.product else []
    for each in (told.losses, told.elements, told.calls):
        yield from figures(each)
    if isinstance(told, Hour):
        yield signed(told.cumulative)
    else:
        yield from figures(told.gaps)


def test_every_figure_of_the_record_is_on_the_page():
    """Plan, actual, difference, yield, losses, calls and gaps: what `--json` tells, the page shows."""
    board = a_shift()
    shown = "\n".join(words(page(board)))
    missing = [
        str(figure) for told in (*board.hours, board.summary) for figure in figures(told) if str(figure) not in shown
    ]
    assert [] == missing


@BOARDS
def test_the_figures_of_each_hour_stand_in_its_row(board):
    """Whatever does not fit, the plan, the actual and the difference of every hour do."""
    root = page(board)
    for hour in board.hours:
        began = next(each for each in root.iter(f"{SVG}text") if each.text == hour.began[11:16])
        row = [each.text for each in root.iter(f"{SVG}text") if each.get("y") == began.get("y")]
        figures = (hour.plan, hour.actual, signed(hour.cumulative), signed(hour.difference))
        assert [began.text, f"{DASH}{hour.ended[11:16]}", *map(str, figures)] == row[:6]
    assert len(board.hours) == len(of_class(root, "made"))


@BOARDS
def test_nothing_is_beside_the_page(board):
    """Every word, bar and line ends inside the edge; no two rows share a place."""
    root = page(board, "Überlandwerk-Süd / Größenprüfung / Linie-04 / Prüfplatz & <Innenring> / " * 3)
    for element in root.iter(f"{SVG}text"):
        size = float(element.get("font-size")) * (svg.BOLD if element.get("font-weight") else 1.0)
        length = svg.length(element.text or "", size)
        x = float(element.get("x")) - (length if element.get("text-anchor") == "end" else 0.0)
        assert EDGE - 1 <= x, element.text
        assert x + length <= WIDTH - EDGE + 1, element.text
        assert EDGE <= float(element.get("y")) <= HEIGHT - EDGE, element.text
    for bar in of_class(root, "made"):
        assert float(bar.get("x")) + float(bar.get("width")) <= WIDTH / 2
    heights = [float(bar.get("y")) for bar in of_class(root, "made")]
    assert heights == sorted(set(heights))


@BOARDS
def test_nothing_is_told_by_colour(board):
    """Black, white and greys only: what is missing is said by its sign, its hatching and white on black."""
    colours = set(re.findall(r"#([0-9a-f]{6})", drawn(board, "st07")))
    assert all(colour[:2] == colour[2:4] == colour[4:] for colour in colours)


def test_what_is_missing_is_hatched_and_stands_in_black():
    """An hour behind its plan is seen from afar, one ahead is not shouted."""
    root = page(of_hours(hour_told(6, 60, 30, -30), hour_told(7, 60, 64, -26)))
    assert 1 == len(of_class(root, "missing"))
    black = [element for element in root.iter(f"{SVG}rect") if element.get("fill") == svg.INK]
    assert 1 == len(black)
    assert [f"{MINUS}30"] == [each.text for each in root.iter(f"{SVG}text") if each.get("fill") == "#ffffff"]


def test_what_does_not_fit_is_counted():
    """Thirty calls in an hour, seven more that were left out: those not written are numbered."""
    notes = [note for note in words(page(a_fast_shift())) if re.fullmatch(r"and \d+ more", note)]
    assert 12 == len(notes)
    shown = [note for note in words(page(a_fast_shift())) if re.match(r"consecutive_defects_\d 3x, longest", note)]
    assert shown
    assert 12 * 37 - 3 * len(shown) == sum(int(note.split()[1]) for note in notes)


def test_a_busy_hour_tells_its_calls_by_kind():
    """Thirteen of one kind are a line: they stand as large as their neighbours, and none is left out."""
    many = (told_call(number, "behind_takt", cleared=60.0) for number in range(13))
    calls = (*many, told_call(15, attended=42.0, cleared=65.0), told_call(17, "out_of_spec", line_stop=True))
    root = page(of_hours(*(hour_told(number, 60, 60, calls=calls) for number in range(6, 14))))
    notes = [f"behind_takt 13x, longest {DASH}/{DASH}/1:00", f"06:15 help {DASH} / 0:42 / 1:05"]
    sizes = {each.text: float(each.get("font-size")) for each in root.iter(f"{SVG}text")}
    assert min(sizes[note] for note in notes) >= 13.0
    assert not any(note.startswith("and ") for note in words(root))


def test_one_hour_is_drawn_alone():
    """It says which, and its own total, not that of the shift."""
    said = words(page(last_hour(a_shift())))
    assert {"60 of 60\N{EM SPACE}0", "only 13:00-14:00 · st07 · housing-left"} <= set(said)
    assert "first-pass yield 98.3%, 59 good, 1 rejected" in said


def test_an_unsure_clock_is_said():
    """Hours told by a clock that did not follow a time server say so."""
    assert not any("not synchronised" in each for each in words(page(a_shift())))
    unsure = hour_told(6, 60, 60, synchronised=False)
    assert any("not synchronised" in each for each in words(page(of_hours(unsure))))


def test_a_shift_that_runs_has_no_sum_yet():
    """Its hours so far are added up, and it is said that they are not all."""
    shown = words(page(EVERY["running"]))
    assert f"163 of 180 so far\N{EM SPACE}{MINUS}17" in shown
    assert "the shift is not over yet" in shown


def test_the_figures_are_large_enough():
    """Capitals of 7 mm on A3: 0.73 of the size, in quarters of a millimetre."""
    sizes = {float(each.get("font-size")) for each in page(a_shift()).iter(f"{SVG}text") if each.text == "06:00"}
    assert {38.0} == sizes
    assert 6.9 <= min(sizes) * 0.73 / 4


def test_rules_whose_calls_were_a_nuisance_stand_with_the_calls():
    """What the text report says of them and of floods, so that the huddle sees it too."""
    board = a_shift()
    noisy = NuisanceTold(source="cycle_overrun:press", raised=9, chattering=2)
    summary = msgspec.structs.replace(board.summary, nuisance=(noisy,), floods=1)
    said = words(page(msgspec.structs.replace(board, summary=summary)))
    assert {"cycle_overrun:press called 9 times: 2 x", "chattering", "1 x more than 10 calls within 10 minutes"} <= set(
        said
    )
