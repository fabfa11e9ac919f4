"""The conversation with whoever tests: lines said, questions with a letter for an answer, or a script instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TextIO


class Unanswered(Exception):  # noqa: N818 - reads as what it is: the questions are not answered any more
    """The input has ended before all questions were answered."""


class Dialogue:
    """Says and asks.

    Args:
        out: where it is said.
        read: the next line of the answers, empty at their end.
        unattended: nobody is there: nothing is asked, what can be measured is.
    """

    def __init__(self, out: TextIO, read: Callable[[], str], *, unattended: bool) -> None:
        self._out, self._read = out, read
        self.unattended = unattended

    def say(self, text: str = "") -> None:
        """Say a line, at once."""
        self._out.write(f"{text}\n")
        self._out.flush()

    def ask(self, question: str, answers: dict[str, str]) -> str:
        """Ask until one of the answers is given; its letter. What was typed need only begin the word.

        Args:
            answers: letter to word, the first of them what Enter alone means.

        Raises:
            Unanswered: the input has ended.
        """
        default, offered = next(iter(answers)), " ".join(f"[{key}]{word[len(key) :]}" for key, word in answers.items())
        while True:
            self._out.write(f"    {question} {offered}: ")
            self._out.flush()
            given = self._line()
            if not given:
                return default
            for key, word in answers.items():
                if given == key or (len(given) > 1 and word.startswith(given)):
                    return key
            self.say(f"    {given!r} is none of them; type one of {', '.join(answers)}, then Enter")

    def wait(self, text: str) -> None:
        """Wait until Enter is pressed; errors as `ask`."""
        self._out.write(f"    {text} Then press Enter: ")
        self._out.flush()
        self._line()

    def agrees(self, question: str) -> bool:
        """Ask for a yes or a no; no where nobody is there."""
        return not self.unattended and self.ask(question, {"y": "yes", "n": "no"}) == "y"

    def choose(self, question: str, offered: Iterable[str]) -> str:
        """Ask for one of several words; errors as `ask`."""
        words = list(offered)
        while True:
            self._out.write(f"    {question} ({', '.join(words)}): ")
            self._out.flush()
            given = self._line()
            near = [word for word in words if given and word.startswith(given)]
            if given in words or len(near) == 1:
                return given if given in words else near[0]
            self.say(f"    {given!r} is none of them")

    def _line(self) -> str:
        line = self._read()
        if not line:
            message = "the answers have ended before the questions; --yes tests without a person"
            raise Unanswered(message)
        return line.strip().lower()
