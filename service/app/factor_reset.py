"""An officer lost phone and passkeys: asked by the account administrator, done by the head, never by mail.

What the officer signed in with ends at once, the password too; the invitation is handed over in person.
"""

import sqlalchemy as sa

from service.app.act_sign import Pen, sign_act
from service.app.officer_appoint import NO_PASSWORD, live_roles, only_by_own_body
from service.app.passkey import end_passkeys
from service.app.session_end import end_sessions
from service.app.session_open import open_session
from service.app.time_code import end_time_codes
from service.domain.access import Target, require
from service.domain.refusal import Refusal, refuse
from service.record.canonical import JSON
from service.store.columns import of
from service.store.tables import NATIONAL, FactorReset, Officer
from service.store.unit_of_work import UnitOfWork


def ask_reset(unit: UnitOfWork, *, officer: str, pen: Pen | None = None) -> str:
    """Asks that an officer of one's institution may set up a second factor anew; answers the request's id.

    Raises Refusal 'conflict' 'already-there' while another request is open.
    """
    institution = unit.actor.institution or ""
    require(unit.actor, "factor_reset.ask", Target(institution, not_by=frozenset({officer})))
    row = unit.get(Officer, officer, lock=True)
    only_by_own_body(unit, row)
    if row.closed_at is not None or institution not in {role.institution_id for role in live_roles(unit, officer)}:
        raise Refusal("not-found")
    request = unit.environment.new_id()
    unit.add(
        FactorReset(
            id=request,
            institution_id=institution,
            officer_id=officer,
            state="asked",
            asked_by=unit.actor.id,
            asked_at=unit.now,
        )
    )
    sign_act(unit, "factor_reset.ask", request, {"officer": officer, "institution": institution}, pen)
    for log in (institution, NATIONAL):
        unit.tell("factor_reset.asked", log)
    return request


def decide_reset(unit: UnitOfWork, *, request: str, reset: bool, pen: Pen | None = None) -> str | None:
    """Does it, and answers the invitation to hand over; or refuses it. Never by whoever asked, nor for oneself."""
    row = unit.get(FactorReset, request, lock=True)
    first = frozenset({row.asked_by, row.officer_id})
    require(unit.actor, "factor_reset.decide", Target(row.institution_id, not_by=first))
    if row.state != "asked":
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, state="done" if reset else "refused", decided_by=unit.actor.id, decided_at=unit.now)
    facts: dict[str, JSON] = {"officer": row.officer_id, "request": request, "reset": reset}
    sign_act(unit, "factor_reset.decide", request, facts, pen)
    unit.tell("factor_reset.done" if reset else "factor_reset.refused", row.institution_id)
    if not reset:
        unit.tell("factor_reset.refused", NATIONAL)
        return None
    officer = unit.get(Officer, row.officer_id, lock=True)
    unit.change(officer, password_hash=NO_PASSWORD)
    end_time_codes(unit, officer.id, "reset")
    end_passkeys(unit, officer.person_id, "officer", "reset")
    for principal in ("officer", "officer-1st", "invited"):
        end_sessions(unit, principal, officer.id)
    unit.tell("officer.factors_reset", NATIONAL)
    return open_session(unit, "invited", officer.id)


def open_resets(unit: UnitOfWork, institution: str) -> list[FactorReset]:
    """Requests at an institution that wait for the head, oldest first."""
    row = of(FactorReset)
    return list(
        unit.session.scalars(
            sa.select(FactorReset)
            .where(row.institution_id == institution, row.state == "asked")
            .order_by(row.asked_at, row.id)
        )
    )
