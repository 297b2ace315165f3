"""What a convict asks for at the kiosk: numbered and in the record before the screen says so."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.convict_enter import add_entry
from service.app.convict_find import Whereabouts, whereabouts
from service.domain.access import Target, require
from service.domain.calls import HELP
from service.domain.identity import clean_words
from service.domain.refusal import Refusal, refuse
from service.domain.timetable import local_moment
from service.store.columns import of
from service.store.facts import convict_file
from service.store.tables import Appointment, ConvictRequest, Relationship, Row
from service.store.tables.kiosks import REQUEST_KINDS
from service.store.unit_of_work import UnitOfWork

VISITS = ("short", "long", "video")
PURPOSES = ("ordinary", "exceptional", *HELP)
CALLS = ("call", "video_call")
LONGEST_KEPT = timedelta(days=183)
LONGEST_WINDOW = timedelta(days=60)
AT_ONCE = ("first_visit", "keep_for")
"""What the convict alone decides (IR 83; design §4)."""
CLOSES = time(18).isoformat("minutes")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the kiosk sends it. `asked_at` is the kiosk's clock; `queued`: it waited there for the line.

    `appointment_kind` is 'short', 'long' or 'video' for visits and for what is kept; days are institution-local.
    """

    kind: str
    sequence: int
    asked_at: datetime
    appointment_kind: str | None = None
    purpose: str = "ordinary"
    relationship: str | None = None
    appointment: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    words: str | None = None
    queued: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The request's number at the institution, and by when it is answered (None where it took effect at once)."""

    request: str
    number: int
    state: str
    received_at: datetime
    decide_by: datetime | None


def make_request(unit: UnitOfWork, asked: Asked) -> Acknowledged:
    """Writes a request down. The same sequence of the same kiosk is the same request, however often it comes.

    Raises Refusal with what is missing, 'not-found' for a person or appointment that is not his, 'conflict' for another
    man or moment under a sequence that is taken.
    """
    where = whereabouts(unit, unit.actor.person or "")
    convict = where.convict.id
    require(unit.actor, "convict_request.make", Target(where.here, convict=convict))
    before = _before(unit, asked, convict)
    if before is not None:
        return before
    _check(unit, where, asked)
    at_once = asked.kind in AT_ONCE
    decide_by = None if at_once else _deadline(unit, where)
    new = unit.environment.new_id()
    said = clean_words(asked.words) if asked.words is not None and asked.words.strip() else None
    row = ConvictRequest(
        id=new,
        institution_id=where.here,
        number=next_number(unit, ConvictRequest, where.here),
        convict_id=convict,
        device_id=unit.actor.device or "",
        sequence=asked.sequence,
        kind=asked.kind,
        appointment_kind=asked.appointment_kind,
        purpose=asked.purpose,
        relationship_id=asked.relationship,
        appointment_id=asked.appointment,
        first_day=asked.first_day,
        last_day=asked.last_day,
        asked_at=asked.asked_at,
        received_at=unit.now,
        queued=asked.queued,
        decide_by=decide_by,
        state="done" if at_once else "asked",
        decided_at=unit.now if at_once else None,
        **unit.sealed(ConvictRequest, new, convict, words=said),
    )
    if at_once:
        _carry_out(unit, where, row)
    unit.add(row)
    unit.tell("convict_request.made", where.here)
    return Acknowledged(new, row.number, row.state, row.received_at, row.decide_by)


def next_number(unit: UnitOfWork, table: type[Row], institution: str) -> int:
    """The next number of an institution; whoever takes the same one at once is refused by the index and repeated."""
    row = of(table)
    newest = unit.session.execute(
        sa.select(sa.func.max(row["number"])).where(row.institution_id == institution)
    ).scalar()
    return int(newest or 0) + 1


def _before(unit: UnitOfWork, asked: Asked, convict: str) -> Acknowledged | None:
    if asked.sequence < 1:
        raise refuse("not-possible", "choice-unknown")
    row = of(ConvictRequest)
    found = unit.session.scalars(
        sa.select(ConvictRequest).where(row.device_id == unit.actor.device, row.sequence == asked.sequence)
    ).first()
    if found is None:
        return None
    if (found.convict_id, found.asked_at) != (convict, asked.asked_at):
        raise refuse("conflict", "already-there")
    return Acknowledged(found.id, found.number, found.state, found.received_at, found.decide_by)


