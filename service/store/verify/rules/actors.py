"""Who acted comes from the credential: an officer named for an act is the officer whose event it is."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.rules.cells import found_in, newly, plain

SIGNED: Mapping[str, tuple[str, ...]] = {
    "relationship": ("verified_by", "confirmed_by", "permitted_by"),
    "appointment": ("decided_by",),
    "exception_request": ("decided_by",),
    "admission": ("matched_by",),
    "erasure_request": ("decided_by",),
    "lead_outcome": ("said_by",),
    "commission_decision": ("decided_by",),
}
"""Columns that name the officer who acts at this very moment."""


class Actors:
    """`rule.actor`: a decision carries the name of another than the officer who acted, or of one where none acted."""

    tables: ClassVar[frozenset[str]] = frozenset(SIGNED)

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:
        """Takes in a change. The system itself may act on what was decided elsewhere, such as at first loading."""
        for column in SIGNED[change.table]:
            if newly(change, column) and leaf.by["as"] != "system":
                who = "auditor" if change.table == "lead_outcome" else "officer"
                acted = leaf.by.get("id") if leaf.by["as"] == who else None
                if plain(change.after, column) != acted:
                    self._findings.append(found_in(change, "rule.actor", column=column))

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rule."""
        yield from self._findings
