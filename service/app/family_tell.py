"""Everybody a step concerns hears of it: the adults of the party, whoever asked, and the convict at the kiosk."""

from service.app.appointment_load import Loaded
from service.app.notices import Notice, notify_all
from service.store.unit_of_work import UnitOfWork


def tell_family(unit: UnitOfWork, loaded: Loaded, template: str, **arguments: str) -> None:
    """One notice for each adult visitor, whoever asked, and the convict."""
    row = loaded.row
    told = {one.row.person_id for one in loaded.party if one.row.adult} | {row.asked_by, row.convict_id}
    facts = {"starts_at": row.starts_at.isoformat(), **arguments}
    notify_all(
        unit,
        [Notice(person, template, facts) for person in sorted(told)],
        institution=row.institution_id,
        appointment=row.id,
    )
