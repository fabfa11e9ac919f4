"""The event catalogue tells every type, every field and a real example."""

from __future__ import annotations

from typing import ClassVar

import pytest

from edge_agent.events import CATALOGUE
from edge_agent.events.data import Data
from edge_agent.signals import asyncapi
from tests.contract import catalogue
from tests.contract.meanings import OF_ONE


def test_every_field_is_explained():
    """Whoever writes a subscriber need not guess."""
    assert [] == catalogue.unexplained(), "say it under `Args:` of the record, or in tests/contract/meanings.py"


def test_a_field_without_a_word_is_found(monkeypatch):
    """Control: a type with a field that nobody tells of."""

    class Strange(Data):
        """Of no use."""

        TYPE: ClassVar[str] = "andon.strange.v1"
        riddle: int

    monkeypatch.setattr(catalogue, "CATALOGUE", (Strange,))
    assert ["Strange.riddle"] == catalogue.unexplained()


def test_every_type_has_an_example():
    """Real ones: `python -m tests.contract --examples` takes them; a new type needs a story that says it."""
    recorded = {data.TYPE for data in CATALOGUE if data.KEPT}
    assert set() == recorded - asyncapi.examples().keys()


@pytest.mark.parametrize("owned", OF_ONE)
def test_nothing_is_explained_that_is_not_there(owned):
    """A field that was renamed takes its meaning along."""
    assert f"| `{owned.partition('.')[2]}` |" in catalogue.page()


def test_a_docstring_is_read_line_by_line():
    """Several names before one meaning, and a meaning over several lines."""
    told = catalogue.meanings(next(data for data in CATALOGUE if data.TYPE == "andon.pace.hour.v1"))
    assert told["began"] == told["ended"]
    assert told["unseen"].endswith("nobody is called behind for these")
