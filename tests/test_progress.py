"""A bar on a terminal, nothing in a pipe, and no item lost either way."""

import io
import re

from edge_agent.progress import Progress


class Terminal(io.StringIO):
    """Somebody looks."""

    def isatty(self):
        """It is a terminal."""
        return True


def test_a_terminal_sees_how_far_it_is():
    """It grows to nearly the end and is wiped; plain characters only."""
    screen = Terminal()
    assert list(range(5_000)) == list(Progress("replaying", 5_000, screen).over(range(5_000)))
    assert ["0", "20", "40", "60", "80"] == re.findall(r"(\d+) %", screen.getvalue())
    assert screen.getvalue().endswith(" \r")
    assert "\x1b" not in screen.getvalue()


def test_a_pipe_sees_nothing():
    """The items pass, unseen."""
    pipe = io.StringIO()
    assert [1, 2] == list(Progress("replaying", 2, pipe).over([1, 2]))
    assert "" == pipe.getvalue()


def test_a_task_that_is_given_up_leaves_a_clean_line():
    """Whoever reads stops: the bar is wiped all the same."""
    screen = Terminal()
    items = Progress("replaying", 10_000, screen).over(range(10_000))
    assert 0 == next(items)
    items.close()
    assert screen.getvalue().endswith(" \r")


def test_more_than_foretold_stays_at_the_end():
    """A recording that grows while it is read."""
    screen = Terminal()
    list(Progress("replaying", 1, screen).over(range(2_000)))
    assert max(int(each) for each in re.findall(r"(\d+) %", screen.getvalue())) == 100
