"""Relatives: accounts, claims, and what convict and officers answered."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from service.demo.names import Sex, name
from service.demo.population.office import Office, Relative, day_of, relative
from service.demo.population.scribe import Deed, Values
from service.domain import access
from service.store.tables import NATIONAL, Account, Person, Relationship

ADULTS = (0,) * 12 + (1,) * 38 + (2,) * 33 + (3,) * 17
"""How many grown-up relatives come to a convict: one in eight has nobody."""
CHILDREN = (0, 0, 1, 1, 2)
BASIS = "Удостоверение личности, свидетельство органа ЗАГС"
APART = {"parent": (20, 33), "spouse": (-8, 8), "full-sibling": (-12, 12)}


def relatives(
    office: Office, convict: str, born: date, family: tuple[str, str], at: datetime, step: timedelta
) -> Iterator[Relative]:
    """Everybody whose relationship is confirmed in the end; acts in the national log follow each other by `step`."""
    chance, (surname, people) = office.chance, family
    youth = office.house.sketch.kind == "juvenile"
    kinds = ["parent", "full-sibling"] if youth else ["parent", "spouse", "full-sibling", "parent"]
    spouse = None
    for _ in range(chance.choice(ADULTS)):
        if not kinds:
            return
        kind = kinds.pop(chance.randrange(0, len(kinds)))
        sex: Sex = "f" if kind == "spouse" or chance.random() < 0.75 else "m"
        low, high = APART[kind]
        birthday = born - timedelta(days=round((low + (high - low) * chance.random()) * 365.25))
        birthday = min(birthday, day_of(at) - timedelta(days=19 * 366))
        at += step
        row = office.person(at, sex, name(chance, sex, surname, people), birthday)
        account = office.account(at, row["id"])
        told = {NATIONAL: "account.opened"}
        office.deeds.append(Deed(at, {"as": "relative"}, told, [(Person, row), (Account, account)]))
        tie = _Tie(office, convict, row["id"], kind, birthday, None)
        tie.claim(at, [])
        if (one := tie.answered(at)) is not None:
            spouse = one if kind == "spouse" else spouse
            yield one
    for _ in range(chance.choice(CHILDREN) if spouse is not None else 0):
        sex = "f" if chance.random() < 0.5 else "m"
        birthday = day_of(at) - timedelta(days=chance.randrange(200, 14 * 365))
        at += step
        row = office.person(at, sex, name(chance, sex, surname, people), birthday)
        assert spouse is not None
        tie = _Tie(office, convict, row["id"], "child", birthday, spouse.person)
        tie.claim(at, [(Person, row)])
        if (one := tie.answered(at)) is not None:
            yield one


class _Tie:
    """One relationship on its way through the offices."""

    def __init__(
        self, office: Office, convict: str, person: str, kind: str, born: date, represented_by: str | None
    ) -> None:
        self._office, self._convict, self._person, self._kind = office, convict, person, kind
        self._born, self._represented_by = born, represented_by
        self._id = office.new_id()

    def claim(self, at: datetime, new_person: list[tuple[type[Person], Values]]) -> None:
        """The relative, or whoever represents the child, says who they are to the convict."""
        code, claimant = self._office.house.code, self._represented_by or self._person
        row = {
            "id": self._id,
            "institution_id": code,
            "person_id": self._person,
            "convict_id": self._convict,
            "kind": self._kind,
            "represented_by": self._represented_by,
            "listed_in_file": False,
            "state": "claimed",
            "claimed_at": at,
        }
        told = {code: "relationship.claimed"}
        if new_person:
            told[NATIONAL] = "person.registered"
        self._office.deeds.append(Deed(at, relative(claimant), told, [*new_person, (Relationship, row)]))

    def answered(self, at: datetime) -> Relative | None:
        """The convict answers on paper, one officer verifies, another confirms; some stop on the way."""
        office, chance = self._office, self._office.chance
        fate, officers = chance.random(), office.house.officers
        at += timedelta(hours=26 + chance.random() * 30)
        if fate > 0.97:
            self._step(at, access.REGISTRY, "declined", ended_at=at, ended_ground="ground-convict-refuses")
            return None
        self._step(at, access.REGISTRY, "accepted", accepted_at=at, accepted_how="paper")
        at += timedelta(hours=3 + chance.random() * 90)
        by = officers[access.REGISTRY]
        self._step(at, access.REGISTRY, "verified", verified_at=at, verified_by=by, listed_in_file=True, basis=BASIS)
        if fate > 0.94:
            return None
        at += timedelta(hours=2 + chance.random() * 60)
        by, since = officers[access.SECOND_REGISTRY], day_of(at)
        self._step(at, access.SECOND_REGISTRY, "confirmed", confirmed_at=at, confirmed_by=by, since=since)
        return Relative(self._person, self._id, self._kind, self._born, since, self._represented_by)

    def _step(self, at: datetime, role: str, state: str, **values: Any) -> None:
        told = {self._office.house.code: f"relationship.{state}"}
        change = (Relationship, self._id, {"state": state, **values})
        self._office.deeds.append(Deed(at, self._office.officer(role), told, [], [change]))
