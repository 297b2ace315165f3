"""Two rows that are one human being: asked by one officer, approved by another in another role.

Nothing of either row is changed or deleted: the one ends and points to the other, and its relations and appointments
keep their facts. So a merge waits until nothing of the one who ends is still open.
"""

import sqlalchemy as sa

from service.app.act_sign import Pen, sign_act
from service.app.exception_limit import hold_back, in_another_role
from service.app.relationship_load import LoadedRelationship, load_relationship, not_about_oneself
from service.app.session_end import end_sessions
from service.domain.access import DEPUTY, HEAD, REGISTRY, SECOND_REGISTRY, Target, require
from service.domain.grounds import MERGE_GROUNDS
from service.domain.identity import clean_words
from service.domain.refusal import refuse
from service.domain.relationship import LIVE, step
from service.record.canonical import JSON
from service.store.columns import of
from service.store.tables import (
    NATIONAL,
    Account,
    Appointment,
    AppointmentVisitor,
    Convict,
    ErasureRequest,
    Officer,
    Person,
    PersonMerge,
    Relationship,
    VisitorBan,
)
from service.store.unit_of_work import UnitOfWork

ASKING = (REGISTRY, SECOND_REGISTRY)
DECIDING = (HEAD, DEPUTY)
ENDED_GROUND = "ground-relation-ended"


def ask_merge(unit: UnitOfWork, *, kept: str, ended: str, ground: str, words: str, pen: Pen | None = None) -> str:
    """Asks that the person of the relationship `ended` be over and point to that of `kept`; answers the request's id.

    Both relationships are to convicts of the officer's institution: nobody else's people are seen from here.
    """
    first, second = load_relationship(unit, kept), load_relationship(unit, ended)
    for loaded in (first, second):
        require(unit.actor, "merge.ask", loaded.target)
        not_about_oneself(unit, loaded)
    if ground not in MERGE_GROUNDS or first.row.person_id == second.row.person_id:
        raise refuse("not-possible", "choice-unknown")
    _only_relatives(unit, second.row.person_id)
    request = unit.environment.new_id()
    unit.add(
        PersonMerge(
            id=request,
            institution_id=first.here,
            kept_id=first.row.person_id,
            ended_id=second.row.person_id,
            ground=ground,
            state="asked",
            asked_by=unit.actor.id,
            asked_role=next(role for role in ASKING if role in unit.actor.roles),
            asked_at=unit.now,
            **unit.sealed(PersonMerge, request, first.row.person_id, words=clean_words(words)),
        )
    )
    people: dict[str, JSON] = {"kept": first.row.person_id, "ended": second.row.person_id}
    sign_act(unit, "merge.ask", request, {**people, "ground": ground, "words": words}, pen)
    unit.tell("merge.asked", NATIONAL)
    return request


def decide_merge(unit: UnitOfWork, *, request: str, grant: bool, pen: Pen | None = None) -> str:
    """Grants or refuses; answers the new state. Never by whoever asked, nor in the role that asked.

    Raises Refusal 'merge-would-lose' while the one who ends has a live appointment, an open erasure, or a relation that
    the other one does not have as far.
    """
    row = unit.get(PersonMerge, request)
    for convict in sorted(_convicts(unit, row)):
        unit.get(Convict, convict, lock=True)
    row = unit.get(PersonMerge, request, lock=True)
    require(unit.actor, "merge.decide", Target(row.institution_id, not_by=frozenset({row.asked_by})))
    role = in_another_role(unit, DECIDING, row.asked_role)
    if row.state != "asked":
        raise refuse("conflict", "state-does-not-allow")
    state = "granted" if grant else "refused"
    if grant:
        hold_back(unit, row.institution_id)
        _end(unit, row)
    unit.change(row, state=state, decided_by=unit.actor.id, decided_role=role, decided_at=unit.now)
    people: dict[str, JSON] = {"kept": row.kept_id, "ended": row.ended_id}
    sign_act(unit, "merge.decide", request, {**people, "request": request, "grant": grant}, pen)
    unit.tell(f"merge.{state}", NATIONAL)
    return state


def whom_it_became(unit: UnitOfWork, person: str) -> str:
    """The person to whom a row leads after all merges; itself where it was never ended."""
    row, seen = of(PersonMerge), {person}
    while True:
        found = unit.session.execute(
            sa.select(row.kept_id).where(row.ended_id == person, row.state == "granted")
        ).scalar()
        if found is None or found in seen:
            return person
        person = found
        seen.add(person)


