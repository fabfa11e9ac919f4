"""Who may do what, and from where: the tables `[[role]]` and the one decision on them.

A role is claimed, not proven: the control socket's group and the broker's access list say who can speak at all.
Wires need no role; whoever stands at the station may press its buttons.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import msgspec

Deed = Literal[
    "acknowledge",
    "arrive",
    "restore",
    "restore_stopped",
    "shelve",
    "plan",
    "standard",
    "relearn",
    "test_light",
    "test",
]
Way = Literal["control", "remote"]

EVERYBODY_MAY: dict[Way, frozenset[str]] = {  # where no role is written
    "control": frozenset(get_args(Deed)),
    "remote": frozenset(get_args(Deed)) - {"restore_stopped", "standard", "test"},
}
IN_WORDS: dict[Deed, str] = {  # those whose name is no verb
    "restore_stopped": "restore a call that has stopped the line",
    "standard": "set the standard",
    "test_light": "test the lamps",
}
DEEDS: dict[str, Deed] = {  # what one must be allowed, to ask for it; whoever reads needs no role
    "acknowledge": "acknowledge",
    "arrive": "arrive",
    "restore": "restore",
    "planned-stop": "plan",
    "changeover": "plan",
    "resume": "plan",
    "product": "plan",
    "set-plan": "plan",
    "set-standard": "standard",
    "relearn": "relearn",
    "shelve": "shelve",
    "unshelve": "shelve",
    "rule-out": "shelve",
    "rule-back": "shelve",
    "test-light": "test_light",
    "test": "test",
    "test-on": "test",
    "test-end": "test",
}


def deed_of(request: str, roles: tuple[Role, ...]) -> Deed:
    """What one must be allowed, to ask for this; KeyError for what only reads.

    Where no role is written, nobody owns the plan apart from the standard: what a planned stop changes ends by itself,
    a takt that was set stays.
    """
    return "standard" if request == "set-plan" and not roles else DEEDS[request]


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role of the plant; one that `may` nothing is only called."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]
    may: tuple[Deed, ...] = ()
    via: tuple[Way, ...] = ("control", "remote")

    def __post_init__(self) -> None:
        """Refuse who may end a stop and no other call."""
        if "restore_stopped" in self.may and "restore" not in self.may:
            message = "may: 'restore_stopped' goes beyond 'restore'; write both"
            raise ValueError(message)


def refusal(roles: tuple[Role, ...], name: str, deed: Deed, way: Way) -> str | None:
    """Why who calls themselves `name` may not do this by this way; None where they may.

    >>> refusal((), "", "restore_stopped", "remote")
    'without [[role]] no remote request may restore a call that has stopped the line; do it at the station'
    >>> refusal((Role(name="operator", may=("acknowledge",)),), "operator", "plan", "control")
    "role 'operator' may not plan by control; roles that may: none"
    """
    words = IN_WORDS.get(deed, deed)
    if not roles:
        return (
            None
            if deed in EVERYBODY_MAY[way]
            else f"without [[role]] no {way} request may {words}; do it at the station"
        )
    if any(each.name == name and _may(each, deed, way) for each in roles):
        return None
    may = ", ".join(each.name for each in roles if _may(each, deed, way)) or "none"
    if any(each.name == name for each in roles):
        return f"role {name!r} may not {words} by {way}; roles that may: {may}"
    return f"{f'there is no role {name!r}' if name else 'name your role'}; roles that may {words} by {way}: {may}"


def _may(role: Role, deed: Deed, way: Way) -> bool:
    return deed in role.may and way in role.via
