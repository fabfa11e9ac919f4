"""SVG put together from text: no library, and the same input gives the same picture."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

INK = "#222222"
FONTS = "DejaVu Sans, Verdana, sans-serif"  # the widest of those a printer or browser may put in its place
# Widths in em that no character of these exceeds in DejaVu Sans.
THIN, THIN_EM = frozenset(" .,:;'!|()[]ijlrtfI-/"), 0.42
BROAD, BROAD_EM = frozenset("mwMW%@#&+=<>^~—…\N{EM SPACE}\N{MINUS SIGN}"), 1.0
CAPITAL_EM, OTHER_EM = 0.79, 0.64
BOLD = 1.12  # bold letters and figures are up to that much wider


def opening(title: str, width: float, height: float, size: str = "") -> Iterator[str]:
    """The head of a document, its title and its white ground.

    Args:
        width, height: of the drawing, in units of its own.
        size: attributes that say how large it is printed; px of the drawing's units where left out.
    """
    size = size or f'width="{width:g}" height="{height:g}"'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width:g} {height:g}" '
        f'font-family="{FONTS}" font-size="12" fill="{INK}">'
    )
    yield f"<title>{escape(title)}</title>"
    yield f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>'


def document(head: Iterable[str], body: Iterable[str]) -> str:
    """The whole file."""
    return "\n".join([*head, *body, "</svg>", ""])


def text(x: float, y: float, words: str, style: str = "") -> str:
    """A line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}"{" " if style else ""}{style}>{escape(words)}</text>'


def length(words: str, size: float) -> float:
    """How long a line of text is at most, in units of `size`; a reader's fonts are not known here."""
    return size * sum(_em(character) for character in words)


def shortened(words: str, size: float, room: float) -> str:
    """As much of a line as has room, with an ellipsis where that is not all.

    >>> shortened("maintenance", 10.0, 50.0)
    'mainte…'
    """
    if length(words, size) <= room:
        return words
    while words and length(words + "…", size) > room:
        words = words[:-1]
    return words + "…"


def _em(character: str) -> float:
    if character in THIN:
        return THIN_EM
    if character in BROAD or unicodedata.east_asian_width(character) in "WF":
        return BROAD_EM
    return CAPITAL_EM if character.isupper() else OTHER_EM
