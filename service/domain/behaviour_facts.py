"""Incentives and penalties, and what is proposed on their ground to the head and the commission."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.domain.facts import ConvictFacts
from service.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Incentive:
    """An incentive granted by reasoned order on `on` (PEC 128)."""

    on: date


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty imposed on `on` (PEC 131). `malicious_act`: for one of the acts listed in PEC 130(2)."""

    on: date
    kind: str
    malicious_act: bool = False
    lifted_on: date | None = None


@dataclass(frozen=True, slots=True)
class BehaviourFacts:
    """What degree and condition depend on. `chapters`: chapters of the Criminal Code of the sentence."""

    convict: ConvictFacts
    incentives: tuple[Incentive, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    release_on: date | None = None
    diligent: bool = False
    chapters: frozenset[int] = frozenset()
    vulnerable: bool = False
    """Pregnant, with small children, or disabled (PEC 144(5))."""
    term_began_on: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step that head (degree) or commission (condition) may decide; a machine decides neither.

    `not_before` is the first day on which the facts bear it, None while something is `lacking`. `earliest` is the first
    day on which it could be borne if all that is lacking came as soon as it may; None where nobody can say (no day of
    release is known). `not_after` is the day by which it must be looked at, where the law sets one.
    """

    what: Literal["degree", "condition"]
    present: str
    proposed: str
    article: str
    not_before: date | None
    supports: tuple[Reason, ...]
    lacking: tuple[Reason, ...] = ()
    not_after: date | None = None
    earliest: date | None = None

    def ready(self, day: date) -> bool:
        """Whether it may be put before the head or the commission on `day`."""
        return self.not_before is not None and self.not_before <= day
