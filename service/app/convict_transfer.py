"""A convict moves to another institution, or leaves for good: two logs, one transaction, nothing of the file lost."""

from datetime import date

from service.app.convict_admit import Arrival, place
from service.app.convict_enter import CLASSED, add_entry, open_entries
from service.app.convict_find import check_past, whereabouts
from service.domain.access import Target, require
from service.domain.file_entries import check_condition
from service.domain.refusal import refuse
from service.store.tables import NATIONAL, FileEntry, Institution, Placement
from service.store.unit_of_work import UnitOfWork


def transfer_convict(unit: UnitOfWork, *, convict: str, arrival: Arrival) -> str:
    """Ends the placement here and opens the one of `arrival`; answers the new placement's id.

    Condition and degree go along with their values: ended in the old log, begun again in the new (PEC 135(7), 95(4)).
    Where the new type has no such condition, `arrival.condition` must name another. Confirmed relationships, credits
    and bars stay as they are; future appointments are flagged by the nightly re-check.
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
        unit.tell("convict.received", target.id)
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


def release_convict(unit: UnitOfWork, *, convict: str, on: date) -> None:
    """The sentence ends on an institution-local day; placement, condition and degree end with it."""
    where = whereabouts(unit, convict)
    require(unit.actor, "convict.release", Target(where.here))
    check_past(on, where.today, where.placement.since)
    unit.change(where.placement, until=on)
    for row in open_entries(unit, convict, CLASSED):
        unit.change(row, until=max(on, row.since))
        unit.tell("convict.released", row.institution_id)
    unit.change(where.convict, released_on=on)
    unit.tell("convict.released", where.here)
    unit.tell("convict.released", NATIONAL)
