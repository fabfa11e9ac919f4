"""Text on paper: escaped, and shortened where it has no room."""

from xml.etree import ElementTree as ET

import pytest

from edge_agent import svg


def test_a_document_is_well_formed_whatever_it_says():
    """Names with brackets, ampersands and quotes are told as they are."""
    name = "<Ring> & \"Nut\" 'ö'"
    root = ET.fromstring(svg.document(svg.opening(name, 100, 50), [svg.text(1, 2, name)]))  # noqa: S314 - our own text
    assert [name, name] == [element.text for element in root if element.text and element.text.strip()]
    assert "0 0 100 50" == root.get("viewBox")


@pytest.mark.parametrize("words", ["", "x", "MMMMMMMMMM", "iiiiiiiiii", "Größenprüfung", "検査工程の名前"])
@pytest.mark.parametrize("room", [0.0, 11.0, 40.0, 400.0])
def test_what_is_shortened_has_room(words, room):
    """Whole where it fits, else as much as fits and an ellipsis."""
    short = svg.shortened(words, 10.0, room)
    assert short == words or short.endswith("…")
    assert svg.length(short, 10.0) <= max(room, svg.length("…", 10.0))
    assert (short == words) == (svg.length(words, 10.0) <= room)
