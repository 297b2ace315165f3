"""What a test answers: whom it asks about, how far from what is usual, and the records that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN = 50
"""How many records a lead names; all are counted."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A question. `p` is the chance of something at least as far from the usual, `q` the smallest false-discovery rate

    at which it would be named; both None for rules that count. `counts` says what was counted, `records` are the ids of
    the appointments or relationships it rests on.
    """

    test: str
    institution: str
    subject: tuple[str, ...]
    score: float
    counts: Mapping[str, float]
    records: tuple[str, ...]
    p: float | None = None
    q: float | None = None

    @property
    def key(self) -> str:
        """What the lead is known by when it is answered: the same for the same question asked again."""
        return "|".join((self.test, self.institution, *self.subject))

    def told(self) -> dict[str, Any]:
        """The lead as JSON."""
        return {
            "test": self.test,
            "institution": self.institution,
            "subject": list(self.subject),
            "score": round(self.score, 4),
            "p": self.p,
            "q": self.q,
            "counts": {name: round(value, 4) for name, value in self.counts.items()},
            "records": list(self.records),
        }


def some(records: Sequence[str]) -> tuple[str, ...]:
    """The records a lead names."""
    return tuple(records[:SHOWN])
