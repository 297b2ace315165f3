"""A call as its own people see it, before, in and after it: the relative on their page, the convict at the kiosk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_show import Shown, read_appointment
from service.app.call_cost import cost_of
from service.app.reading import MOST, Reading
from service.app.session_open import token_hash
from service.domain.access import Actor
from service.domain.call_states import CONVICT, OPENS_BEFORE, RELATIVE, ROOM
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, Call, CallMark, CallRecording, RecordingRule
from service.store.tables import Session as SignedSession

STAYS = timedelta(minutes=2)
SHOWN_AFTER = timedelta(days=1)
"""How long a call that is over still stands among those at the kiosk."""


@dataclass(frozen=True, slots=True)
class OwnCall:
    """One call. `opens_at`: when its room opens; `lasted`: None for one that was never live.

    `keeps_days`: for how many days a recording is kept; None where the institution records none. `agreed`: whether the
    reader has agreed to be recorded. `recorded`: whether any of it was. `cost`: in tiyn, where something is charged.
    """

    row: Call
    shown: Shown
    party: str
    opens_at: datetime
    lasted: timedelta | None
    keeps_days: int | None
    agreed: bool
    recorded: bool
    warned: tuple[CallMark, ...]
    cost: int | None

    @property
    def open(self) -> bool:
        """Whether there is a room to go into."""
        return self.row.state in ROOM

    @property
    def over(self) -> bool:
        """Whether nobody can take part any more."""
        return self.row.ended_at is not None


def show_own_call(environment: Environment, actor: Actor, call: str) -> OwnCall:
    """One call of the reader's own. Raises Refusal 'not-found' alike for one that is not there and one of others."""
    with Reading(environment, actor) as reading:
        row = reading.session.get(Call, call)
        if row is None:
            raise Refusal("not-found")
        return _own(reading, row, read_appointment(reading, row.appointment_id, "call.join"))


def find_own_call(environment: Environment, actor: Actor, appointment: str) -> str | None:
    """The id of the call of one of the reader's own appointments; None while it has none. Raises as above."""
    with Reading(environment, actor) as reading:
        read_appointment(reading, appointment, "call.join")
        return reading.session.execute(sa.select(of(Call).id).where(of(Call).appointment_id == appointment)).scalar()


def list_own_calls(environment: Environment, actor: Actor) -> list[OwnCall]:
    """A convict's calls to come and those that were over less than a day ago, the next one first."""
    row, slot = of(Call), of(Appointment)
    with Reading(environment, actor) as reading:
        found = reading.session.scalars(
            sa.select(Call)
            .join(Appointment, slot.id == row.appointment_id)
            .where(row.convict_id == actor.person, row.institution_id == actor.institution)
            .where(sa.or_(row.ended_at.is_(None), row.ended_at > reading.now - SHOWN_AFTER))
            .order_by(slot.starts_at, row.id)
            .limit(MOST)
        ).all()
        return [_own(reading, one, read_appointment(reading, one.appointment_id, "call.join")) for one in found]


def stay_for_call(environment: Environment, token: str) -> None:
    """Whoever sits in a call at the kiosk stays signed in while it lasts, longer than he otherwise could.

    The session ends by itself `STAYS` after the last sign of the call's page; written down once in half that time.
    """
    row, now = of(SignedSession), environment.clock()
    mine = (row.token_hash == token_hash(token), row.principal == "convict", row.ended_at.is_(None))
    with environment.database.reading() as session:
        if session.execute(sa.select(row.ends_at).where(*mine, row.ends_at < now + STAYS / 2)).first() is None:
            return
    with environment.database.writes() as session:
        session.execute(sa.update(SignedSession).where(*mine, row.ends_at > now).values(ends_at=now + STAYS))
        session.commit()


def days_kept(session: Session, institution: str) -> int | None:
    """For how many days the institution keeps recordings of calls; None where it records none."""
    rule = of(RecordingRule)
    return session.execute(
        sa.select(rule.days).where(rule.institution_id == institution, rule.ended_at.is_(None))
    ).scalar()


def agreed_parties(session: Session, call: str) -> frozenset[str]:
    """Who has agreed that this call may be recorded."""
    mark = of(CallMark)
    said = sa.select(mark.code).where(mark.call_id == call, mark.kind == "agreed")
    return frozenset(one for one in session.scalars(said) if one is not None)


def _own(reading: Reading, row: Call, shown: Shown) -> OwnCall:
    session, mark, kept = reading.session, of(CallMark), of(CallRecording)
    party = CONVICT if reading.actor.principal == "kiosk" else RELATIVE
    warned = sa.select(CallMark).where(mark.call_id == row.id, mark.kind == "warned").order_by(mark.at, mark.id)
    lasted = row.ended_at - row.live_at if row.ended_at is not None and row.live_at is not None else None
    return OwnCall(
        row,
        shown,
        party,
        shown.row.starts_at - OPENS_BEFORE,
        lasted,
        days_kept(session, row.institution_id),
        party in agreed_parties(session, row.id),
        session.execute(sa.select(kept.id).where(kept.call_id == row.id).limit(1)).first() is not None,
        tuple(session.scalars(warned)),
        None if (cost := cost_of(session, row.id)) is None else cost.amount,
    )
