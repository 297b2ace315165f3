"""One institution's part of the population: people first, then a year of visits, written up to a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from service.demo.names import family_name, name
from service.demo.population.bookings import Bookings
from service.demo.population.calendar import Calendar
from service.demo.population.chance import Chance
from service.demo.population.files import admit
from service.demo.population.houses import House
from service.demo.population.office import Family, Office, day_of
from service.demo.population.scribe import Deed, Place, Scribe, Written
from service.demo.population.ties import relatives
from service.demo.population.year import visits
from service.law import load_law
from service.store.keys import KeyFolder
from service.store.tables import NATIONAL, Appointment, Scan
from service.store.vault import Vault

YEAR = timedelta(days=365)
TAKEN_ON = timedelta(days=20)
"""How long it takes until every institution is part of the service, one after another."""
SETTLING = timedelta(days=13)
"""Between the last institution's arrival and the year of visits: papers are seen, relationships confirmed."""
BEFORE = YEAR + SETTLING + TAKEN_ON
"""How long before its end the population begins."""


@dataclass(frozen=True)
class Part:
    """What the drawing of one institution depends on, as it can be sent to another process."""

    house: House
    institutions: int
    seed: int
    until: datetime
    keys: Path
    law: str
    pass_key: int

    @property
    def begins(self) -> datetime:
        """When this institution's turn comes; its acts in the national log end before the next one's begin."""
        return self.until - BEFORE + self.window * self.house.sketch.index

    @property
    def window(self) -> timedelta:
        """How long a turn is."""
        return TAKEN_ON / self.institutions


def draw(part: Part) -> "Drawing":
    """Every deed of the institution up to the end, in the order of time."""
    office = _office(part)
    deeds = sorted((deed for deed in office.deeds if deed.at <= part.until), key=lambda deed: deed.at)
    _count_scans(deeds)
    return Drawing(part, office, deeds)


@dataclass(frozen=True)
class Drawing:
    """An institution's deeds before they have their places in the logs."""

    part: Part
    office: Office
    deeds: list[Deed]

    @property
    def national(self) -> int:
        """How many events of the national log they tell."""
        return sum(NATIONAL in deed.told for deed in self.deeds)

    def written(self, places: Mapping[str, Place]) -> Written:
        """Rows and events, each log going on from where it stands."""
        seals = Chance(self.part.seed, self.part.house.code, "seals")
        return Scribe(places, self.office.keys, seals.randbytes, twice=Appointment).write(self.deeds)


def _office(part: Part) -> Office:
    chance, folder = Chance(part.seed, part.house.code), KeyFolder(part.keys)
    office = Office(part.house, load_law(part.law), Vault(folder, chance.randbytes), chance)
    families = _families(part, office)
    bookings = Bookings(office, folder.read("server"), folder.read(f"pass-{part.pass_key}"), part.pass_key)
    calendar, first = Calendar(part.house), day_of(part.until - YEAR)
    for family in families:
        for planned in visits(office, calendar, family, first, part.until):
            bookings.book(planned)
    return office


def _families(part: Part, office: Office) -> list[Family]:
    size, found = part.house.sketch.convicts, []
    for position in range(size):
        at = part.begins + part.window * (position / max(1, size))
        surname = family_name(office.chance)
        convict = admit(office, position, at, name(office.chance, "m", *surname))
        # A family's acts in the national log lie within its own share of the window.
        known = relatives(office, convict.convict, convict.born, surname, at, part.window / max(1, size) / 10)
        found.append(Family(convict.convict, convict.facts, tuple(known), convict.settled_on))
    return found


def _count_scans(deeds: list[Deed]) -> None:
    number = 0
    for deed in deeds:
        for table, values in deed.new:
            if table is Scan:
                number += 1
                values["sequence"] = number
