"""Signatures of acts of two: whose passkey it was, and that whoever has one used it."""

from collections.abc import Iterator
from typing import ClassVar

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.rules.cells import found_in, plain


class Signatures:
    """`rule.signature`: signed in the name of another than whoever acted, with a passkey that was not theirs or had
    ended, or not signed by an officer who had one. All of it stands in one log, in order.
    """

    tables: ClassVar[frozenset[str]] = frozenset({"act_signature", "passkey"})

    def __init__(self) -> None:
        self._held: dict[object, set[str]] = {}
        self._findings: list[Finding] = []

    def see(self, change: Change, leaf: Leaf) -> None:
        """Takes in a change. Where nobody can be read, only the officer is compared."""
        person = plain(change.after, "person_id")
        held = self._held.setdefault(person, set())
        if change.table == "passkey":
            if plain(change.after, "holder") == "officer" and plain(change.after, "ended_at") is None:
                held.add(change.key)
            else:
                held.discard(change.key)
            return
        acted = leaf.by.get("id") if leaf.by["as"] == "officer" else None
        used = plain(change.after, "passkey_id")
        of_another = isinstance(person, str) and (used not in held if used is not None else bool(held))
        if plain(change.after, "officer_id") != acted or of_another:
            self._findings.append(found_in(change, "rule.signature"))

    def end_of_log(self) -> None:
        """Nothing to let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rule."""
        yield from self._findings
