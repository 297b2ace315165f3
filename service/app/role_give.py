"""Roles: asked by the account administrator, approved by the head, ended by either; the first ones are founded."""

from service.app.act_sign import Pen, sign_act
from service.app.officer_appoint import live_roles, only_by_own_body
from service.domain.access import AUDITOR, EXCLUSIVE, INSTITUTION_BODY, ROLES, Target, require
from service.domain.refusal import refuse
from service.record.canonical import JSON
from service.store.tables import NATIONAL, Institution, Officer, OfficerRole
from service.store.unit_of_work import UnitOfWork

END_REASONS = ("left", "moved", "misconduct", "lost-access", "not-approved")


def found_role(unit: UnitOfWork, *, officer: str, institution: str, role: str) -> str:
    """The first roles of an institution, given from its console when nobody is there yet to ask and approve."""
    require(unit.actor, "role.found", Target())
    return _add(unit, officer, institution, role, founding=True)


def ask_role(unit: UnitOfWork, *, officer: str, institution: str, role: str, pen: Pen | None = None) -> str:
    """Asks that an officer may hold a role; answers its id. It gives nothing until it is approved."""
    require(unit.actor, "role.ask", Target(institution))
    asked = _add(unit, officer, institution, role, founding=False)
    sign_act(unit, "role.ask", asked, {"officer": officer, "institution": institution, "role": role}, pen)
    unit.tell("role.asked", NATIONAL)
    return asked


def approve_role(unit: UnitOfWork, *, role: str, pen: Pen | None = None) -> None:
    """The head's word: from now on the role is held. Never by whoever asked, nor for oneself."""
    row = unit.get(OfficerRole, role, lock=True)
    first = frozenset({row.officer_id} | ({row.asked_by} if row.asked_by else set()))
    require(unit.actor, "role.approve", Target(row.institution_id, not_by=first))
    only_by_own_body(unit, unit.get(Officer, row.officer_id))
    if row.started_at is not None or row.ended_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, approved_by=unit.actor.id, started_at=unit.now)
    facts: dict[str, JSON] = {"officer": row.officer_id, "institution": row.institution_id, "role": row.role}
    sign_act(unit, "role.approve", role, facts, pen)
    for log in (row.institution_id, NATIONAL):
        unit.tell("role.approved", log)


def end_role(unit: UnitOfWork, *, role: str, reason: str) -> None:
    """Takes a role away, or turns a request down; it bites at the officer's next click."""
    row = unit.get(OfficerRole, role, lock=True)
    require(unit.actor, "role.end", Target(row.institution_id))
    only_by_own_body(unit, unit.get(Officer, row.officer_id))
    if reason not in END_REASONS:
        raise refuse("not-possible", "choice-unknown")
    if row.ended_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, ended_at=unit.now, ended_reason=reason)
    unit.tell("role.ended", row.institution_id)


def _add(unit: UnitOfWork, officer: str, institution: str, role: str, *, founding: bool) -> str:
    unit.get(Institution, institution)
    who = unit.get(Officer, officer, lock=True)
    only_by_own_body(unit, who)
    if role not in ROLES or (role == AUDITOR) == (who.body == INSTITUTION_BODY):
        raise refuse("not-possible", "choice-unknown")
    if who.closed_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    held = live_roles(unit, officer)
    together = {one.role for one in held} | {role}
    if any(pair <= together for pair in EXCLUSIVE):
        raise refuse("conflict", "roles-exclude-each-other")
    if any(one.role == role and one.institution_id == institution for one in held):
        raise refuse("conflict", "already-there")
    new = unit.environment.new_id()
    unit.add(
        OfficerRole(
            id=new,
            institution_id=institution,
            officer_id=officer,
            role=role,
            founding=founding,
            asked_by=None if founding else unit.actor.id,
            asked_at=unit.now,
            started_at=unit.now if founding else None,
        )
    )
    unit.tell("role.founded" if founding else "role.asked", institution)
    return new
