"""What became of a visit: completed when everybody has left, a no-show when nobody came."""

from typing import Any

import sqlalchemy as sa

from service.app.appointment_load import load_appointment
from service.app.family_tell import tell_family
from service.app.pass_issue import revoke_passes
from service.domain.access import require
from service.domain.appointment import NO_SHOW_AFTER, step
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import Admission, EntryPass
from service.store.unit_of_work import UnitOfWork


def complete_appointment(unit: UnitOfWork, *, appointment: str) -> str:
    """Closes a visit under way once nobody of it is inside; passes end with it."""
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "appointment.close", loaded.target)
    state, live = step("complete", loaded.row.state)
    _end_passes(unit, appointment)
    unit.change(loaded.row, state=state, live=live, ended_at=unit.now)
    unit.tell("appointment.completed", loaded.row.institution_id)
    return state


def miss_appointment(unit: UnitOfWork, *, appointment: str) -> str:
    """Records that nobody came: nobody is inside either.

    Whether it draws on the entitlement is a setting of the law file (`no_show`).
    """
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "appointment.close", loaded.target)
    row = loaded.row
    state, live = step("miss", row.state)
    if unit.now < row.starts_at + NO_SHOW_AFTER:
        raise refuse("conflict", "state-does-not-allow")
    _end_passes(unit, row.id)
    unit.change(row, state=state, live=live, ended_at=unit.now, ended_code="no-show", **charge_of_no_show(unit))
    tell_family(unit, loaded, "appointment-missed")
    unit.tell("appointment.missed", row.institution_id)
    return state


def charge_of_no_show(unit: UnitOfWork) -> dict[str, Any]:
    """The charge columns that change when nobody came: none, or all of them where the law file does not count it."""
    if unit.environment.law.setting("no_show") != "not-counted":
        return {}
    return {
        "charge_rule": "uncounted",
        "charge_after": None,
        "charge_month": None,
        "charge_ordinal": None,
        "credit_id": None,
    }


def _end_passes(unit: UnitOfWork, appointment: str) -> None:
    """Ends the passes, then looks who is inside: a scan of the same moment holds its pass, and is waited for first."""
    revoke_passes(unit, appointment, "visit-over")
    if unit.session.execute(_inside(appointment)).first() is not None:
        raise refuse("conflict", "state-does-not-allow")


def _inside(appointment: str) -> sa.Select[tuple[str]]:
    return (
        sa.select(of(Admission).id)
        .join(EntryPass, of(EntryPass).id == of(Admission).pass_id)
        .where(of(EntryPass).appointment_id == appointment, of(Admission).left_at.is_(None))
    )
