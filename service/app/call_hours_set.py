"""A relative says at which hours of the week they can be called; supervised calls are arranged from this."""

from collections.abc import Sequence

import sqlalchemy as sa

from service.app.entitlement_show import read_family
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.call_hours import CallHours, check_hours
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import CallWindow, Relationship
from service.store.unit_of_work import UnitOfWork


def set_call_hours(unit: UnitOfWork, *, relationship: str, kind: str, chosen: Sequence[CallHours]) -> int:
    """Takes the hours for calls or video calls of one relationship as they are now; answers how many changed.

    Hours given up are ended, not changed. Raises Refusal 'not-found', 'not-confirmed', 'choice-unknown'.
    """
    row = unit.get(Relationship, relationship, lock=True)
    require(unit.actor, "call_windows.set", Target(row.institution_id, frozenset({row.person_id}), row.convict_id))
    if row.state != "confirmed":
        raise refuse("conflict", "not-confirmed")
    hours = unit.environment.law.hours["call"]
    wanted = set(check_hours(kind, chosen, hours.opens, hours.closes))
    window = of(CallWindow)
    standing = unit.session.scalars(
        sa.select(CallWindow).where(
            window.relationship_id == relationship, window.kind == kind, window.ended_at.is_(None)
        )
    ).all()
    kept = {CallHours(one.weekday, one.starts, one.ends): one for one in standing}
    gone = [one for hours_, one in kept.items() if hours_ not in wanted]
    new = sorted(wanted - kept.keys())
    for one in gone:
        unit.change(one, ended_at=unit.now)
    if new:
        unit.add(*(_window(unit, row, kind, hours_) for hours_ in new))
    if gone or new:
        unit.tell("call_windows.set", row.institution_id)
    return len(gone) + len(new)


def show_call_hours(environment: Environment, actor: Actor, relationship: str) -> dict[str, frozenset[CallHours]]:
    """The standing hours of one's own relationship by kind. Raises Refusal as `show_entitlement` does."""
    window = of(CallWindow)
    with Reading(environment, actor) as reading:
        family = read_family(reading, relationship, ())
        if family.relationship.represented_by is not None:
            raise Refusal("not-found")
        found: dict[str, set[CallHours]] = {}
        for one in reading.session.scalars(
            sa.select(CallWindow).where(window.relationship_id == relationship, window.ended_at.is_(None))
        ):
            found.setdefault(one.kind, set()).add(CallHours(one.weekday, one.starts, one.ends))
        return {kind: frozenset(hours) for kind, hours in found.items()}


def _window(unit: UnitOfWork, row: Relationship, kind: str, hours: CallHours) -> CallWindow:
    return CallWindow(
        id=unit.environment.new_id(),
        institution_id=row.institution_id,
        person_id=row.person_id,
        relationship_id=row.id,
        kind=kind,
        weekday=hours.weekday,
        starts=hours.starts,
        ends=hours.ends,
        added_at=unit.now,
    )
