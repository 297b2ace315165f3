"""An institution at work: its people with their keys and numbers, and the deeds done so far."""

from dataclasses import dataclass, field
from datetime import date, datetime

from service.demo.names import Name, Sex, iin, phone
from service.demo.population.chance import Chance
from service.demo.population.houses import SERIALS, ZONE, House
from service.demo.population.scribe import Deed, Values
from service.domain.facts import ConvictFacts
from service.domain.law import Law
from service.domain.timetable import local_day
from service.record.events import Cell, Hidden
from service.store.vault import PersonKey, Vault

PHONES = 80_000_000
RESERVED = 8
"""The last serials of an institution are its officers'."""


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody outside, and the relationship by which they may come from `since` on."""

    person: str
    relationship: str
    kind: str
    born: date
    since: date
    represented_by: str | None = None

    @property
    def adult(self) -> bool:
        """Children come with whoever represents them."""
        return self.represented_by is None


@dataclass(frozen=True, slots=True)
class Family:
    """One convict and those who may come; `settled_on`: from this day on the file is as it now stands."""

    convict: str
    facts: ConvictFacts
    relatives: tuple[Relative, ...]
    settled_on: date


@dataclass
class Office:
    """What the deeds of one institution are made with."""

    house: House
    law: Law
    vault: Vault
    chance: Chance
    deeds: list[Deed] = field(default_factory=list)
    keys: dict[str, PersonKey] = field(default_factory=dict)
    _serials: dict[tuple[date, Sex], int] = field(default_factory=dict)

    def new_id(self) -> str:
        """128 bits of this institution's chance."""
        return self.chance.randbytes(16).hex()

    def officer(self, role: str) -> dict[str, Cell]:
        """Who acts, for a deed of the officer with that role."""
        return {"as": "officer", "id": self.house.officers[role]}

    def person(self, at: datetime, sex: Sex, called: Name, born: date) -> Values:
        """The row of somebody new, under a key of their own."""
        person = self.new_id()
        key, wrapped = self.vault.new_key(person)
        self.keys[person] = key
        number = self._iin(born, sex)
        return {
            "id": person,
            "wrapped_key": wrapped,
            "key_fingerprint": key.fingerprint(),
            "family_name": called.family,
            "given_name": called.given,
            "patronymic": called.patronymic,
            "birth_date": born.isoformat(),
            "iin": number,
            "iin_index": self.vault.index("person.iin", number),
            "language": called.people,
            "created_at": at,
        }

    def account(self, at: datetime, person: str) -> Values:
        """An account with a phone nobody else has."""
        number = phone(PHONES * self.house.sketch.serials.start // SERIALS + len(self.keys))
        return {
            "id": self.new_id(),
            "person_id": person,
            "phone": number,
            "phone_index": self.vault.index("account.phone", number),
            "consent_version": "2026-01",
            "consented_at": at,
            "created_at": at,
        }

    def _iin(self, born: date, sex: Sex) -> str:
        serials = self.house.sketch.serials
        while True:
            used = self._serials.get((born, sex), 0)
            self._serials[born, sex] = used + 1
            assert used < len(serials) - RESERVED, f"more people were born on {born} than there are serials"
            if (number := iin(born, sex, serials[used])) is not None:
                return number


def relative(person: str) -> dict[str, Cell]:
    """Who acts, for a deed of a relative."""
    return {"as": "relative", "person": Hidden(person, person)}


def job(name: str) -> dict[str, Cell]:
    """Who acts, for a deed of the clock."""
    return {"as": "system", "job": name}


def day_of(moment: datetime) -> date:
    """The day on the institution's wall."""
    return local_day(moment, ZONE)
