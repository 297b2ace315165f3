"""A scene to race and crash in: one institution, a block with few rooms, a hall, a gate, and many families.

Everything is written by units of work, so that the record tells it and the verifier can be asked. A scene is plain
data: it travels to the processes under test as JSON beside the folder of keys.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from service.app.installation_found import found_installation
from service.app.institution_open import open_institution
from service.app.person_register import Identity, add_person
from service.app.session_open import open_session, token_hash
from service.app.transact import transact
from service.bootstrap import environment
from service.config import Settings
from service.domain.access import DEPUTY, GATE, HEAD, REGISTRY, SECOND_REGISTRY, Actor
from service.store.environment import Environment
from service.store.keys import KeyFolder
from service.store.tables import (
    NATIONAL,
    Account,
    Convict,
    Device,
    FileEntry,
    Gate,
    Officer,
    OfficerRole,
    Place,
    Placement,
    Relationship,
    Room,
    SessionTemplate,
)
from service.store.unit_of_work import UnitOfWork

HOUSE = "la-155-8"
ZONE = ZoneInfo("Asia/Almaty")
SYSTEM = Actor("system", "install")
FEW = 10
SEATS = 40
AT_ONCE = 20
OFFICERS = {
    "registry": REGISTRY,
    "second": SECOND_REGISTRY,
    "head": HEAD,
    "deputy": DEPUTY,
    "gate": GATE,
}


@dataclass(frozen=True)
class Family:
    """A convict and his parents; the first signs in with `token`, the second with `other_token`."""

    convict: str
    relative: str
    account: str
    relationship: str
    token: str
    other: str
    other_account: str
    other_relationship: str
    other_token: str

    def actor(self) -> Actor:
        """The first parent, signed in."""
        return Actor("relative", self.account, self.relative)

    def other_actor(self) -> Actor:
        """The second parent, signed in."""
        return Actor("relative", self.other_account, self.other)


@dataclass(frozen=True)
class Scene:
    """Where the races are run. `block`: ten rooms for long visits; `hall`: seats; `soon`: seats, within the hour."""

    block: str
    hall: str
    soon: str
    soon_day: date
    gate: str
    bridges: tuple[tuple[str, str], ...]
    officers: dict[str, tuple[str, str]]
    families: tuple[Family, ...]

    def officer(self, name: str) -> Actor:
        """An officer with the role they hold."""
        return Actor("officer", self.officers[name][0], None, HOUSE, frozenset({OFFICERS[name]}))

    def bridge(self, number: int = 0) -> Actor:
        """A bridge of the gate."""
        device = self.bridges[number][0]
        return Actor("bridge", device, None, HOUSE, device=device)

    def write(self, file: Path) -> None:
        """The scene as JSON."""
        file.write_text(json.dumps(asdict(self), default=date.isoformat), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> "Scene":
        """The scene written before."""
        known = json.loads(file.read_text(encoding="utf-8"))
        known["soon_day"] = date.fromisoformat(known["soon_day"])
        known["bridges"] = tuple((device, key) for device, key in known["bridges"])
        known["officers"] = {name: (one, token) for name, (one, token) in known["officers"].items()}
        known["families"] = tuple(Family(**one) for one in known["families"])
        return cls(**known)


def world_of(url: str, keys: Path) -> Environment:
    """The world of the use cases over a database and a folder of keys that exist already."""
    return environment(Settings(database_url=url, keys_dir=keys))


def settle(url: str, keys: Path, *, families: int, bridges: int = 1) -> Scene:
    """Makes the scene in a migrated, empty database; the keys are made in `keys`."""
    KeyFolder(keys).make_standing(secrets.token_bytes)
    world = world_of(url, keys)
    try:
        return _settle(world, families, bridges)
    finally:
        world.database.close()


def _settle(world: Environment, families: int, bridges: int) -> Scene:
    names = {"kk": "Мекеме", "ru": "Учреждение", "en": "Institution"}
    transact(world, SYSTEM, lambda unit: found_installation(unit, law_digest="00" * 32))
    transact(
        world,
        SYSTEM,
        lambda unit: open_institution(unit, code=HOUSE, number=1, names=names, kind="medium", time_zone=ZONE.key),
    )
    officers = transact(world, SYSTEM, _officers)
    house = transact(world, SYSTEM, lambda unit: _house(unit, bridges))
    made: list[Family] = []
    while len(made) < families:
        many = min(AT_ONCE, families - len(made))
        first = len(made)
        made += transact(world, SYSTEM, lambda unit, first=first, many=many: _families(unit, officers, first, many))
    return Scene(officers=officers, families=tuple(made), **house)


def _officers(unit: UnitOfWork) -> dict[str, tuple[str, str]]:
    made = {}
    for number, (name, role) in enumerate(OFFICERS.items()):
        person = _person(unit, 900_000 + number, 1980)
        officer = Officer(
            id=unit.environment.new_id(),
            person_id=person,
            employee_number=f"E{number}",
            login=name,
            password_hash="x",
            body="institution",
            created_at=unit.now,
        )
        unit.add(officer)
        unit.add(
            OfficerRole(
                id=unit.environment.new_id(),
                institution_id=HOUSE,
                officer_id=officer.id,
                role=role,
                founding=True,
                asked_at=unit.now,
                started_at=unit.now,
            )
        )
        made[name] = (officer.id, open_session(unit, "officer", officer.id))
    unit.tell("officers.began", NATIONAL)
    unit.tell("officers.began", HOUSE)
    return made


def _house(unit: UnitOfWork, bridges: int) -> dict[str, Any]:
    new = unit.environment.new_id
    here = {"institution_id": HOUSE}
    gate = Gate(id=new(), name="КПП", zone=1, opened_at=unit.now, **here)
    unit.add(gate)
    block = Room(id=new(), kind="long", name="3", gate_id=gate.id, opened_at=unit.now, **here)
    hall = Room(id=new(), kind="short", name="1", gate_id=gate.id, opened_at=unit.now, **here)
    unit.add(block, hall)
    for room, places in ((block, FEW), (hall, SEATS)):
        unit.add(
            *(Place(id=new(), room_id=room.id, label=f"{one:02}", opened_at=unit.now, **here) for one in range(places))
        )
    soon = (unit.now.astimezone(ZONE) + timedelta(hours=1)).replace(second=0, microsecond=0)
    templates = [
        SessionTemplate(
            id=new(), room_id=room.id, kind=room.kind, weekdays="1234567", starts=starts, minutes=minutes,
            valid_from=date(2026, 1, 1), **here,
        )
        for room, starts, minutes in (
            (block, "10:00", 2880),
            (hall, "10:00", 120),
            (hall, soon.strftime("%H:%M"), 120),
        )
    ]  # fmt: skip
    unit.add(*templates)
    keys = [secrets.token_hex(16) for _ in range(bridges)]
    devices = [
        Device(
            id=new(), kind="bridge", name=f"{number}", gate_id=gate.id, key_hash=token_hash(key), added_at=unit.now,
            **here,
        )
        for number, key in enumerate(keys)
    ]  # fmt: skip
    unit.add(*devices)
    unit.tell("house.furnished", HOUSE)
    return {
        "block": templates[0].id,
        "hall": templates[1].id,
        "soon": templates[2].id,
        "soon_day": soon.date(),
        "gate": gate.id,
        "bridges": tuple((device.id, key) for device, key in zip(devices, keys, strict=True)),
    }


def _families(unit: UnitOfWork, officers: dict[str, tuple[str, str]], first: int, many: int) -> list[Family]:
    return [_family(unit, officers, number) for number in range(first, first + many)]


def _family(unit: UnitOfWork, officers: dict[str, tuple[str, str]], number: int) -> Family:
    new, vault = unit.environment.new_id, unit.environment.vault
    convict, *parents = (_person(unit, number * 3 + one, 1990 if one == 0 else 1960) for one in range(3))
    unit.add(
        Convict(
            id=convict,
            file_number_index=vault.index("convict.file_number", f"A-{number}"),
            admitted_at=unit.now,
            quarantine_left_on=date(2024, 1, 10),
            **unit.sealed(Convict, convict, convict, file_number=f"A-{number}"),
        )
    )
    unit.add(
        Placement(
            id=new(), institution_id=HOUSE, convict_id=convict, institution_type="medium", basis="sentence",
            since=date(2024, 1, 1), paper=f"P-{number}",
        )
    )  # fmt: skip
    unit.add(
        FileEntry(
            id=new(), institution_id=HOUSE, convict_id=convict, kind="condition", value="light",
            since=date(2024, 1, 1), paper=f"C-{number}", set_at=unit.now,
        )
    )  # fmt: skip
    accounts = [_account(unit, person, number * 2 + one) for one, person in enumerate(parents)]
    relationships = [
        Relationship(
            id=new(),
            institution_id=HOUSE,
            person_id=person,
            convict_id=convict,
            kind="parent",
            state="confirmed",
            claimed_at=unit.now,
            accepted_at=unit.now,
            verified_at=unit.now,
            verified_by=officers["registry"][0],
            confirmed_at=unit.now,
            confirmed_by=officers["second"][0],
            since=date(2024, 1, 1),
        )
        for person in parents
    ]
    unit.add(*relationships)
    unit.tell("families.known", NATIONAL)
    unit.tell("families.known", HOUSE)
    (account, token), (other_account, other_token) = accounts
    return Family(
        convict, parents[0], account, relationships[0].id, token,
        parents[1], other_account, relationships[1].id, other_token,
    )  # fmt: skip


def _person(unit: UnitOfWork, number: int, year: int) -> str:
    identity = Identity("Сериков", "Ерлан", date(year, 1, 2), document=f"KGZ passport AN{number:07}")
    return add_person(unit, identity).id


def _account(unit: UnitOfWork, person: str, number: int) -> tuple[str, str]:
    account, phone = unit.environment.new_id(), f"+7701{number:07}"
    unit.add(
        Account(
            id=account,
            person_id=person,
            phone_index=unit.environment.vault.index("account.phone", phone),
            consent_version="1",
            consented_at=unit.now,
            created_at=unit.now,
            **unit.sealed(Account, account, person, phone=phone),
        )
    )
    return account, open_session(unit, "relative", account)
