"""A relationship ends: revoked by the convict or an officer, withdrawn by the relative. Nothing is deleted.

Appointments that rest on it stay; the nightly re-check flags those that are still to come.
"""

from service.app.relationship_load import load_relationship, tell_claimant
from service.domain.access import require
from service.domain.refusal import Refusal
from service.domain.relationship import CONVICT_GROUNDS, KNOWN_TO_CLAIMANT, check_ground, step
from service.store.unit_of_work import UnitOfWork


def revoke_relationship(unit: UnitOfWork, *, relationship: str, ground: str) -> None:
    """Takes a confirmed relationship back from today on, with a ground of the closed list; the convict has fewer."""
    loaded = load_relationship(unit, relationship)
    require(unit.actor, "relationship.revoke", loaded.target)
    check_ground(ground, CONVICT_GROUNDS if unit.actor.principal == "kiosk" else None)
    row = loaded.row
    state = step("revoke", row.state)
    unit.change(row, state=state, until=loaded.today, ended_at=unit.now, ended_ground=ground)
    tell_claimant(unit, loaded, "revoked", ground=ground)


def withdraw_relationship(unit: UnitOfWork, *, relationship: str) -> None:
    """The relative no longer wants it. A claim not yet answered is not there for them, whether it is or not."""
    loaded = load_relationship(unit, relationship)
    require(unit.actor, "relationship.withdraw", loaded.target)
    row = loaded.row
    if row.state not in KNOWN_TO_CLAIMANT:
        raise Refusal("not-found")
    state = step("withdraw", row.state)
    until = loaded.today if row.since is not None else None
    unit.change(row, state=state, until=until, ended_at=unit.now, ended_ground="ground-visitor-asks")
    tell_claimant(unit, loaded, "withdrawn")
