"""What rows must obey over time, read from the fold alone: each rule of the trade as a named check.

The tables may agree with the record, and the record itself still tell of something that must not be: a second officer
who is the first, two families in one room. A rule sees every change of the tables it names, in the order of each log,
and answers at the end. Where the people behind commitments cannot be read, rules about people see nothing.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Protocol

from service.record.fold import Change
from service.record.leaf import Leaf
from service.store.verify.finding import Finding
from service.store.verify.rules.actors import Actors
from service.store.verify.rules.appointments import Appointments
from service.store.verify.rules.entitled import Entitled
from service.store.verify.rules.gate import GateRules
from service.store.verify.rules.overlaps import Overlaps
from service.store.verify.rules.queue import QueueRule
from service.store.verify.rules.relationships import Relationships
from service.store.verify.rules.signatures import Signatures
from service.store.verify.rules.twos import Erasures, Exceptions, Releases, Seconds
from service.store.verify.shelves import Shelves


class Rule(Protocol):
    """One rule: the tables whose changes it sees, and what it found in the end."""

    tables: ClassVar[frozenset[str]]

    def see(self, change: Change, leaf: Leaf) -> None:
        """Takes in a change of one row."""

    def end_of_log(self) -> None:
        """All changes of one log were seen: what only they are needed for may be judged and let go."""

    def findings(self) -> Iterator[Finding]:
        """What contradicts the rule."""


def all_rules(*, people: bool = True, shelves: Shelves | None = None) -> Sequence[Rule]:
    """A fresh set of every rule, which remember on `shelves`. Appointments come last: the others ask them what a log
    said until then.

    Where nobody can be read (`people`), the rule that needs the whole history of a convict is left out.
    """
    kept = shelves or Shelves()
    appointments = Appointments(kept)
    return (
        Actors(),
        Overlaps(appointments),
        Relationships(appointments, kept),
        Exceptions(appointments, kept),
        GateRules(appointments, kept),
        Erasures(),
        Seconds(),
        Signatures(),
        QueueRule(),
        Releases(),
        *((Entitled(),) if people else ()),
        appointments,
    )