def _convicts(unit: UnitOfWork, row: PersonMerge) -> set[str]:
    tie = of(Relationship)
    both = sa.select(tie.convict_id).where(tie.person_id.in_((row.kept_id, row.ended_id)))
    return set(unit.session.scalars(both))


def _only_relatives(unit: UnitOfWork, person: str) -> None:
    for table, column in ((Convict, "id"), (Officer, "person_id")):
        if unit.session.execute(sa.select(of(table).id).where(of(table)[column] == person)).first() is not None:
            raise refuse("not-possible", "merge-not-relatives")


def _end(unit: UnitOfWork, row: PersonMerge) -> None:
    for person in (row.kept_id, row.ended_id):
        if unit.get(Person, person, lock=True).erased_at is not None or whom_it_became(unit, person) != person:
            raise refuse("conflict", "state-does-not-allow")
    _only_relatives(unit, row.ended_id)
    _nothing_open(unit, row.ended_id)
    tie = of(Relationship)
    of_both = sa.select(Relationship).where(tie.person_id.in_((row.kept_id, row.ended_id)), tie.state.in_(sorted(LIVE)))
    ties = unit.session.scalars(of_both.order_by(tie.id).with_for_update()).all()
    kept = {one.convict_id: one for one in ties if one.person_id == row.kept_id}
    for one in ties:
        if one.person_id == row.ended_id:
            _end_relation(unit, one, kept.get(one.convict_id))
    _carry_bans(unit, row)
    account = of(Account)
    for open_ in unit.session.scalars(
        sa.select(Account).where(account.person_id == row.ended_id, account.closed_at.is_(None)).with_for_update()
    ):
        unit.change(open_, closed_at=unit.now, closed_reason="merged")
        end_sessions(unit, "relative", open_.id)


def _nothing_open(unit: UnitOfWork, person: str) -> None:
    visitor, visit, asked, erasure, tie = (
        of(table) for table in (AppointmentVisitor, Appointment, Appointment, ErasureRequest, Relationship)
    )
    ahead = sa.and_(visit.live, visit.ends_at > unit.now)
    for open_ in (
        sa.select(visitor.id).join(Appointment, visit.id == visitor.appointment_id).where(
            visitor.person_id == person, ahead
        ),
        sa.select(asked.id).where(asked.asked_by == person, ahead),
        sa.select(erasure.id).where(erasure.person_id == person, erasure.state == "asked"),
        sa.select(tie.id).where(tie.represented_by == person, tie.state.in_(sorted(LIVE))),
    ):  # fmt: skip
        if unit.session.execute(open_.limit(1)).first() is not None:
            raise refuse("conflict", "merge-would-lose")


def _end_relation(unit: UnitOfWork, one: Relationship, other: Relationship | None) -> None:
    """Ends a relation that the kept person has as far; the way of an end is that of its state."""
    order = ("claimed", "accepted", "verified", "confirmed")
    if other is None or order.index(other.state) < order.index(one.state):
        raise refuse("conflict", "merge-would-lose")
    loaded: LoadedRelationship = load_relationship(unit, one.id)
    name = "revoke" if one.state == "confirmed" else "refuse"
    until = {"until": loaded.today} if one.state == "confirmed" else {}
    unit.change(one, state=step(name, one.state), ended_at=unit.now, ended_ground=ENDED_GROUND, **until)  # type: ignore[arg-type]
    for log in {one.institution_id, loaded.here}:
        unit.tell("relationship.merged", log)


def _carry_bans(unit: UnitOfWork, row: PersonMerge) -> None:
    """What bars the one bars the other: the same order, the same days, on the row that goes on."""
    ban = of(VisitorBan)
    for one in unit.session.scalars(sa.select(VisitorBan).where(ban.person_id == row.ended_id).order_by(ban.id)):
        unit.add(
            VisitorBan(
                id=unit.environment.new_id(),
                institution_id=one.institution_id,
                person_id=row.kept_id,
                ground=one.ground,
                since=one.since,
                until=one.until,
                paper=one.paper,
                set_by=one.set_by,
                set_at=one.set_at,
            )
        )
        unit.tell("relationship.merged", one.institution_id)
