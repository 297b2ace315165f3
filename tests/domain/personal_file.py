"""A personal file in a line, and what the rules propose on its ground, as a table writes it."""

from dataclasses import dataclass, field

from service.domain.behaviour import proposals
from service.domain.behaviour_facts import BehaviourFacts, Incentive, Penalty, Proposal
from service.domain.facts import ConditionPeriod, DegreePeriod, Placement
from tests.domain.cast import KZ, convict, day

TODAY = day("2026-03-01")


@dataclass(frozen=True)
class File:
    """What the personal file says; days as 2026-03-01."""

    institution: str
    condition: str
    since: str = "2024-01-01"
    degree: tuple[int, str] | None = None
    incentives: tuple[str, ...] = ()
    penalties: tuple[tuple[str, str], ...] = ()
    more: dict[str, object] = field(default_factory=dict)
    moved_down_from: str | None = None
    came_from: str | None = None

    def facts(self) -> BehaviourFacts:
        """The same, as the rules take it."""
        degrees = () if self.degree is None else (DegreePeriod(self.degree[0], day(self.degree[1])),)
        conditions = [ConditionPeriod(self.condition, day(self.since))]
        if self.moved_down_from:
            conditions.insert(0, ConditionPeriod(self.moved_down_from, day("2024-01-01"), day(self.since)))
        placements = (Placement("A", self.institution, day("2024-01-01")),)
        if self.came_from:
            placements = (
                Placement("B", self.came_from, day("2023-01-01"), day(self.since)),
                Placement("A", self.institution, day(self.since)),
            )
        malicious = ":malicious"
        return BehaviourFacts(
            convict(self.institution, None, conditions=tuple(conditions), degrees=degrees, placements=placements),
            tuple(Incentive(day(one)) for one in self.incentives),
            tuple(Penalty(day(on), kind.removesuffix(malicious), malicious in kind) for kind, on in self.penalties),
            **self.more,  # type: ignore[arg-type]
        )


Line = tuple[File, str, str, str, str]
DILIGENT = {"diligent": True}


def released(on: str, **more: object) -> dict[str, object]:
    return {"release_on": day(on), **more}


def proposed(file: File, what: str, to: str) -> Proposal | None:
    """The proposal of that kind to that degree or condition."""
    found = [one for one in proposals(KZ, file.facts(), TODAY) if (one.what, one.proposed) == (what, to)]
    assert len(found) <= 1
    return found[0] if found else None


def read(proposal: Proposal | None) -> tuple[str, str, str]:
    """(first day borne, first day possible, what is lacking) as the table writes them."""
    if proposal is None:
        return "no", "no", ""
    lacking = " ".join(one.code.removeprefix("lacking-") for one in proposal.lacking)
    return str(proposal.not_before or "-"), str(proposal.earliest or "-"), lacking
