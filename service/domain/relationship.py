"""The life of a relationship between a convict and somebody outside: its states, and which step leads from which.

    claimed -> accepted -> verified -> confirmed -> revoked
       \\         \\            \\            \\-> withdrawn
     declined   refused, withdrawn

The convict accepts, one officer verifies the papers, another confirms (IR 86). An end never deletes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.domain.calendar import full_years
from service.domain.reasons import REASONS
from service.domain.refusal import refuse

RelationshipState = Literal[
    "claimed", "accepted", "declined", "verified", "confirmed", "refused", "revoked", "withdrawn"
]
StepName = Literal["accept", "decline", "verify", "confirm", "refuse", "permit", "list", "revoke", "withdraw"]

LIVE = frozenset({"claimed", "accepted", "verified", "confirmed"})
"""States in which a second claim of the same person to the same convict is one too many."""
KNOWN_TO_CLAIMANT = frozenset({"accepted", "verified", "confirmed", "refused", "revoked", "withdrawn", "declined"})
"""What a claimant may see: a claim not yet answered would tell whether the person is there at all."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """From which states a step leads, and to which; None: the state stays."""

    before: frozenset[str]
    after: RelationshipState | None


STEPS: Mapping[StepName, Arrow] = {
    "accept": Arrow(frozenset({"claimed"}), "accepted"),
    "decline": Arrow(frozenset({"claimed"}), "declined"),
    "verify": Arrow(frozenset({"accepted"}), "verified"),
    "confirm": Arrow(frozenset({"verified"}), "confirmed"),
    "refuse": Arrow(frozenset({"claimed", "accepted", "verified"}), "refused"),
    "permit": Arrow(frozenset({"accepted", "verified", "confirmed"}), None),
    "list": Arrow(frozenset({"accepted", "verified", "confirmed"}), None),
    "revoke": Arrow(frozenset({"confirmed"}), "revoked"),
    "withdraw": Arrow(frozenset({"accepted", "verified", "confirmed"}), "withdrawn"),
}

REOPENED = frozenset({"claimed", "accepted", "verified"})
"""Where a refused relation may stand again, by an exception of two officers."""

CONVICT_GROUNDS = ("ground-convict-refuses", "ground-relation-ended")
"""With which a convict revokes; officers have the whole closed list."""


def step(name: StepName, state: str) -> str:
    """The state after a step. Raises Refusal 'conflict' where no arrow leads."""
    arrow = STEPS[name]
    if state not in arrow.before:
        raise refuse("conflict", "state-does-not-allow")
    return arrow.after or state


def transition_allowed(before: str | None, after: str) -> bool:
    """Whether one event may lead from one state to another; a relationship begins as a claim. For the verifier."""
    if before is None:
        return after == "claimed"
    if before == "refused" and after in REOPENED:
        return True
    return before == after or any(before in arrow.before and after == arrow.after for arrow in STEPS.values())


def reopened(state: str, *, accepted: bool, verified: bool) -> str:
    """Where a refused relation stands again that two officers take up once more: where it stood when it was refused.

    Raises Refusal 'conflict' for one that was not refused.
    """
    if state != "refused":
        raise refuse("conflict", "state-does-not-allow")
    return "verified" if verified else "accepted" if accepted else "claimed"


def check_ground(ground: str, among: tuple[str, ...] | None = None) -> str:
    """A ground of the closed list, or of those `among`. Raises Refusal 'choice-unknown'."""
    rule = REASONS.get(ground)
    if rule is None or rule.group != "ground" or (among is not None and ground not in among):
        raise refuse("not-possible", "choice-unknown")
    return ground


def check_minor(born: date, today: date, majority: int) -> None:
    """Whoever is represented by another must be under age today (IR 76). Raises Refusal 'not-a-minor'."""
    if full_years(born, today) >= majority:
        raise refuse("not-possible", "not-a-minor")
