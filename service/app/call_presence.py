"""Whose seat in a call is empty though nobody got up: pages that fell silent, lines that broke."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.app.call_join import hear_present
from service.domain.call_states import ROOM
from service.store.columns import of
from service.store.tables import Call, CallParty, CallSeatSeen
from service.store.unit_of_work import UnitOfWork

SEEN_WITHIN = timedelta(seconds=5)
"""A page says each second that it is there; one that was silent for so long is closed, or its line is cut."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A call with seats that were not heard of lately: those that were (`heard`), and who carries the call."""

    call: str
    provider: str
    heard: frozenset[str]
    asked_at: datetime


def doubtful(session: Session, now: datetime) -> list[Doubtful]:
    """Calls in whose rooms somebody is taken to be whose page has been silent, or was never heard.

    Only a supplier that knows who is in its room (a telephone's line has no page) can still speak for them.
    """
    call, stay, seen = of(Call), of(CallParty), of(CallSeatSeen)
    since = now - SEEN_WITHIN
    rows = session.execute(
        sa.select(call.id, call.provider, stay.seat, sa.or_(seen.seen_at >= since, stay.joined_at >= since))
        .join(CallParty, sa.and_(stay.call_id == call.id, stay.left_at.is_(None)))
        .outerjoin(CallSeatSeen, sa.and_(seen.call_id == call.id, seen.seat == stay.seat))
        .where(call.state.in_(ROOM))
        .order_by(call.hard_end_at, call.id)
    ).all()
    heard: dict[tuple[str, str], set[str]] = {}
    silent: list[tuple[str, str]] = []
    for one, provider, seat, is_heard in rows:
        key = (one, provider)
        heard.setdefault(key, set())
        if is_heard:
            heard[key].add(seat)
        elif key not in silent:
            silent.append(key)
    return [Doubtful(*key, frozenset(heard[key]), since) for key in silent[:AT_ONCE]]


def hear_silence(unit: UnitOfWork, *, doubt: Doubtful, present: Collection[str] = ()) -> str:
    """Whoever was neither heard nor is in the supplier's room (`present`: seats) has gone; answers the call's state.

    Where that is the officer, the call pauses in the same moment, and ends after a minute.
    """
    seats = doubt.heard | frozenset(present)
    return hear_present(unit, call=doubt.call, seats=seats, asked_at=doubt.asked_at)
