"""The conversation: what counts as an answer, and what happens when there is none."""

from __future__ import annotations

import io

import pytest

from edge_agent.commissioning.dialogue import Dialogue, Unanswered

ANSWERS = {"y": "yes", "n": "no", "o": "other lamp"}


def dialogue(*lines: str, unattended: bool = False) -> tuple[Dialogue, io.StringIO]:
    """A conversation whose answers are these."""
    out, answers = io.StringIO(), iter([f"{line}\n" for line in lines])
    return Dialogue(out, lambda: next(answers, ""), unattended=unattended), out


@pytest.mark.parametrize(("typed", "meant"), [("y", "y"), ("", "y"), ("N", "n"), ("no", "n"), (" other ", "o")])
def test_a_letter_or_a_word_will_do(typed: str, meant: str):
    """And Enter alone is the first."""
    asking, _ = dialogue(typed)
    assert meant == asking.ask("Is it on?", ANSWERS)


def test_a_slip_is_asked_again():
    """With what can be typed."""
    asking, out = dialogue("maybe", "n")
    assert "n" == asking.ask("Is it on?", ANSWERS)
    assert "'maybe' is none of them; type one of y, n, o" in out.getvalue()


def test_one_of_several_words():
    """As many letters as tell it from the others."""
    asking, _ = dialogue("b", "gre")
    assert "green" == asking.choose("Which?", ["blue", "buzzer", "green"])


def test_answers_that_end_are_no_yes():
    """A script that is too short tests nothing that it does not answer for."""
    asking, _ = dialogue()
    with pytest.raises(Unanswered, match="--yes"):
        asking.ask("Is it on?", ANSWERS)
    assert not dialogue(unattended=True)[0].agrees("Write it?")
