"""Officers judge a relationship: one verifies the papers, another confirms; either may refuse (IR 80, 86)."""

from service.app.relationship_load import load_relationship, not_about_oneself, tell_claimant
from service.domain.access import require
from service.domain.identity import clean_words
from service.domain.refusal import refuse
from service.domain.relationship import check_ground, step
from service.store.tables import Relationship
from service.store.unit_of_work import UnitOfWork

LONGEST_BASIS = 500


def verify_relationship(unit: UnitOfWork, *, relationship: str, basis: str, listed: bool = False) -> None:
    """The registry officer has seen identity and kinship papers (`basis` says which) and enters them.

    `listed`: the personal file names the person, so that calls need no more (IR 101).
    """
    loaded = load_relationship(unit, relationship)
    require(unit.actor, "relationship.verify", loaded.target)
    not_about_oneself(unit, loaded)
    row = loaded.row
    unit.change(
        row,
        state=step("verify", row.state),
        verified_at=unit.now,
        verified_by=unit.actor.id,
        listed_in_file=listed,
        **unit.sealed(Relationship, row.id, row.person_id, basis=clean_words(basis, LONGEST_BASIS)),
    )
    tell_claimant(unit, loaded, "verified")


def confirm_relationship(unit: UnitOfWork, *, relationship: str) -> None:
    """A second officer confirms; in force from today. Never the officer who verified: the database refuses it too."""
    loaded = load_relationship(unit, relationship)
    row = loaded.row
    require(unit.actor, "relationship.confirm", loaded.without(row.verified_by))
    not_about_oneself(unit, loaded)
    state = step("confirm", row.state)
    unit.change(row, state=state, confirmed_at=unit.now, confirmed_by=unit.actor.id, since=loaded.today)
    tell_claimant(unit, loaded, "confirmed")


def refuse_relationship(unit: UnitOfWork, *, relationship: str, ground: str) -> None:
    """Refuses before it is confirmed, with a ground of the closed list, which the relative reads."""
    loaded = load_relationship(unit, relationship)
    require(unit.actor, "relationship.refuse", loaded.target)
    not_about_oneself(unit, loaded)
    row = loaded.row
    state = step("refuse", row.state)
    unit.change(row, state=state, ended_at=unit.now, ended_ground=check_ground(ground))
    tell_claimant(unit, loaded, "refused", ground=ground)


def permit_relationship(unit: UnitOfWork, *, relationship: str) -> None:
    """The head permits short visits of somebody neither spouse nor close relative, on their application (IR 80)."""
    loaded = load_relationship(unit, relationship)
    require(unit.actor, "relationship.permit", loaded.target)
    not_about_oneself(unit, loaded)
    row = loaded.row
    step("permit", row.state)
    if row.permitted_at is not None:
        raise refuse("conflict", "already-there")
    unit.change(row, permitted_at=unit.now, permitted_by=unit.actor.id)
    tell_claimant(unit, loaded, "permitted")


def list_relationship(unit: UnitOfWork, *, relationship: str, listed: bool) -> None:
    """Whether the personal file names the person, as calls need it (IR 101)."""
    loaded = load_relationship(unit, relationship)
    require(unit.actor, "relationship.list", loaded.target)
    not_about_oneself(unit, loaded)
    row = loaded.row
    step("list", row.state)
    if row.listed_in_file == listed:
        raise refuse("conflict", "already-there")
    unit.change(row, listed_in_file=listed)
    unit.tell("relationship.listed", row.institution_id)
