"""How the service says no: one exception that carries reasons as data; the sentence is made at the edge."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from service.domain.reasons import Reason, reason

Sort = Literal["not-found", "not-allowed", "conflict", "not-possible"]


class Refusal(Exception):
    """A use case refuses, and nothing was changed.

    `sort` is what kind of no: the thing is not there for this person (`not-found`), the person may not
    (`not-allowed`), the state or somebody faster stands against it (`conflict`), or a rule does (`not-possible`).
    `alternatives` may offer what is possible instead, as data.
    """

    def __init__(
        self,
        sort: Sort,
        reasons: Sequence[Reason] = (),
        alternatives: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(sort, *(one.code for one in reasons))
        self.sort: Sort = sort
        self.reasons = tuple(reasons)
        self.alternatives = tuple(alternatives)


def refuse(sort: Sort, code: str, article: str | None = None, **arguments: str | int | date) -> Refusal:
    """A refusal with one reason of the closed list."""
    return Refusal(sort, (reason(code, article, **arguments),))
