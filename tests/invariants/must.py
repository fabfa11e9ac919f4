"""How an invariant says that it does not hold."""

from __future__ import annotations


class InvariantError(AssertionError):
    """A rule that should hold in every history does not hold in this one."""


def must(holds: bool, rule: str, evidence: object = "") -> None:
    """Raise `InvariantError` with the rule and the evidence unless it holds."""
    if not holds:
        message = f"{rule}: {evidence}"
        raise InvariantError(message)
