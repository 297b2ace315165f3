"""The named people of the tests, and `world`: everything they need, on both engines, at a time that can be set.

LA-155/8 (medium security) is the stage; LA-155/14 (maximum) takes transfers; SI-18 holds people in remand.

    Ерлан Ахметов     LA-155/8, regular, out of quarantine   mother Айгүл, wife Динара, daughter Аружан: confirmed;
                                                            brother Болат: claimed; friend Сергей: verified
    Олег Ким          LA-155/8, light, degree 1             wife Гульзат (Kyrgyz passport, no IIN): confirmed
    Нұрлан Қасымов    LA-155/8, strict                      sister Жанар: confirmed; wife Ләззат: revoked
    Іңкәр Өтеғали     LA-155/14, regular                    father Қайрат: confirmed
    Пётр Волков       SI-18, remand                         mother Нина: confirmed
    Иван Одиноков     LA-155/8, regular                     nobody

The cast was made on 1 December 2025; a test begins on Monday 2 March 2026 at 09:00 in Almaty.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from service.app.convict_admit import Arrival
from service.app.convict_enter import set_degree
from service.app.relationship_decide import verify_relationship
from service.app.relationship_end import revoke_relationship
from service.app.room_open import open_gate, open_room
from service.app.timetable_change import open_sessions
from service.domain.access import Actor
from service.domain.identity import Identity
from tests.builders import Builder, SetClock, iin, make_environment
from tests.left_behind import NAMED, secrets_of_all
from tests.postgres import Databases

MADE = datetime(2025, 12, 1, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MEDIUM, MAXIMUM, REMAND = "la-155-8", "la-155-14", "si-18"

ROOMS = {
    "long": ("Ұзақ кездесу бөлмелері", ("1", "2", "3")),
    "short": ("Қысқа кездесу залы", ("A", "B", "C", "D")),
    "video": ("Бейнебайланыс", ("V1", "V2")),
    "call": ("Қоңырау кабиналары", ("К1", "К2")),
}
SESSIONS = {
    "long": (("long", "1234567", "10:00", 2880),),
    "short": (("short", "123456", "09:00", 120), ("short-afternoon", "123456", "14:00", 120)),
    "video": (("video", "12345", "15:00", 120),),
    "call": (("call", "1234567", "18:00", 15), ("call-later", "1234567", "18:15", 15)),
}


@dataclass
class World(Builder):
    """The builder with its stage set: `rooms`, `places`, `templates` and `gates` by institution and name."""

    clock: SetClock = field(default_factory=lambda: SetClock(MADE))
    rooms: dict[tuple[str, str], str] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    templates: dict[tuple[str, str], str] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)

    def as_officer(self, role: str, institution: str = MEDIUM) -> Actor:
        """The officer who holds a role there."""
        return self.officers[institution, role]


def person(
    family: str, given: str, born: date, serial: int, patronymic: str | None = None, language: str = "kk"
) -> Identity:
    """Somebody with an IIN."""
    return Identity(family, given, born, patronymic, iin(born, serial), None, language)


def open_stage(world: World, institution: str) -> None:
    """Gate, rooms, timetables, kiosk and bridge of an institution."""
    head = world.officers[institution, "head"]
    gate = world.run(head, lambda unit: open_gate(unit, institution=institution, name="КПП", zone=1))
    world.gates[institution] = gate
    for kind in ROOMS:
        _open_room(world, institution, kind, gate)
        for called, weekdays, starts, minutes in SESSIONS[kind]:
            _open_sessions(world, institution, kind, called, weekdays, starts, minutes)
    world.add_devices(institution, gate)


def _open_room(world: World, institution: str, kind: str, gate: str) -> None:
    name, places = ROOMS[kind]
    room = world.run(
        world.officers[institution, "head"],
        lambda unit: open_room(unit, institution=institution, kind=kind, name=name, gate=gate, places=places),
    )
    world.rooms[institution, kind], world.places[institution, kind] = room.room, room.places


def _open_sessions(
    world: World, institution: str, kind: str, called: str, weekdays: str, starts: str, minutes: int
) -> None:
    world.templates[institution, called] = world.run(
        world.officers[institution, "duty_officer"],
        lambda unit: open_sessions(
            unit,
            room=world.rooms[institution, kind],
            weekdays=weekdays,
            starts=starts,
            minutes=minutes,
            valid_from=date(2025, 12, 1),
        ),
    )


def set_the_stage(world: World) -> None:
    """Institutions, officers, rooms, convicts and families."""
    world.found()
    world.institution(MEDIUM, 8, "medium", "ЛА-155/8 мекемесі", "Учреждение ЛА-155/8", "Institution LA-155/8")
    world.institution(MAXIMUM, 14, "maximum", "ЛА-155/14 мекемесі", "Учреждение ЛА-155/14", "Institution LA-155/14")
    world.institution(REMAND, 18, "remand", "СИ-18 мекемесі", "Учреждение СИ-18", "Institution SI-18")
    for number, institution in enumerate((MEDIUM, MAXIMUM, REMAND)):
        world.staff(institution, 1000 + 500 * number)
        open_stage(world, institution)
    _akhmetov(world)
    _kim(world)
    _kasymov(world)
    _others(world)


def _admitted(institution: str, condition: str | None, since: date = date(2025, 5, 10)) -> Arrival:
    return Arrival(institution, since, "приговор № 1-204/2025", condition)


def _akhmetov(world: World) -> None:
    erlan = person("Ахметов", "Ерлан", date(1992, 4, 17), 11, "Серікұлы")
    world.convict("Ерлан", erlan, "8/2025-0117", _admitted(MEDIUM, "regular"), date(2025, 5, 25))
    world.relative("Айгүл", person("Ахметова", "Айгүл", date(1968, 1, 2), 12), "+7 701 555 01 01", "aigul@example.kz")
    world.relative("Динара", person("Ахметова", "Динара", date(1994, 9, 30), 13), "+7 701 555 01 02")
    world.relative("Болат", person("Ахметов", "Болат", date(1996, 2, 29), 14), "+7 701 555 01 03")
    world.relative("Сергей", person("Павлов", "Сергей", date(1991, 7, 5), 15, language="ru"), "8 (701) 555-01-04")
    world.claim("Айгүл", "Ерлан", "parent")
    world.confirm("Айгүл", "Ерлан")
    world.claim("Динара", "Ерлан", "spouse")
    world.confirm("Динара", "Ерлан")
    aruzhan = person("Ахметова", "Аружан", date(2018, 3, 8), 16)
    world.claim("Динара", "Ерлан", "child", "Аружан", aruzhan)
    world.confirm("Аружан", "Ерлан", "туу туралы куәлік")
    world.claim("Сергей", "Ерлан", "other")
    world.accept("Сергей", "Ерлан")
    friend = world.relations["Сергей", "Ерлан"]
    registry = world.officers[MEDIUM, "registry_officer"]
    world.run(registry, lambda unit: verify_relationship(unit, relationship=friend, basis="удостоверение"))
    world.claim("Болат", "Ерлан", "full-sibling")


def _kim(world: World) -> None:
    oleg = person("Ким", "Олег", date(1988, 12, 1), 21, "Викторович", "ru")
    world.convict("Олег", oleg, "8/2023-0042", _admitted(MEDIUM, "light", date(2023, 8, 1)), date(2023, 8, 15))
    gulzat = Identity("Ким", "Гульзат", date(1990, 5, 5), document="KGZ passport AN1234567", language="ru")
    world.relative("Гульзат", gulzat, "+996 555 123 456")
    world.claim("Гульзат", "Олег", "spouse")
    world.confirm("Гульзат", "Олег")
    convict = world.people["Олег"]
    world.run(
        world.officers[MEDIUM, "head"],
        lambda unit: set_degree(unit, convict=convict, degree=1, since=date(2025, 9, 1), paper="приказ № 77"),
    )


def _kasymov(world: World) -> None:
    nurlan = person("Қасымов", "Нұрлан", date(1985, 11, 11), 31, "Әбдіұлы")
    world.convict("Нұрлан", nurlan, "8/2024-0300", _admitted(MEDIUM, "strict", date(2024, 3, 3)), date(2024, 3, 18))
    world.relative("Жанар", person("Қасымова", "Жанар", date(1989, 4, 4), 32), "+7 702 555 03 01")
    world.relative("Ләззат", person("Қасымова", "Ләззат", date(1987, 8, 8), 33), "+7 702 555 03 02")
    world.claim("Жанар", "Нұрлан", "full-sibling")
    world.confirm("Жанар", "Нұрлан")
    world.claim("Ләззат", "Нұрлан", "spouse")
    ended = world.confirm("Ләззат", "Нұрлан")
    world.run(
        world.at_kiosk("Нұрлан"),
        lambda unit: revoke_relationship(unit, relationship=ended, ground="ground-relation-ended"),
    )


def _others(world: World) -> None:
    inkar = person("Өтеғали", "Іңкәр", date(1979, 10, 23), 41)
    world.convict("Іңкәр", inkar, "14/2022-0009", _admitted(MAXIMUM, "regular", date(2022, 2, 2)), date(2022, 2, 17))
    world.relative("Қайрат", person("Өтеғали", "Қайрат", date(1950, 6, 6), 42), "+7 705 555 04 01")
    world.claim("Қайрат", "Іңкәр", "parent")
    world.confirm("Қайрат", "Іңкәр")
    petr = person("Волков", "Пётр", date(2000, 1, 31), 51, language="ru")
    world.convict("Пётр", petr, "СИ18/2025-0777", _admitted(REMAND, None, date(2025, 11, 1)))
    world.relative("Нина", person("Волкова", "Нина", date(1975, 3, 3), 52, language="ru"), "+7 777 555 05 01")
    world.claim("Нина", "Пётр", "parent")
    world.confirm("Нина", "Пётр")
    ivan = person("Одиноков", "Иван", date(1970, 7, 7), 61, language="ru")
    world.convict("Иван", ivan, "8/2025-0500", _admitted(MEDIUM, "regular"), date(2025, 5, 25))


def make_world(url: str, keys: Path) -> World:
    """The whole cast in a migrated database; the clock stands at its making."""
    clock = SetClock(MADE)
    world = World(make_environment(url, keys, clock), clock=clock)
    set_the_stage(world)
    return world


@dataclass(frozen=True)
class Made:
    """A world that tests copy and never open."""

    world: World
    url: str
    keys: Path


@pytest.fixture(scope="session")
def sqlite_cast(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Made:
    """The cast, made once on SQLite."""
    folder = tmp_path_factory.mktemp("cast")
    file = folder / "kezdesu.db"
    shutil.copyfile(migrated_sqlite, file)
    world = make_world(f"sqlite:///{file}", folder / "keys")
    pytestconfig.stash.setdefault(NAMED, set()).update(secrets_of_all(world))
    with world.environment.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.environment.database.close()
    return Made(world, str(file), folder / "keys")


@pytest.fixture(scope="session")
def postgres_cast(
    postgres_databases: Databases,
    migrated_postgres: str,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Made:
    """The cast, made once on PostgreSQL."""
    keys = tmp_path_factory.mktemp("cast") / "keys"
    url = postgres_databases.make(copy_of=migrated_postgres)
    world = make_world(url, keys)
    pytestconfig.stash.setdefault(NAMED, set()).update(secrets_of_all(world))
    world.environment.database.close()
    return Made(world, url, keys)


@pytest.fixture(params=("sqlite", "postgresql"))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world of this test's own, once per engine, on Monday 2 March 2026 at 09:00 in Almaty."""
    made: Made = request.getfixturevalue("sqlite_cast" if request.param == "sqlite" else "postgres_cast")
    keys = tmp_path / "keys"
    shutil.copytree(made.keys, keys)
    databases: Databases | None = None
    if request.param == "sqlite":
        file = tmp_path / "kezdesu.db"
        shutil.copyfile(made.url, file)
        url = f"sqlite:///{file}"
    else:
        databases = request.getfixturevalue("postgres_databases")
        url = databases.make(copy_of=made.url)
    clock = SetClock(NOW)
    environment = make_environment(url, keys, clock)
    copied = {name: dict(value) for name, value in vars(made.world).items() if isinstance(value, dict)}
    yield replace(made.world, environment=environment, clock=clock, **copied)
    environment.database.close()
    if databases is not None:
        databases.drop(url)
