"""What a convict asked for as the officer who answers sees it: what the law says of it, and what is booked already."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from service.app.appointment_weigh import Visitor, Wish, visitor_of, weigh
from service.app.convict_find import local_today
from service.app.entitlement_show import Left, credits_of, last_charged
from service.app.kiosk_show import ShownRequest, list_requests, shown_request
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.answer import Entitlement
from service.domain.appointment import UPCOMING
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.facts import ConvictFile, convict_file, party
from service.store.tables import Appointment, Convict, ConvictRequest, Institution, Person, Placement, Relationship

AT_ONCE = 20
"""Requests weighed for one page; the rest is counted."""


@dataclass(frozen=True, slots=True)
class AskedWeighed:
    """A request of a convict. `left`: the law's answer for the first day it may be given on; `booked` to bind it to."""

    shown: ShownRequest
    wish: Wish | None
    visitor: str | None
    tie: Relationship | None
    left: Left | None
    booked: tuple[Appointment, ...]


def list_asked(environment: Environment, actor: Actor) -> tuple[list[AskedWeighed], int]:
    """What convicts of the institution asked for and nobody answered, the next due first; and how many in all."""
    waiting = list_requests(environment, actor, ("asked",))
    with Reading(environment, actor) as reading:
        return [_weighed(reading, one) for one in waiting[:AT_ONCE]], len(waiting)


def weigh_asked(environment: Environment, actor: Actor, request: str) -> AskedWeighed:
    """One request. Raises Refusal 'not-found' alike for one that is not there and one of another institution."""
    with Reading(environment, actor) as reading:
        require(actor, "convict_request.see", Target(actor.institution))
        row = reading.session.get(ConvictRequest, request)
        placement = of(Placement)
        serves = sa.select(placement.id).where(
            placement.convict_id == (row.convict_id if row else ""),
            placement.institution_id == actor.institution,
            placement.until.is_(None),
        )
        if row is None or reading.session.execute(serves).first() is None:
            raise Refusal("not-found")
        return _weighed(reading, shown_request(reading, row, reading.get(Person, row.convict_id), named=True))


def wish_of(row: ConvictRequest) -> Wish | None:
    """What would be booked for it; None where nothing is."""
    if row.kind == "visit":
        return Wish("short", by_video=True) if row.appointment_kind == "video" else Wish(row.appointment_kind or "")
    if row.kind in ("call", "video_call"):
        return Wish(row.kind, purpose=row.purpose)
    return Wish("short", from_long=True) if row.kind == "long_to_short" else None


def _weighed(reading: Reading, shown: ShownRequest) -> AskedWeighed:
    row, wish = shown.row, wish_of(shown.row)
    ties = [] if row.relationship_id is None else party(reading.session, row.convict_id, [row.relationship_id])
    name = reading.name_of(ties[0][1]) if ties else None
    if wish is None or row.kind == "long_to_short":
        return AskedWeighed(shown, wish, name, ties[0][0] if ties else None, None, ())
    convict = reading.get(Convict, row.convict_id)
    file = convict_file(reading.session, convict)
    visitors = [visitor_of(reading, tie, who, bans) for tie, who, bans in ties if who.wrapped_key is not None]
    day = local_today(reading, reading.get(Institution, reading.actor.institution or ""))
    day = max(day, row.first_day or day)
    answer = _answer(reading, file, visitors, wish, day)
    if not answer.allowed and answer.due is not None and day < answer.due <= (row.last_day or day):
        # It falls due within the days he asks for: that day is what is decided about.
        day = answer.due
        answer = _answer(reading, file, visitors, wish, day)
    left = Left(day, answer, last_charged(file, wish), credits_of(file, wish))
    return AskedWeighed(shown, wish, name, ties[0][0] if ties else None, left, _booked(reading, row, wish))


def _answer(reading: Reading, file: ConvictFile, visitors: list[Visitor], wish: Wish, day: date) -> Entitlement:
    try:
        return weigh(reading, file, visitors, wish, day, None)
    except Refusal as refusal:
        return Entitlement(False, None, None, None, None, refusal.reasons)


def _booked(reading: Reading, row: ConvictRequest, wish: Wish) -> tuple[Appointment, ...]:
    one = of(Appointment)
    found = reading.session.scalars(
        sa.select(Appointment)
        .where(
            one.convict_id == row.convict_id,
            one.kind == wish.kind,
            one.by_video == wish.by_video,
            one.state.in_(UPCOMING),
            one.starts_at > reading.now,
        )
        .order_by(one.starts_at)
    ).all()
    return tuple(found)
