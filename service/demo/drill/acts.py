"""What insiders do: each practice with the means of each strength. What the database refuses raises its error."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from service.app.appointment_decide import grant_appointment
from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.demo.drill.insider import Forger, log_key, unguarded
from service.demo.drill.scene import Scene
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store import tables as t
from service.store.columns import of
from service.store.unit_of_work import UnitOfWork

SQL, RECOMPUTES, KEY, GATE = "SQL only", "recomputes hashes", "holds the log key", "with a gate officer"
MEANS = (SQL, RECOMPUTES, KEY, GATE)
Act = Callable[[Scene, str], None]
AHEAD = 60


def surplus(scene: Scene, means: str) -> None:
    """A second visit the day after one that was held."""
    row = _row(scene, t.Appointment, scene.visit)
    day = timedelta(days=1)
    row |= {"id": _id(scene, "surplus"), "starts_at": row["starts_at"] + day, "ends_at": row["ends_at"] + day}
    row |= {"charge_day": row["charge_day"] + day, "charge_after": row["charge_after"] + day, "state": "granted"}
    if means == SQL:
        _sql(scene, sa.insert(t.Appointment).values(row))
    elif means == RECOMPUTES:
        with unguarded(scene.world.database) as connection:
            connection.execute(sa.insert(t.Appointment).values(row))
            Forger(scene.world, connection, scene.house, None).edit(lambda _leaf: None)
    else:
        _write(scene, {**row, "charge_rule": "unlimited", "charge_after": None})


def outsider(scene: Scene, means: str) -> None:
    """Somebody of no family comes."""
    if means in (SQL, RECOMPUTES):
        seat = _row(scene, t.AppointmentVisitor, scene.visitor)
        seat |= {"id": _id(scene, "outsider"), "person_id": scene.stranger}
        if means == SQL:
            _sql(scene, sa.insert(t.AppointmentVisitor).values(seat))
            return
        with unguarded(scene.world.database) as connection:
            connection.execute(sa.insert(t.AppointmentVisitor).values(seat))
            Forger(scene.world, connection, scene.house, None).edit(lambda _leaf: None)
        return
    for convict in scene.alone[:3]:
        _lawful_visit(scene, _false_tie(scene, scene.stranger, convict), scene.stranger, convict)


def absent(scene: Scene, means: str) -> None:
    """A relative who stayed at home is recorded as having come."""
    if means == SQL:
        seat = of(t.AppointmentVisitor)
        _sql(scene, sa.update(t.AppointmentVisitor).where(seat.id == scene.visitor).values(person_id=scene.stranger))
    elif means == GATE:
        row = _tie_of(scene)
        _lawful_visit(scene, row["id"], row["person_id"], row["convict_id"])
    else:
        _rewrite(scene, means, _other_visitor)


def other_convict(scene: Scene, means: str) -> None:
    """A visit is written down under a convict whom nobody visits."""
    if means == SQL:
        row = of(t.Appointment)
        _sql(scene, sa.update(t.Appointment).where(row.id == scene.visit).values(convict_id=scene.alone[0]))
    elif means == GATE:
        convict = scene.alone[0]
        _lawful_visit(scene, _false_tie(scene, scene.stranger, convict), scene.stranger, convict)
    else:
        _rewrite(scene, means, _other_convict)


def removed(scene: Scene, means: str) -> None:
    """A visit is made never to have been."""
    if means == SQL:
        _sql(scene, sa.delete(t.Appointment).where(of(t.Appointment).id == scene.visit))
    else:
        _rewrite(scene, means, _nothing)


def queue_sold(scene: Scene, means: str) -> None:
    """A family that asked late is made to have asked early."""
    row = of(t.Appointment)
    early = _row(scene, t.Appointment, scene.visit)["requested_at"] - timedelta(days=9)
    change = sa.update(t.Appointment).where(row.id == scene.visit).values(requested_at=early)
    if means == SQL:
        _sql(scene, change)
    elif means != GATE:
        _rewrite(scene, means, partial(_asked_early, early=early))


def undocumented(_scene: Scene, _means: str) -> None:
    """Somebody is let in and nothing is written: what there is of it lies with the gate (`watch.doors`)."""


ACTS: Mapping[str, Act] = {
    "visits above the lawful number": surplus,
    "visits with outsiders": outsider,
    "visits not documented at all": undocumented,
    "recorded as a relative who could not come": absent,
    "logged under another convict's name": other_convict,
    "paper removed, changed, replaced": removed,
    "queue and rooms sold": queue_sold,
}
"""The practices of design §1."""


def _sql(scene: Scene, statement: Any) -> None:
    with scene.world.database.engine.begin() as connection:
        connection.execute(statement)


def _row(scene: Scene, table: type[Any], key: str) -> dict[str, Any]:
    with scene.world.database.reading() as session:
        found = session.execute(sa.select(table.__table__).where(of(table).id == key)).one()
    return dict(found._mapping)


def _id(scene: Scene, name: str) -> str:
    return hashlib.sha256(f"{scene.visit}/{name}".encode()).hexdigest()[:32]


def _rewrite(scene: Scene, means: str, change: Callable[[Scene, sa.Connection, list[dict[str, Any]]], None]) -> None:
    """Tables and events changed together, every hash anew, signed where the key is at hand."""
    signer = log_key(scene.world, scene.house) if means in (KEY, GATE) else None
    with unguarded(scene.world.database) as connection:
        forger = Forger(scene.world, connection, scene.house, signer)
        leaves = forger.leaves()
        change(scene, connection, leaves)
        forger.write(leaves)


def _other_visitor(scene: Scene, connection: sa.Connection, leaves: list[dict[str, Any]]) -> None:
    seat = of(t.AppointmentVisitor)
    connection.execute(sa.update(t.AppointmentVisitor).where(seat.id == scene.visitor).values(person_id=scene.stranger))
    for leaf in leaves:
        cells = leaf.get("new", {}).get("appointment_visitor", {}).get(scene.visitor)
        if cells is not None:
            cells["person_id"] = {"c": "A" * 43}


def _other_convict(scene: Scene, connection: sa.Connection, leaves: list[dict[str, Any]]) -> None:
    row = of(t.Appointment)
    connection.execute(sa.update(t.Appointment).where(row.id == scene.visit).values(convict_id=scene.alone[0]))
    for leaf in leaves:
        cells = leaf.get("new", {}).get("appointment", {}).get(scene.visit)
        if cells is not None:
            cells["convict_id"] = {"c": "A" * 43}


def _nothing(scene: Scene, connection: sa.Connection, leaves: list[dict[str, Any]]) -> None:
    seat = of(t.AppointmentVisitor)
    connection.execute(sa.delete(t.AppointmentVisitor).where(seat.appointment_id == scene.visit))
    connection.execute(sa.delete(t.Appointment).where(of(t.Appointment).id == scene.visit))
    for leaf in leaves:
        for image in ("new", "set"):
            leaf.get(image, {}).get("appointment", {}).pop(scene.visit, None)
            seats = leaf.get(image, {}).get("appointment_visitor", {})
            for key in [key for key, cells in seats.items() if cells.get("appointment_id") == scene.visit]:
                seats.pop(key)


def _asked_early(scene: Scene, connection: sa.Connection, leaves: list[dict[str, Any]], early: datetime) -> None:
    row = of(t.Appointment)
    connection.execute(sa.update(t.Appointment).where(row.id == scene.visit).values(requested_at=early))
    for leaf in leaves:
        for image in ("new", "set"):
            cells = leaf.get(image, {}).get("appointment", {}).get(scene.visit, {})
            if "requested_at" in cells:
                cells["requested_at"] = early.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _write(scene: Scene, row: dict[str, Any]) -> None:
    """An appointment with its events, past every check of ours: whoever rules the server can."""
    head = scene.officer("head")

    def hold(unit: UnitOfWork) -> None:
        held = {**row, "state": "held", "live": True, "decided_by": None, "decided_at": None, "ended_at": None}
        empty = {"ended_code": None, "ended_article": None, "ended_words": None, "credit_id": None}
        later = {"held_until": unit.now + timedelta(minutes=15), "asked_at": unit.now, "requested_at": None}
        unit.add(t.Appointment(**{**held, **empty, **later}))
        unit.tell("appointment.held", scene.house)

    def step(unit: UnitOfWork, **cells: Any) -> None:
        unit.change(unit.get(t.Appointment, row["id"]), **cells)
        unit.tell(f"appointment.{cells['state']}", scene.house)

    scene.run(Actor("relative", "", row["asked_by"]), hold)
    scene.run(Actor("relative", "", row["asked_by"]), lambda unit: step(unit, state="requested", requested_at=unit.now))
    scene.run(head, lambda unit: step(unit, state="granted", decided_by=head.id, decided_at=unit.now))


def _tie_of(scene: Scene) -> dict[str, Any]:
    seat = _row(scene, t.AppointmentVisitor, scene.visitor)
    return _row(scene, t.Relationship, seat["relationship_id"])


def _false_tie(scene: Scene, person: str, convict: str) -> str:
    """A relationship that nobody claimed, accepted, or looked at, as it would look if they had."""
    tie = _id(scene, convict)
    first, second = scene.officer("registry_officer"), scene.officer("second_registry_officer")

    def claim(unit: UnitOfWork) -> None:
        unit.add(
            t.Relationship(
                id=tie,
                institution_id=scene.house,
                person_id=person,
                convict_id=convict,
                kind="spouse",
                state="claimed",
                claimed_at=unit.now,
            )
        )
        unit.tell("relationship.claimed", scene.house)

    def step(unit: UnitOfWork, state: str, **cells: Any) -> None:
        unit.change(unit.get(t.Relationship, tie), state=state, **cells)
        unit.tell(f"relationship.{state}", scene.house)

    scene.run(Actor("relative", "", person), claim)
    scene.run(first, lambda unit: step(unit, "accepted", accepted_at=unit.now, accepted_how="paper"))
    scene.run(first, lambda unit: step(unit, "verified", verified_at=unit.now, verified_by=first.id))
    scene.run(
        second,
        lambda unit: step(
            unit, "confirmed", confirmed_at=unit.now, confirmed_by=second.id, since=unit.now.date() - timedelta(days=1)
        ),
    )
    return tie


def _lawful_visit(scene: Scene, tie: str, person: str, convict: str) -> None:
    """A visit booked and granted in the ordinary way, by whoever uses the family's account and the head's."""
    relative, head = Actor("relative", "", person), scene.officer("head")
    with scene.world.database.reading() as session:
        row = of(t.SessionTemplate)
        templates = session.scalars(sa.select(row.id).where(row.kind == "short").order_by(row.id)).all()
    for ahead in range(2, AHEAD):
        for template in templates:
            wanted = {
                "convict": convict, "relationships": [tie], "template": template,
                "day": (scene.now + timedelta(days=ahead)).date(), "wish": Wish("short"),
            }  # fmt: skip
            try:
                held = scene.run(relative, lambda unit, wanted=wanted: hold_place(unit, **wanted))  # type: ignore[misc]
            except Refusal:
                continue
            scene.run(relative, partial(request_appointment, appointment=held.appointment))
            scene.run(head, partial(grant_appointment, appointment=held.appointment))
            return
    raise AssertionError("no day was found in two months")
