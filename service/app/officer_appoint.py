"""Officers: an account without power, a password only its owner knows; roles are given apart (`role_give`)."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.person_register import add_person, known_person
from service.app.session_end import end_session, end_sessions
from service.app.session_open import LIVES, open_session, token_hash
from service.domain.access import INSTITUTION_BODY, OVERSIGHT_BODIES, Target, may, require
from service.domain.identity import Identity, clean_line
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import NATIONAL, Officer, OfficerRole, Session
from service.store.unit_of_work import UnitOfWork

NO_PASSWORD = "-"  # noqa: S105  (no hash of any password)
DISMISSAL_REASONS = ("left", "moved", "misconduct", "lost-access")


@dataclass(frozen=True, slots=True)
class OfficerAppointed:
    """The officer, and the invitation with which they alone choose their password within three days."""

    officer: str
    invitation: str


def appoint_officer(
    unit: UnitOfWork, *, identity: Identity, employee_number: str, login: str, body: str = INSTITUTION_BODY
) -> OfficerAppointed:
    """An account for an officer of the institution, or of an oversight body. It has no role yet.

    Raises Refusal 'conflict' 'already-there' for an employee number, login or person that has an account.
    """
    require(unit.actor, "officer.appoint", Target(institution=unit.actor.institution))
    if body not in (INSTITUTION_BODY, *OVERSIGHT_BODIES):
        raise refuse("not-possible", "choice-unknown")
    if body != INSTITUTION_BODY:
        _by_the_body_itself(may(unit.actor, "auditor.appoint", Target()))
    number, name = clean_line(employee_number, 40).upper(), clean_login(login)
    person = known_person(unit, identity) or add_person(unit, identity)
    row = of(Officer)
    same = sa.or_(row.employee_number == number, row.login == name, row.person_id == person.id)
    if unit.session.execute(sa.select(row.id).where(same)).first() is not None:
        raise refuse("conflict", "already-there")
    officer = unit.environment.new_id()
    unit.add(
        Officer(
            id=officer,
            person_id=person.id,
            employee_number=number,
            login=name,
            password_hash=NO_PASSWORD,
            body=body,
            created_at=unit.now,
        )
    )
    unit.tell("officer.appointed", NATIONAL)
    return OfficerAppointed(officer, open_session(unit, "invited", officer))


def invite_officer(unit: UnitOfWork, *, officer: str) -> str:
    """A new invitation for somebody who forgot the password; the old password no longer opens, nor any session."""
    require(unit.actor, "officer.appoint", Target(institution=unit.actor.institution))
    row = unit.get(Officer, officer, lock=True)
    only_by_own_body(unit, row)
    _only_own_officers(unit, officer)
    unit.change(row, password_hash=NO_PASSWORD)
    for half in ("officer", "officer-1st", "invited"):
        end_sessions(unit, half, officer)
    unit.tell("officer.invited", NATIONAL)
    return open_session(unit, "invited", officer)


def set_password(unit: UnitOfWork, *, invitation: str, password_hash: str) -> str:
    """The owner of an invitation sets the password, already hashed (`service.app.officer_sign_in`); once."""
    require(unit.actor, "session.open", Target())
    row = of(Session)
    invited = unit.session.scalars(
        sa.select(Session).where(row.token_hash == token_hash(invitation), row.principal == "invited").with_for_update()
    ).first()
    if invited is None or invited.ended_at is not None or unit.now >= invited.started_at + LIVES["invited"].most:
        raise Refusal("not-found")
    officer = unit.get(Officer, invited.principal_id, lock=True)
    if officer.closed_at is not None:
        raise Refusal("not-found")
    unit.change(officer, password_hash=password_hash)
    end_session(unit, invitation)
    for half in ("officer", "officer-1st"):
        end_sessions(unit, half, officer.id)
    unit.tell("officer.password_set", NATIONAL)
    return officer.id


def dismiss_officer(unit: UnitOfWork, *, officer: str, reason: str) -> None:
    """Closes an officer's account; every role and session ends at once."""
    require(unit.actor, "officer.dismiss", Target(unit.actor.institution, not_by=frozenset({officer})))
    row = unit.get(Officer, officer, lock=True)
    only_by_own_body(unit, row)
    _only_own_officers(unit, officer)
    if reason not in DISMISSAL_REASONS:
        raise refuse("not-possible", "choice-unknown")
    if row.closed_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    for role in live_roles(unit, officer):
        unit.change(role, ended_at=unit.now, ended_reason=reason)
        unit.tell("role.ended", role.institution_id)
    unit.change(row, closed_at=unit.now, closed_reason=reason)
    for half in ("officer", "officer-1st", "invited"):
        end_sessions(unit, half, officer)
    unit.tell("officer.dismissed", NATIONAL)


def live_roles(unit: UnitOfWork, officer: str) -> list[OfficerRole]:
    """The roles an officer holds or is asked for, everywhere."""
    role = of(OfficerRole)
    return list(
        unit.session.scalars(
            sa.select(OfficerRole).where(role.officer_id == officer, role.ended_at.is_(None)).order_by(role.id)
        )
    )


def clean_login(login: str) -> str:
    """A login name in small letters. Raises Refusal as `clean_line` does."""
    return clean_line(login, 60).casefold()[:60]


def only_by_own_body(unit: UnitOfWork, officer: Officer) -> None:
    """Whom a body of oversight appointed, no institution appoints, resets or dismisses. Raises Refusal."""
    if officer.body != INSTITUTION_BODY:
        _by_the_body_itself(may(unit.actor, "auditor.dismiss", Target()))


def _by_the_body_itself(allowed: bool) -> None:
    """No role of an institution would help: the account is the affair of the body of oversight. Raises Refusal."""
    if not allowed:
        raise refuse("not-allowed", "not-your-institution")


def _only_own_officers(unit: UnitOfWork, officer: str) -> None:
    """Whoever works elsewhere only is nobody's to dismiss or invite from here."""
    elsewhere = {role.institution_id for role in live_roles(unit, officer)} - {unit.actor.institution}
    if unit.actor.principal != "system" and elsewhere:
        raise refuse("not-allowed", "not-your-institution")
