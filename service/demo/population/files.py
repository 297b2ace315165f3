"""Convicts as they come into the service: person, placement, condition, degree."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.demo.names import Name
from service.demo.population.office import Office, day_of
from service.demo.population.scribe import Deed, Values
from service.domain import access
from service.domain.facts import ConditionPeriod, ConvictFacts, DegreePeriod
from service.domain.facts import Placement as Stay
from service.store.tables import NATIONAL, Convict, FileEntry, Person, Placement

CONDITIONS = ("regular",) * 60 + ("light",) * 28 + ("preferential",) * 7 + ("strict",) * 5
DEGREES = (0,) * 40 + (1,) * 25 + (2,) * 15 + (3,) * 12 + (-1,) * 8
SETTERS = {"condition": access.COMMISSION, "degree": access.HEAD}


@dataclass(frozen=True, slots=True)
class Admitted:
    """A convict in the service. `settled_on`: no later change of the file is on its way after this day."""

    convict: str
    born: date
    facts: ConvictFacts
    settled_on: date


def admit(office: Office, position: int, at: datetime, called: Name) -> Admitted:
    """Enters a convict who has been serving for some time, and what the file says of them."""
    chance, house, sketch = office.chance, office.house, office.house.sketch
    today = day_of(at)
    youth = sketch.kind == "juvenile"
    born = today - timedelta(days=round((chance.sooner(15, 17.4) if youth else chance.sooner(19, 68)) * 365.25))
    since = today - timedelta(days=round(chance.sooner(20, 400 if youth else 2500)))
    since = max(since, born + timedelta(days=round(14.2 * 365.25)))
    person = office.person(at, "m", called, born)
    convict = person["id"]
    number = f"{sketch.title}-{position + 1}".upper()
    left = since + timedelta(days=chance.randrange(5, 15))
    placement = {
        "id": office.new_id(),
        "institution_id": house.code,
        "convict_id": convict,
        "institution_type": sketch.kind,
        "basis": "sentence",
        "since": since,
        "paper": f"№ {position + 1}-{since:%y}",
        "set_by": house.officers[access.REGISTRY],
    }
    row = {
        "id": convict,
        "file_number": number,
        "file_number_index": office.vault.index("convict.file_number", number),
        "lifer": False,
        "quarantine_left_on": left,
        "admitted_at": at,
    }
    known = office.law.conditions(sketch.kind, today)
    condition = chance.choice([one for one in CONDITIONS if one in known])
    arrival = _entry(office, convict, "condition", condition, since, at, access.REGISTRY)
    office.deeds.append(
        Deed(
            at,
            office.officer(access.REGISTRY),
            {NATIONAL: "convict.registered", house.code: "convict.admitted"},
            [(Person, person), (Convict, row), (Placement, placement), (FileEntry, arrival)],
        )
    )
    degrees = _degree(office, convict, max(since, today - timedelta(days=chance.randrange(10, 300))), at)
    conditions = [ConditionPeriod(condition, since)]
    if condition == "regular" and chance.random() < 0.12:
        conditions = _lighten(office, convict, arrival, at)
    facts = ConvictFacts(
        placements=(Stay(house.code, sketch.kind, since),),
        conditions=tuple(conditions),
        degrees=degrees,
        quarantine_left_on=left,
    )
    return Admitted(convict, born, facts, conditions[-1].since)


def _degree(office: Office, convict: str, since: date, at: datetime) -> tuple[DegreePeriod, ...]:
    degree = office.chance.choice(DEGREES)
    if not degree:
        return ()
    later = at + timedelta(hours=30)
    entry = _entry(office, convict, "degree", str(degree), since, later, access.HEAD)
    told = {office.house.code: "convict.degree_set"}
    office.deeds.append(Deed(later, office.officer(access.HEAD), told, [(FileEntry, entry)]))
    return (DegreePeriod(degree, since),)


def _lighten(office: Office, convict: str, arrival: Values, at: datetime) -> list[ConditionPeriod]:
    """The commission moves the convict to light conditions in the course of the year."""
    later = at + timedelta(days=office.chance.randrange(60, 300), hours=4)
    since = day_of(later)
    entry = _entry(office, convict, "condition", "light", since, later, access.COMMISSION)
    office.deeds.append(
        Deed(
            later,
            office.officer(access.COMMISSION),
            {office.house.code: "convict.condition_set"},
            [(FileEntry, entry)],
            [(FileEntry, arrival["id"], {"until": since})],
        )
    )
    return [ConditionPeriod("regular", arrival["since"], since), ConditionPeriod("light", since)]


def _entry(office: Office, convict: str, kind: str, value: str, since: date, at: datetime, role: str) -> Values:
    return {
        "id": office.new_id(),
        "institution_id": office.house.code,
        "convict_id": convict,
        "kind": kind,
        "value": value,
        "since": since,
        "paper": f"№ {office.chance.randrange(1, 900)}",
        "set_by": office.house.officers[role],
        "set_at": at,
    }
