"""A convict moves to another institution, or leaves for good: two logs, one transaction, nothing of the file lost."""

import json
from datetime import date

from service.app.contact_name import to_tell
from service.app.convict_admit import Arrival, place
from service.app.convict_enter import CLASSED, add_entry, open_entries
from service.app.convict_find import Whereabouts, check_past, whereabouts
from service.app.notices import notify
from service.domain.access import Target, require
from service.domain.facts_reading import written
from service.domain.file_entries import ENDS, check_condition
from service.domain.refusal import refuse
from service.store.facts import convict_file
from service.store.tables import NATIONAL, CarriedHistory, FileEntry, Institution, Placement
from service.store.unit_of_work import UnitOfWork


def transfer_convict(unit: UnitOfWork, *, convict: str, arrival: Arrival) -> str:
    """Ends the placement here and opens the one of `arrival`; answers the new placement's id.

    Condition and degree go along with their values: ended in the old log, begun again in the new (PEC 135(7), 95(4)).
    Where the new type has no such condition, `arrival.condition` must name another. Confirmed relationships, credits
    and bars stay as they are; the entitlement history is carried into the new log, and each log names the other's
    event. The contact person is told (Mandela Rule 68), or the family where none is named. Future appointments are
    flagged by the re-check.
    """
    where = whereabouts(unit, convict)
    require(unit.actor, "convict.transfer", Target(where.here))
    if (
        arrival.institution == where.here
        and (arrival.kind or where.institution.kind) == where.placement.institution_type
    ):
        raise refuse("conflict", "already-there")
    target = unit.get(Institution, arrival.institution)
    check_past(arrival.since, where.today, where.placement.since)
    unit.change(where.placement, until=arrival.since)
    placement = place(unit, convict, target, arrival, where.today)
    classed = {row.kind: row for row in open_entries(unit, convict, CLASSED)}
    values = {
        "condition": _condition_there(unit, placement, arrival, classed.get("condition")),
        "degree": classed["degree"].value if "degree" in classed else None,
    }
    for kind, value in values.items():
        before = classed.get(kind)
        if before is not None and before.value == value and before.institution_id == target.id:
            continue
        since = arrival.since if before is None else max(arrival.since, before.since)
        if before is not None:
            unit.change(before, until=since)
            unit.tell("convict.sent", before.institution_id)
        if value is not None:
            add_entry(unit, convict, target.id, kind, value, since, arrival.paper)
    unit.tell("convict.sent", where.here)
    if target.id != where.here:
        _carry(unit, where, target, placement)
        unit.tell("convict.received", target.id)
        for person in to_tell(unit, convict):
            notify(
                unit,
                person=person,
                template="convict-transferred",
                institution=target.id,
                arguments={"since": arrival.since.isoformat()},
            )
    return placement.id


def _condition_there(unit: UnitOfWork, placement: Placement, arrival: Arrival, before: FileEntry | None) -> str | None:
    """The condition after a transfer; none where the law records none (remand, before dispatch)."""
    law, kind = unit.environment.law, placement.institution_type
    if arrival.condition is None and law.institutions[kind].condition != "recorded":
        return None
    condition = arrival.condition or (before.value if before is not None else None)
    if condition is None:
        return None
    return check_condition(law, kind, arrival.court_type, condition, arrival.since)


def _carry(unit: UnitOfWork, where: Whereabouts, target: Institution, placement: Placement) -> None:
    """The entitlement history, into the new log: whoever keeps only that log can say what is due, and from what."""
    convict = where.convict
    facts = convict_file(unit.session, convict).facts
    carried = unit.environment.new_id()
    history = json.dumps(written(facts), ensure_ascii=False, sort_keys=True)
    unit.add(
        CarriedHistory(
            id=carried,
            institution_id=target.id,
            convict_id=convict.id,
            from_institution=where.here,
            placement_id=placement.id,
            as_of=placement.since,
            **unit.sealed(CarriedHistory, carried, convict.id, history=history),
        )
    )


def release_convict(unit: UnitOfWork, *, convict: str, on: date) -> None:
    """The sentence ends on an institution-local day; placement, condition and degree end with it."""
    where = whereabouts(unit, convict)
    require(unit.actor, "convict.release", Target(where.here))
    _end(unit, where, on, "convict.released")


def end_stay(unit: UnitOfWork, *, convict: str, on: date, how: str, paper: str) -> None:
    """Release or death, by the paper that says so; the family is told, of a death never by message.

    The appointments to come are flagged at the next check, and each is settled by a person.
    """
    where = whereabouts(unit, convict)
    require(unit.actor, "convict.release", Target(where.here))
    if how not in ENDS:
        raise refuse("not-possible", "choice-unknown")
    check_past(on, where.today, where.placement.since)
    add_entry(unit, convict, where.here, "end", how, on, paper)
    for person in to_tell(unit, convict):
        notify(
            unit,
            person=person,
            template="convict-released" if how == "released" else "institution-will-call",
            institution=where.here,
        )
    _end(unit, where, on, f"convict.{how}")


def _end(unit: UnitOfWork, where: Whereabouts, on: date, told: str) -> None:
    check_past(on, where.today, where.placement.since)
    unit.change(where.placement, until=on)
    for row in open_entries(unit, where.convict.id, CLASSED):
        unit.change(row, until=max(on, row.since))
        unit.tell(told, row.institution_id)
    unit.change(where.convict, released_on=on)
    unit.tell(told, where.here)
    unit.tell(told, NATIONAL)
