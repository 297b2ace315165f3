"""The published statistics from the tables: figures that name nobody, open to everybody."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.statistics import Decided, Doors, Published, published
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, Institution, Reconciliation

HELD_BACK = "<5 or held back"
"""How a figure that is held back stands in the file."""


def publish_statistics(environment: Environment, until: date) -> list[Published]:
    """The figures of every month that was over on `until`."""
    with environment.database.reading() as session:
        return published(_decided(session), _doors(session), until)


def as_csv(rows: Sequence[Published]) -> str:
    """The figures as a file: institution, month, measure, value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("institution", "month", "measure", "value"))
    writer.writerows(
        (one.institution, one.month, one.measure, HELD_BACK if one.value is None else one.value) for one in rows
    )
    return out.getvalue()


def _decided(session: Session) -> Iterator[Decided]:
    row, house = of(Appointment), of(Institution)
    found = session.execute(
        sa.select(
            row.institution_id,
            house.time_zone,
            row.kind,
            row.state,
            row.starts_at,
            row.requested_at,
            row.ended_code,
            row.exception_id.is_not(None),
        ).join(Institution, house.id == row.institution_id)
    )
    for one in found:
        yield Decided(*one)


def _doors(session: Session) -> Iterator[Doors]:
    """Of each day the newest comparison."""
    row = of(Reconciliation)
    found = session.execute(
        sa.select(row.institution_id, row.day, row.doors, row.matched).order_by(row.made_at, row.id)
    )
    newest = {(one.institution_id, one.day): Doors(*one) for one in found}
    yield from newest.values()
