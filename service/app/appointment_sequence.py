"""How often an appointment has changed, as calendars need to know it: the number of its newest event."""

from collections.abc import Sequence

from service.app.reading import Reading
from service.domain.access import Actor
from service.store.environment import Environment
from service.store.event_find import newest_event_naming
from service.store.tables import Appointment, Log


def sequences(environment: Environment, actor: Actor, appointments: Sequence[Appointment]) -> dict[str, int]:
    """By appointment; the caller has read them, and so may know. 0 for one whose event is not found any more."""
    found: dict[str, int] = {}
    with Reading(environment, actor) as reading:
        for row in appointments:
            log = reading.get(Log, row.institution_id)
            event = newest_event_naming(reading.session, log.id, row.id, log.size)
            found[row.id] = 0 if event is None else event.number
    return found
