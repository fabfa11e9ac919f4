"""Who may do what: one small table, the same for the terminal and the plant network."""

from itertools import product
from typing import get_args

import pytest

from edge_agent.andon.roles import Deed, Role, Way, refusal

DEEDS, WAYS = get_args(Deed), get_args(Way)
LEADER = Role(name="team_leader", may=("acknowledge", "arrive", "restore", "restore_stopped", "shelve"))
BOARD = Role(name="board", may=("acknowledge", "plan"), via=("remote",))
NOBODY = Role(name="area_manager")


def allowed(*roles):
    """What `refusal` lets through, as (role, deed, way)."""
    names = ["", "stranger", *(role.name for role in roles)]
    return {each for each in product(names, DEEDS, WAYS) if refusal(roles, *each) is None}


def test_without_roles_neither_a_stop_is_ended_nor_a_standard_set_from_afar():
    """Everybody at the control socket may do all; whatever role they name means nothing."""
    every = set(product(["", "stranger"], DEEDS, WAYS))
    assert every - set(product(["", "stranger"], ["restore_stopped", "standard", "test"], ["remote"])) == allowed()


def test_with_roles_nothing_is_allowed_that_is_not_written():
    """Each role has what its table says, by the ways it says, and nobody else has anything."""
    written = {("team_leader", deed, way) for deed in LEADER.may for way in WAYS}
    written |= {("board", deed, "remote") for deed in BOARD.may}
    assert written == allowed(LEADER, BOARD, NOBODY)


@pytest.mark.parametrize(
    ("name", "deed", "way", "why"),
    [
        ("", "plan", "remote", "name your role; roles that may plan by remote: board"),
        ("bord", "plan", "remote", "there is no role 'bord'; roles that may plan by remote: board"),
        ("board", "plan", "control", "role 'board' may not plan by control; roles that may: none"),
        ("board", "restore", "remote", "role 'board' may not restore by remote; roles that may: team_leader"),
    ],
)  # fmt: skip
def test_a_refusal_says_who_may(name, deed, way, why):
    """Whoever is refused learns whom to ask."""
    assert why == refusal((LEADER, BOARD, NOBODY), name, deed, way)


def test_to_end_a_stop_is_more_than_to_restore():
    """A role that could end a stop and no other call is a slip of the pen."""
    with pytest.raises(ValueError, match="'restore_stopped' goes beyond 'restore'; write both"):
        Role(name="leader", may=("restore_stopped",))
