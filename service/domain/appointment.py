"""The life of an appointment: its states, and which step leads from which.

    held -> requested -> granted -> underway -> completed
      \\         \\          \\-> no_show, cancelled
       lapsed     refused, cancelled

There is no step that changes who meets whom; a move changes only the time and place of a requested or granted one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from service.domain.refusal import refuse

State = Literal["held", "requested", "granted", "underway", "completed", "no_show", "refused", "cancelled", "lapsed"]
HOLD = timedelta(minutes=15)
"""How long a place is kept while the form is filled in. The deadline is set once and never renewed."""
GATE_OPENS_BEFORE = timedelta(minutes=90)
"""From when before its start a pass opens the gate."""
NO_SHOW_AFTER = timedelta(minutes=60)
"""How long after its start a visit nobody came to still waits."""


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow: from which states, to which."""

    before: frozenset[str]
    after: State


STEPS: Mapping[str, Step] = {
    "request": Step(frozenset({"held"}), "requested"),
    "lapse": Step(frozenset({"held"}), "lapsed"),
    "grant": Step(frozenset({"requested"}), "granted"),
    "refuse": Step(frozenset({"requested"}), "refused"),
    "cancel": Step(frozenset({"held", "requested", "granted"}), "cancelled"),
    "admit": Step(frozenset({"granted", "underway"}), "underway"),
    "complete": Step(frozenset({"underway"}), "completed"),
    "miss": Step(frozenset({"granted"}), "no_show"),
}
LIVE = frozenset({"held", "requested", "granted", "underway", "completed", "no_show"})
"""States in which an appointment takes its place, its people's time and its part of the entitlement."""
MOVABLE = frozenset({"requested", "granted"})
UPCOMING = frozenset({"requested", "granted"})

CANCEL_CODES_FAMILY = ("ground-visitor-asks",)
CANCEL_CODES_CONVICT = ("ground-convict-refuses",)


def step(name: str, state: str) -> tuple[State, bool]:
    """The state after a step, and whether it is then live. Raises Refusal 'conflict' where no arrow leads."""
    arrow = STEPS[name]
    if state not in arrow.before:
        raise refuse("conflict", "state-does-not-allow")
    return arrow.after, arrow.after in LIVE


def transition_allowed(before: str | None, after: str) -> bool:
    """Whether one event may lead from one state to another; an appointment begins as a hold. For the verifier."""
    if before is None or before == after:
        return after in (before, "held")
    return any(before in arrow.before and after == arrow.after for arrow in STEPS.values())
