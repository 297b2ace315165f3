"""A convict's written request for a call becomes a slot (IR 101-104): booked and granted in one act, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from service.app.appointment_hold import Sought, keep_place
from service.app.appointment_load import load_appointment
from service.app.appointment_weigh import CALLS, Wish
from service.app.call_join import time_call
from service.app.call_rota import on_rota
from service.app.convict_request_decide import grant_request
from service.app.notices import Notice, notify_all
from service.domain.access import SUPERVISOR, Target, require
from service.domain.appointment import HOLD, step
from service.domain.calls import HELP
from service.domain.identity import clean_words
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import Appointment, Call, ConvictRequest, Officer, OfficerRole
from service.store.unit_of_work import UnitOfWork

MOST_WATCHED = 6
"""How many calls one officer's wall holds at a time."""
PROVIDER = "memory"
LOCK = 0x4B5A4341
"""Held while calls are counted, so that two who arrange at once do not both find the last place."""


@dataclass(frozen=True, slots=True)
class LiveLimit:
    """How many calls of these kinds the supplier's machine carries at a time, of all institutions together.

    A call for legal or medical help is given beside it: the machine is measured for more than that (docs/calls.md).
    """

    most: int
    kinds: tuple[str, ...] = CALLS


@dataclass(frozen=True, slots=True)
class Arranged:
    """The slot that was given: from `starts_at` to `ends_at`, watched by `supervisor` (an officer's id)."""

    call: str
    appointment: str
    starts_at: datetime
    ends_at: datetime
    supervisor: str


def arrange_call(
    unit: UnitOfWork,
    *,
    request: str,
    template: str,
    day: date,
    certificate: str | None = None,
    called: str | None = None,
    provider: str = PROVIDER,
    limit: LiveLimit | None = None,
) -> Arranged:
    """Grants a request for a call by the slot of a template on an institution-local day.

    `certificate`: the number of the paper that proves an exceptional ground (PEC 109(2), IR 104). `called`: whom and
    which number, where a call for legal or medical help goes to nobody of the file (IR 101). `limit`: of the supplier.
    Raises Refusal 'not-possible' with the law's reasons, 'proof-needed' or 'text-missing'; 'conflict' when the request
    is answered or the slot is taken, with other slots, and with 'no-supervisor' or 'calls-full' when nobody can watch
    or nothing carries a call at that time.
    """
    asked = unit.get(ConvictRequest, request)
    if asked.kind not in CALLS:
        raise Refusal("not-found")
    require(unit.actor, "call.arrange", Target(asked.institution_id, convict=asked.convict_id))
    if asked.state != "asked":
        raise refuse("conflict", "state-does-not-allow")
    proof, callee = _papers(asked, certificate, called)
    wish = Wish(asked.kind, purpose=asked.purpose, proved=proof is not None)
    party = [asked.relationship_id] if asked.relationship_id else []
    sought = Sought(asked.convict_id, party, template, day, wish, asked.convict_id)
    held = keep_place(unit, sought, "call.arrange", lambda _starts: unit.now + HOLD)
    supervisor = _on_duty(unit, held.institution, held.starts_at, held.ends_at)
    if limit is not None and asked.kind in limit.kinds and asked.purpose not in HELP:
        _carried(unit, provider, limit, held.starts_at, held.ends_at)
    unit.tell("appointment.held", held.institution)
    # Three steps of the appointment's life, three events, one transaction: the record knows no shorter way.
    unit.next_event()
    loaded = load_appointment(unit, held.appointment)
    state, live = step("request", loaded.row.state)
    unit.change(loaded.row, state=state, live=live, requested_at=asked.received_at, decide_by=asked.decide_by)
    unit.tell("appointment.requested", held.institution)
    unit.next_event()
    state, live = step("grant", loaded.row.state)
    unit.change(loaded.row, state=state, live=live, decided_at=unit.now, decided_by=unit.actor.id)
    call = add_call(unit, loaded.row, provider, supervisor, certificate=proof, called=callee)
    told = [one.row.person_id for one in loaded.party if one.row.adult]
    if told:
        facts = {"starts_at": loaded.row.starts_at.isoformat()}
        notices = [Notice(person, "call-granted", facts) for person in told]
        notify_all(unit, notices, institution=held.institution, appointment=held.appointment)
    grant_request(unit, request=request, appointment=held.appointment)
    return Arranged(call, held.appointment, held.starts_at, held.ends_at, supervisor)


