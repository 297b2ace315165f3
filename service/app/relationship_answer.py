"""The convict answers a claim: at the kiosk, or on signed paper through the registry officer."""

from service.app.relationship_load import load_relationship, tell_claimant
from service.domain.access import require
from service.domain.identity import clean_line
from service.domain.refusal import refuse
from service.domain.relationship import step
from service.store.unit_of_work import UnitOfWork


def accept_relationship(unit: UnitOfWork, *, relationship: str, paper: str | None = None) -> None:
    """The convict knows the person and wants to meet them. An officer must name the signed paper."""
    _answer(unit, relationship, "accept", paper)


def decline_relationship(unit: UnitOfWork, *, relationship: str, paper: str | None = None) -> None:
    """The convict does not want to; the relative is told so, and nothing else."""
    _answer(unit, relationship, "decline", paper)


def _answer(unit: UnitOfWork, relationship: str, answer: str, paper: str | None) -> None:
    loaded = load_relationship(unit, relationship)
    accepted = answer == "accept"
    require(unit.actor, "relationship.accept" if accepted else "relationship.decline", loaded.target)
    on_paper = unit.actor.principal == "officer"
    if on_paper and not (paper or "").strip():
        raise refuse("not-possible", "text-missing")
    row = loaded.row
    state = step("accept" if accepted else "decline", row.state)
    if accepted:
        unit.change(row, state=state, accepted_at=unit.now, accepted_how="paper" if on_paper else "kiosk")
    else:
        unit.change(row, state=state, ended_at=unit.now, ended_ground="ground-convict-refuses")
    tell_claimant(unit, loaded, "accepted" if accepted else "declined")
    if on_paper:
        told = "relationship.accepted" if accepted else "relationship.declined"
        unit.tell(told, row.institution_id, paper=clean_line(paper or "", 80))
