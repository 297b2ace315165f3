"""A place that becomes free goes to whoever waits longest, and to the next when the offer is not taken.

Each step is a transaction of its own: an offer, or the reason why somebody's turn passes. Until one of them is in the
record the place is nobody's: no click takes it (`appointment_hold`).
"""

from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session

from service.app.appointment_hold import Sought, keep_place
from service.app.appointment_weigh import Wish, insist, read_party, weigh
from service.app.notices import notify
from service.domain.access import Target, require
from service.domain.queue import InQueue, first, offered_until, step
from service.domain.reasons import Reason, reason
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.facts import convict_file, locked_convict
from service.store.tables import Institution, QueueEntry
from service.store.times import Slot, free_times
from service.store.unit_of_work import UnitOfWork

Outcome = Literal["offered", "no place", "closed"]
WAIT = frozenset({"someone-was-faster", "place-taken", "clock-behind-record"})
"""Refusals that say nothing about whose turn it is: the next try may succeed."""


def first_in_turn(session: Session) -> list[str]:
    """The entry that is next in each queue, over all institutions."""
    row = of(QueueEntry)
    queues: dict[Any, list[InQueue]] = {}
    for one in session.execute(
        sa.select(row.id, row.turn, row.institution_id, row.kind, row.by_video, row.wanted_on).where(
            row.state == "waiting"
        )
    ):
        queue = (one.institution_id, one.kind, one.by_video, one.wanted_on)
        queues.setdefault(queue, []).append(InQueue(one.id, one.turn))
    found = (first(waiting) for waiting in queues.values())
    return [one.entry for one in found if one is not None]


def offer_place(unit: UnitOfWork, *, entry: str) -> Outcome:
    """Keeps a free place of the day for the entry whose turn it is, and tells the family until when.

    Answers 'no place' while none is free, and closes the entry when no session of the day is far enough ahead any more.
    Raises Refusal with the reasons of the law, or of two things at one time, for which the turn passes.
    """
    seen = _seen(unit, entry)
    require(unit.actor, "queue.offer", Target(seen.institution_id))
    wish = Wish(seen.kind, seen.by_video)
    party, needs = (_codes(unit, entry, column) for column in ("party", "needs"))
    slots = _slots(unit, seen, wish, party)
    unit.session.expunge_all()  # all is read again under the locks, in their order
    still = [slot for slot in slots if offered_until(unit.now, slot.starts_at) is not None]
    if not still:
        return _close(unit, entry, seen.wanted_on)
    place = next((slot for slot in still if slot.free), None)
    if place is None:
        return "no place"
    asked = Sought(seen.convict_id, party, place.template, seen.wanted_on, wish, seen.asked_by, needs)
    held = keep_place(unit, asked, "queue.offer", lambda starts: offered_until(unit.now, starts), in_turn=True)
    row = _locked(unit, entry)
    unit.change(row, state=step("offer", row.state), ended_at=unit.now, appointment_id=held.appointment)
    notify(
        unit,
        person=row.asked_by,
        template="queue-offered",
        institution=row.institution_id,
        appointment=held.appointment,
        arguments={"starts_at": held.starts_at.isoformat(), "answer_by": held.held_until.isoformat()},
    )
    unit.tell("queue.offered", row.institution_id)
    return "offered"


def pass_over(unit: UnitOfWork, *, entry: str, why: Reason) -> str:
    """The turn passes, because of something that stands against the visit; the family is told what."""
    row = _locked(unit, entry)
    require(unit.actor, "queue.offer", Target(row.institution_id))
    unit.change(
        row, state=step("pass", row.state), ended_at=unit.now, ended_code=why.code[:40], ended_article=why.article[:60]
    )
    _tell(unit, row, "queue-passed", reason=why.code)
    unit.tell("queue.passed", row.institution_id)
    return row.state


def _close(unit: UnitOfWork, entry: str, day: date) -> Outcome:
    why = reason("queue-closed", day=day)
    row = _locked(unit, entry)
    unit.change(row, state=step("close", row.state), ended_at=unit.now, ended_code=why.code, ended_article=why.article)
    _tell(unit, row, "queue-closed")
    unit.tell("queue.closed", row.institution_id)
    return "closed"


def _tell(unit: UnitOfWork, row: QueueEntry, template: str, **arguments: str) -> None:
    notify(
        unit,
        person=row.asked_by,
        template=template,
        institution=row.institution_id,
        arguments={"wanted_on": row.wanted_on.isoformat(), **arguments},
    )


def _seen(unit: UnitOfWork, entry: str) -> Any:
    row = of(QueueEntry)
    found = unit.session.execute(
        sa.select(row.institution_id, row.convict_id, row.asked_by, row.kind, row.by_video, row.wanted_on).where(
            row.id == entry, row.state == "waiting"
        )
    ).first()
    if found is None:
        raise refuse("conflict", "someone-was-faster")
    return found


def _codes(unit: UnitOfWork, entry: str, column: str) -> list[str]:
    written = unit.open(unit.get(QueueEntry, entry), column)
    return written.split() if written else []


def _slots(unit: UnitOfWork, seen: Any, wish: Wish, party: list[str]) -> list[Slot]:
    found = locked_convict(unit.session, seen.convict_id)
    if found is None:
        raise Refusal("not-found")
    unit.meet(found.person)
    file = convict_file(unit.session, found.convict, found.dated)
    if file.institution != seen.institution_id:
        raise refuse("not-possible", "no-session", day=seen.wanted_on)
    if any(hold.held_until > unit.now for hold in file.holds):
        raise refuse("conflict", "someone-was-faster")  # what is held now may be given back: the turn waits
    answer = weigh(unit, file, read_party(unit, seen.convict_id, party), wish, seen.wanted_on, None)
    insist(answer)
    institution = unit.get(Institution, seen.institution_id)
    kind = "video" if wish.by_video else wish.kind
    return free_times(unit.session, institution, kind, [seen.wanted_on], answer.duration, unit.now, in_turn=True)


def _locked(unit: UnitOfWork, entry: str) -> QueueEntry:
    """The entry under its lock, still waiting and still the first. Raises Refusal 'someone-was-faster' otherwise."""
    row = unit.get(QueueEntry, entry, lock=True)
    other = of(QueueEntry)
    earlier = unit.session.execute(
        sa.select(other.id).where(
            other.institution_id == row.institution_id,
            other.kind == row.kind,
            other.by_video == row.by_video,
            other.wanted_on == row.wanted_on,
            other.state == "waiting",
            other.turn < row.turn,
        )
    ).first()
    if row.state != "waiting" or earlier is not None:
        raise refuse("conflict", "someone-was-faster")
    return row
