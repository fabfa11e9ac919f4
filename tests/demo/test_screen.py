"""The demo's screen, as text."""

import io
import re

import pytest

from edge_agent.andon.legend import Tier
from edge_agent.demo.faces import HIDE_CURSOR, SHOW_CURSOR, WRAP_LINES, Lines, Screen
from edge_agent.demo.screen import REMEMBERED, View, frame
from edge_agent.demo.words import Told
from edge_agent.state import State

STYLE = re.compile(r"\x1b\[[0-9;]*m")
RAISED = Told("12:00:01", "raised", "call 1, cycle overrun", "The cycle has run longer than 3.0 s.")


def view(*events, **parts):
    """A screen with these events."""
    made = View(length_s=60.0, **parts)
    made.events.extend(events)
    return made


def state(lamp, sign="call_waiting"):
    """What the subscriber was told."""
    return State(at_ns=0, lamp=lamp, sign=sign, reason="")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (80, 50), (200, 60), (50, 16), (80, 12)])
@pytest.mark.parametrize("colour", [True, False])
def test_it_fits(columns, rows, colour):
    """However many events there are, no line is wider than the terminal, and there is one line left for the cursor."""
    told = Told("12:00:01", "sensor lost", "gauge", "Unplugged or failed: " + "x" * 300)
    lines = frame(
        view(*[RAISED, told] * 40, press="p" * 300, lit={Tier.RED}, state=state({"red": "blinking"})),
        columns,
        rows,
        colour,
    )
    assert columns >= max(len(STYLE.sub("", line)) for line in lines)
    assert max(rows, 14) > len(lines)


def test_lit_and_dark_tiers_without_colour():
    """NO_COLOR: a lit tier is filled, a dark one shows its name alone, the buzzer shows in the foot."""
    assert [
        "  ╭────────────╮   12:00:01  raised call 1, cycle overrun",
        "  │    red     │       The cycle has run longer than 3.0 s.",
        "  │██ yellow ██│",
        "  │   green    │",
        "  │    blue    │",
        "  │   white    │",
        "  ╰ ♪ buzzer ♪ ╯",
    ] == frame(view(RAISED, lit={Tier.YELLOW}, sound=True), 80, 15, colour=False)[2:9]


def test_colour_changes_no_text():
    """With its styles taken away a coloured screen reads as one without, lit tiers apart."""
    shown = view(RAISED, press="Part 1")
    assert frame(shown, 80, 24, colour=False) == [
        STYLE.sub("", line).rstrip() for line in frame(shown, 80, 24, colour=True)
    ]


def test_the_newest_events_stay():
    """Where there is no room for all, the oldest go; nothing is kept that no terminal could show."""
    told = [Told(f"12:00:{second:02d}", "cleared", "call 1", "") for second in range(60)]
    shown = view(*told)
    text = "\n".join(frame(shown, 80, 24, colour=False))
    assert "12:00:59" in text
    assert "12:00:42" not in text
    assert REMEMBERED == len(shown.events)


def test_the_lamp_is_explained_only_while_it_is_the_one_seen():
    """The snapshot comes up to a second late: a green that is over is not explained beside a yellow lamp."""
    waiting = state({"yellow": "blinking"})
    explained = [
        any("team leader comes" in line.lower() for line in frame(view(lit=lit, state=waiting), 80, 24, colour=False))
        for lit in ({Tier.YELLOW}, set(), {Tier.GREEN})
    ]
    assert [True, True, False] == explained
    late = frame(view(lit={Tier.YELLOW}, state=state({"green": "continuous"}, "running")), 80, 24, colour=False)
    assert "Running" not in "\n".join(late)


def test_the_terminal_is_given_back():
    """The cursor is hidden while it draws; at the end it is back, lines wrap again, and the last words stand below."""
    stream = io.StringIO()
    screen = Screen(stream, 60.0, colour=True)
    screen.output("yellow", on=True)
    screen.output("buzzer", on=True)
    screen.draw(1.0)
    screen.close(["next: edge-agent init"])
    said = stream.getvalue()
    assert said.startswith(HIDE_CURSOR)
    assert said.endswith(f"next: edge-agent init\n{WRAP_LINES}{SHOW_CURSOR}")


def test_nothing_is_written_where_nothing_has_changed():
    """A second drawing of the same picture is silent; a changed one goes over the last."""
    stream = io.StringIO()
    screen = Screen(stream, 60.0, colour=False)
    drawn = len(stream.getvalue())
    screen.draw(0.5)
    assert drawn == len(stream.getvalue())
    screen.press("Part 1")
    screen.draw(0.5)
    assert re.match(r"\x1b\[\d+A\r", stream.getvalue()[drawn:])


def test_plain_lines_tell_each_lamp_once():
    """Off a terminal the lamp is a line when it changes, not at each blink."""
    stream = io.StringIO()
    lines = Lines(stream)
    for lamp in ({"yellow": "blinking"}, {"yellow": "blinking"}, {"yellow": "continuous"}):
        lines.output("yellow", on=True)
        lines.state(state(lamp))
    assert ["yellow blinking", "yellow"] == [
        line.split(":")[0].removeprefix("lamp   ") for line in stream.getvalue().splitlines()
    ]
