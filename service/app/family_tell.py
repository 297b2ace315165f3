"""Everybody a step concerns hears of it: the adults of the party, who asked, and the convict at the kiosk."""

from service.app.appointment_load import Loaded
from service.app.notices import notify
from service.store.unit_of_work import UnitOfWork


def tell_family(unit: UnitOfWork, loaded: Loaded, template: str, **arguments: str) -> None:
    """One notice for each adult visitor and whoever asked."""
    told = {one.person_id for one in loaded.party if one.adult} | {loaded.row.asked_by}
    for person in sorted(told - {loaded.row.convict_id}):
        notify(
            unit,
            person=person,
            template=template,
            institution=loaded.row.institution_id,
            appointment=loaded.row.id,
            arguments={"starts_at": loaded.row.starts_at.isoformat(), **arguments},
        )