def _check(unit: UnitOfWork, where: Whereabouts, asked: Asked) -> None:
    if asked.kind not in REQUEST_KINDS or asked.purpose not in PURPOSES:
        raise refuse("not-possible", "choice-unknown")
    if asked.kind in ("visit", "keep_for", "first_visit"):
        choices = VISITS if asked.kind != "first_visit" else ("short", "long")
        if asked.appointment_kind not in choices:
            raise refuse("not-possible", "choice-unknown")
    if asked.kind in ("visit", "keep_for", *CALLS):
        _tie(unit, where, asked)
    if asked.kind == "long_to_short":
        _long_visit(unit, where, asked)
    _check_days(where, asked)


def _tie(unit: UnitOfWork, where: Whereabouts, asked: Asked) -> None:
    """Whom he means. A call for legal or medical help names nobody of his file, and is never blocked for that."""
    if asked.relationship is None:
        if asked.kind in CALLS and asked.purpose in HELP:
            return
        if asked.queued and asked.kind in ("visit", *CALLS) and (asked.words or "").strip():
            # Without a line the kiosk knew none of his relatives: he said whom in his own words.
            return
        raise refuse("not-possible", "not-confirmed")
    row = of(Relationship)
    state = unit.session.execute(
        sa.select(row.state).where(row.id == asked.relationship, row.convict_id == where.convict.id)
    ).scalar()
    if state is None:
        raise Refusal("not-found")
    if state != "confirmed":
        raise refuse("not-possible", "not-confirmed")


def _long_visit(unit: UnitOfWork, where: Whereabouts, asked: Asked) -> None:
    row = of(Appointment)
    found = unit.session.execute(
        sa.select(row.kind, row.state, row.starts_at).where(
            row.id == (asked.appointment or ""), row.convict_id == where.convict.id
        )
    ).first()
    if found is None:
        raise Refusal("not-found")
    if found.kind != "long" or found.state not in ("requested", "granted") or found.starts_at <= unit.now:
        raise refuse("conflict", "state-does-not-allow")


def _check_days(where: Whereabouts, asked: Asked) -> None:
    longest = LONGEST_KEPT if asked.kind == "keep_for" else LONGEST_WINDOW
    first = asked.first_day or where.today
    if asked.queued:
        # What waited for the line was right when it was said; its days may have come since.
        return
    if asked.last_day is not None and not where.today <= first <= asked.last_day <= where.today + longest:
        raise refuse("not-possible", "date-impossible", day=asked.last_day)
    if first < where.today:
        raise refuse("not-possible", "date-impossible", day=first)


def _deadline(unit: UnitOfWork, where: Whereabouts) -> datetime:
    """Five working days, to the evening (IR 101; the same for requests where the law names no other)."""
    due = unit.environment.law.decision_due(where.today)
    return local_moment(due, CLOSES, ZoneInfo(where.institution.time_zone))


def _carry_out(unit: UnitOfWork, where: Whereabouts, row: ConvictRequest) -> None:
    if row.kind == "keep_for":
        _end_kept(unit, row)
        if row.last_day is None:
            row.last_day = where.today + LONGEST_KEPT
        row.first_day = row.first_day or where.today
        return
    file = convict_file(unit.session, where.convict)
    if file.facts.first_choice is not None or file.facts.visits:
        raise refuse("conflict", "state-does-not-allow")
    paper = f"kiosk {row.number}"
    add_entry(unit, where.convict.id, where.here, "first_visit", row.appointment_kind or "", where.today, paper)


def _end_kept(unit: UnitOfWork, row: ConvictRequest) -> None:
    """A kind is kept for one person at a time: what was said later counts."""
    table = of(ConvictRequest)
    kept = unit.session.scalars(
        sa.select(ConvictRequest).where(
            table.convict_id == row.convict_id,
            table.kind == "keep_for",
            table.appointment_kind == row.appointment_kind,
            table.state == "done",
        )
    ).all()
    for one in kept:
        unit.change(one, state="withdrawn")
        unit.tell("convict_request.made", one.institution_id)