def add_call(unit: UnitOfWork, row: Appointment, provider: str, supervisor: str | None, **sealed: str | None) -> str:
    """The call of a granted appointment, with the timers of its slot; answers its id."""
    new = unit.environment.new_id()
    unit.add(
        Call(
            id=new,
            institution_id=row.institution_id,
            appointment_id=row.id,
            convict_id=row.convict_id,
            kind=row.kind,
            provider=provider,
            supervisor_id=supervisor,
            state="scheduled",
            **unit.sealed(Call, new, row.convict_id, **sealed),
        )
    )
    time_call(unit, new, row.starts_at)
    return new


def _papers(asked: ConvictRequest, certificate: str | None, called: str | None) -> tuple[str | None, str | None]:
    proof = clean_words(certificate) if certificate and certificate.strip() else None
    callee = clean_words(called) if called and called.strip() else None
    if asked.purpose == "exceptional" and proof is None:
        raise refuse("not-possible", "proof-needed")
    if asked.relationship_id is None:
        if asked.purpose not in HELP:
            raise refuse("not-possible", "not-confirmed")
        if callee is None:
            raise refuse("not-possible", "text-missing")
    return (proof if asked.purpose == "exceptional" else None), (callee if asked.purpose in HELP else None)


def _carried(unit: UnitOfWork, provider: str, limit: LiveLimit, starts_at: datetime, ends_at: datetime) -> None:
    """Raises Refusal 'calls-full' where the supplier carries as many calls then as its machine was measured for."""
    if not unit.environment.database.is_sqlite:  # there, one writes at a time
        unit.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    call, slot = of(Call), of(Appointment)
    live = unit.session.scalar(
        sa.select(sa.func.count())
        .select_from(Call)
        .join(Appointment, slot.id == call.appointment_id)
        .where(
            call.provider == provider,
            call.kind.in_(limit.kinds),
            call.ended_at.is_(None),
            slot.live,
            slot.starts_at < ends_at,
            slot.ends_at > starts_at,
        )
    )
    if (live or 0) >= limit.most:
        raise refuse("conflict", "calls-full")


def _on_duty(unit: UnitOfWork, institution: str, starts_at: datetime, ends_at: datetime) -> str:
    """Who watches: of those whose shift it is, whoever has the fewest calls then. Raises Refusal 'no-supervisor'.

    Where no rota was made for that day, everybody who holds the role counts.
    """
    rota = on_rota(unit.session, institution, starts_at, ends_at)
    for officer, watched in _watchers(unit, institution, starts_at, ends_at):
        if watched < MOST_WATCHED and (rota is None or officer in rota):
            return officer
    raise refuse("conflict", "no-supervisor")


def _watchers(unit: UnitOfWork, institution: str, starts_at: datetime, ends_at: datetime) -> Sequence[tuple[str, int]]:
    role, officer, call, slot = of(OfficerRole), of(Officer), of(Call), of(Appointment)

    busy = sa.and_(slot.live, slot.starts_at < ends_at, slot.ends_at > starts_at)
    found: Any = unit.session.execute(
        sa.select(role.officer_id, sa.func.count(slot.id))
        .select_from(OfficerRole)
        .join(Officer, officer.id == role.officer_id)
        .outerjoin(Call, sa.and_(call.supervisor_id == role.officer_id, call.ended_at.is_(None)))
        .outerjoin(Appointment, sa.and_(slot.id == call.appointment_id, busy))
        .where(
            role.institution_id == institution,
            role.role == SUPERVISOR,
            role.started_at.is_not(None),
            role.started_at <= unit.now,
            role.ended_at.is_(None),
            officer.closed_at.is_(None),
        )
        .group_by(role.officer_id)
        .order_by(sa.func.count(slot.id), role.officer_id)
    )
    return [(one[0], one[1]) for one in found]
