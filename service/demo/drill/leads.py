"""What the auditor's leads say of the copy: read from its tables, which the auditor may read with released openings."""

import sqlalchemy as sa

from service.demo.drill.acts import GATE
from service.demo.drill.scene import Scene
from service.leads.facts import History, Visit
from service.leads.officers import officers_above, queue_jumps
from service.leads.people import several_convicts, shared_visitors
from service.store.columns import of
from service.store.tables import Appointment, AppointmentVisitor

DAY = 86_400.0
SOLD = "queue and rooms sold"


def named(scene: Scene, practice: str, means: str) -> str:
    """The tests that name somebody who was not named before the act."""
    if practice == SOLD:
        return "officer-queue-jumps" if means == GATE and _sold() else ""
    history = _history(scene)
    found = [
        *(lead.test for lead in several_convicts(history) if scene.stranger in lead.subject),
        *(lead.test for lead in shared_visitors(history) if set(lead.subject) & set(scene.alone)),
    ]
    return ", ".join(sorted(set(found)))


def _history(scene: Scene) -> History:
    row, seat = of(Appointment), of(AppointmentVisitor)
    party: dict[str, list[str]] = {}
    with scene.world.database.reading() as session:
        for appointment, person in session.execute(sa.select(seat.appointment_id, seat.person_id)):
            party.setdefault(appointment, []).append(person)
        rows = session.execute(sa.select(Appointment.__table__).where(row.live, row.decided_by.is_not(None))).all()  # type: ignore[attr-defined]
    return History(
        [],
        [
            Visit(
                one.id, one.institution_id, one.place_id, one.kind, one.starts_at.timestamp(), one.convict_id,
                tuple(party.get(one.id, ())), one.asked_at.timestamp(), one.decided_at.timestamp(), 10.0,
                one.decided_by, True, one.exception_id is not None,
            )
            for one in rows
        ],
    )  # fmt: skip


def _sold() -> bool:
    """An officer who grants early to those who asked late, among thirty: as columns, since a copy is too small."""
    visits = []
    for officer in range(30):
        for number in range(40):
            asked = (number * 30 + officer) * DAY / 40
            sold = officer == 0 and number % 2 == 0
            wait = 2 * DAY if sold else 20 * DAY
            visits.append(
                Visit(
                    f"{officer}.{number}",
                    "i",
                    "p",
                    "short",
                    asked + wait,
                    f"k{officer}.{number}",
                    (f"r{officer}.{number}",),
                    asked,
                    asked + DAY,
                    10.0,
                    f"o{officer}",
                    True,
                    False,
                )
            )
    leads = officers_above("officer-queue-jumps", queue_jumps(History([], visits)), 0.05)
    return [lead.subject for lead in leads] == [("o0",)]
