"""Every story in this folder is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories import manual
from tests.stories.story import Player, read

STORIES = sorted(Path(__file__).parent.glob("*.story"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path: Path) -> None:
    """The station shows and says what the story tells."""
    story = read(path)
    player = Player(story)
    told = []
    player.heard()
    for line in story.lines:
        player.play(line)
        heard = player.heard()
        shown = player.lamp()
        told.append(f"{line.number}: {line.act} -> {shown}   says {', '.join(heard)}")
        where = f"{path.name}:{line.number}\n" + "\n".join(told)
        if line.lamp is not None:
            assert line.lamp == shown, where
        if line.says:
            assert line.says == heard, where


def test_every_story_has_a_group():
    """The manual shows each story under a heading: a line `group NAME`."""
    for each in manual.stories():
        group = each.story.settings.get("group")
        assert group in manual.GROUPS, f"{each.story.path.name}: group {group} is none of {', '.join(manual.GROUPS)}"


def test_nothing_is_left_to_belief():
    """Every sign of the stack, row of a call's life, kind of call and detector is shown by a story."""
    assert [] == manual.without_a_story()
