"""Waiting for a place on a full day: joining in turn, and leaving."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from service.app.appointment_hold import party_target
from service.app.appointment_weigh import Wish, insist, read_party, weigh
from service.domain.access import Target, require
from service.domain.party_needs import clean_needs
from service.domain.queue import MOST_DAYS, offered_until, step
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.facts import convict_file, locked_convict
from service.store.tables import Institution, Log, QueueEntry
from service.store.times import free_times, queued_days
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Joined:
    """The entry, and the number of the event by which it stands in its turn."""

    entry: str
    institution: str
    turn: int


def join_queue(
    unit: UnitOfWork,
    *,
    convict: str,
    relationships: Sequence[str],
    day: date,
    wish: Wish,
    needs: Sequence[str] = (),
) -> Joined:
    """Joins the queue of an institution-local day for a party, the asker's own relationship first.

    Raises Refusal: 'not-possible' with every reason of the law, 'queue-closed' when the day is too near or has no
    session, 'queue-not-needed' while a place is free, 'too-many-queues', 'already-waiting', 'not-found'.
    """
    found = locked_convict(unit.session, convict)
    if found is None:
        raise Refusal("not-found")
    unit.meet(found.person)
    file = convict_file(unit.session, found.convict, found.dated)
    visitors = read_party(unit, convict, relationships)
    institution = unit.get(Institution, file.institution or "")
    asker = unit.actor.person or ""
    require(unit.actor, "queue.join", party_target(institution.id, convict, visitors))
    if visitors[0].relationship.person_id != asker:
        raise Refusal("not-found")
    answer = weigh(unit, file, visitors, wish, day, None)
    insist(answer)
    template_kind = "video" if wish.by_video else wish.kind
    slots = free_times(unit.session, institution, template_kind, [day], answer.duration, unit.now, in_turn=True)
    open_slots = [slot for slot in slots if offered_until(unit.now, slot.starts_at) is not None]
    if not open_slots:
        raise refuse("not-possible", "queue-closed", day=day)
    queued = queued_days(unit.session, institution.id, template_kind, day, day)
    if not queued and any(slot.free for slot in open_slots):
        raise refuse("conflict", "queue-not-needed")
    _check_days(unit, asker, convict, wish)
    entry = unit.environment.new_id()
    sealed = unit.sealed(
        QueueEntry, entry, asker, party=" ".join(relationships), needs=" ".join(clean_needs(needs)) or None
    )
    # The log is locked last of all locks; from here on its size is the number of the event that this unit writes.
    log = of(Log)
    turn = unit.session.execute(sa.select(log.size).where(log.id == institution.id).with_for_update()).scalar_one()
    unit.add(
        QueueEntry(
            id=entry,
            institution_id=institution.id,
            convict_id=convict,
            asked_by=asker,
            relationship_id=visitors[0].relationship.id,
            kind=wish.kind,
            by_video=wish.by_video,
            wanted_on=day,
            turn=turn,
            joined_at=unit.now,
            state="waiting",
            **sealed,
        )
    )
    unit.tell("queue.joined", institution.id)
    return Joined(entry, institution.id, turn)


def leave_queue(unit: UnitOfWork, *, entry: str) -> str:
    """Leaves the queue; the turn is given up. Raises Refusal 'conflict' when the waiting has ended already."""
    row = unit.get(QueueEntry, entry, lock=True)
    require(unit.actor, "queue.leave", Target(row.institution_id, frozenset({row.asked_by}), row.convict_id))
    unit.change(row, state=step("leave", row.state), ended_at=unit.now, ended_code="ground-visitor-asks")
    unit.tell("queue.left", row.institution_id)
    return row.state


def _check_days(unit: UnitOfWork, asker: str, convict: str, wish: Wish) -> None:
    row = of(QueueEntry)
    waiting = unit.session.execute(
        sa.select(sa.func.count()).where(
            row.asked_by == asker, row.convict_id == convict, row.kind == wish.kind, row.state == "waiting"
        )
    ).scalar_one()
    if waiting >= MOST_DAYS:
        raise refuse("not-possible", "too-many-queues", count=MOST_DAYS)
