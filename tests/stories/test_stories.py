"""Every story in this folder is true."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_every_sign_of_the_legend_has_a_story() -> None:
    """No lamp state is left to belief."""
    from edge_agent.legend import Sign

    seen = set()
    for path in STORIES:
        player = Player(read(path))
        for line in player.story.lines:
            player.play(line)
            seen.add(player.station.stack(player.now_ns).sign)
    assert set(Sign) == seen
