"""Rows put into the tables by SQL alone: what the database must hold even when no line of our code is in the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import service.store.tables  # noqa: F401  (fills the metadata)
from service.store.engine import Database, open_database

NOON = datetime(2026, 3, 19, 5, 0, tzinfo=UTC)
DAY = date(2026, 3, 19)
HOUSE = "la-155-8"


def table(name: str) -> sa.Table:
    return SQLModel.metadata.tables[name]


@dataclass
class Bare:
    """A database with one institution, one room of two places, two officers, one convict and one confirmed mother."""

    database: Database
    numbers: Any = field(default_factory=count)
    ids: dict[str, str] = field(default_factory=dict)

    def id(self) -> str:
        return f"{next(self.numbers):032x}"

    def put(self, name: str, /, **values: Any) -> str:
        """Inserts one row, its id invented where none is given; answers the id."""
        target = table(name)
        if "id" in target.c and "id" not in values:
            values["id"] = self.id()
        with self.database.engine.begin() as connection:
            connection.execute(target.insert().values(values))
        return str(values.get("id", ""))

    def sql(self, text: str, **values: Any) -> int:
        with self.database.engine.begin() as connection:
            return int(connection.execute(sa.text(text), values).rowcount)

    def person(self) -> str:
        sealed = dict.fromkeys(("wrapped_key", "family_name", "given_name", "birth_date"), b"x")
        return self.put("person", key_fingerprint="f", language="kk", created_at=NOON, **sealed)

    def officer(self) -> str:
        person, mark = self.person(), self.id()
        return self.put(
            "officer",
            person_id=person,
            employee_number=mark,
            login=mark,
            password_hash="x",
            body="institution",
            created_at=NOON,
        )

    def convict(self) -> str:
        person = self.person()
        return self.put("convict", id=person, file_number=b"x", file_number_index=person, lifer=False, admitted_at=NOON)

    def relationship(self, person: str, convict: str, **more: Any) -> str:
        values = {
            "kind": "parent",
            "state": "confirmed",
            "claimed_at": NOON,
            "accepted_at": NOON,
            "verified_at": NOON,
            "verified_by": self.ids["first"],
            "confirmed_at": NOON,
            "confirmed_by": self.ids["second"],
            "since": date(2026, 1, 1),
            "listed_in_file": False,
        }
        return self.put(
            "relationship", institution_id=HOUSE, person_id=person, convict_id=convict, **{**values, **more}
        )

    def appointment(self, **more: Any) -> str:
        """A held short visit of the convict, an hour from noon, charged so that nothing else stands in its way."""
        values: dict[str, Any] = {
            "institution_id": HOUSE,
            "convict_id": self.ids["convict"],
            "kind": "short",
            "by_video": False,
            "room_id": self.ids["room"],
            "place_id": self.ids["place"],
            "starts_at": NOON,
            "ends_at": NOON + timedelta(hours=1),
            "state": "held",
            "live": True,
            "charge_rule": "uncounted",
            "charge_day": DAY,
            "from_long": False,
            "purpose": "ordinary",
            "asked_by": self.ids["mother"],
            "asked_at": NOON,
            "held_until": NOON + timedelta(minutes=15),
        }
        return self.put("appointment", **{**values, **more})

    def visitor(self, appointment: str, person: str, relationship: str, **more: Any) -> str:
        values = {
            "institution_id": HOUSE,
            "adult": True,
            "starts_at": NOON,
            "ends_at": NOON + timedelta(hours=1),
            "live": True,
        }
        return self.put(
            "appointment_visitor",
            appointment_id=appointment,
            person_id=person,
            relationship_id=relationship,
            **{**values, **more},
        )


def bare(url: str) -> Bare:
    """The rows every refusal is tried against."""
    rows = Bare(open_database(url))
    rows.put(
        "institution",
        id=HOUSE,
        number=1,
        name_kk="ЛА-155/8",
        name_ru="ЛА-155/8",
        name_en="LA-155/8",
        kind="medium",
        time_zone="Asia/Almaty",
        jurisdiction="kz",
        opened_at=NOON,
    )
    rows.put("log", id=HOUSE, origin="x/la-155-8", verifier_key="k", size=0, last_at=NOON, head_size=0, head_root="")
    gate = rows.put("gate", institution_id=HOUSE, name="КПП-1", zone=1, opened_at=NOON)
    room = rows.put("room", institution_id=HOUSE, kind="short", name="зал", gate_id=gate, opened_at=NOON)
    rows.ids = {"gate": gate, "room": room}
    for name in ("place", "other_place"):
        rows.ids[name] = rows.put("place", institution_id=HOUSE, room_id=room, label=name, opened_at=NOON)
    for name in ("first", "second", "head"):
        rows.ids[name] = rows.officer()
    rows.ids |= {"convict": rows.convict(), "other_convict": rows.convict(), "mother": rows.person()}
    rows.ids["tie"] = rows.relationship(rows.ids["mother"], rows.ids["convict"])
    return rows


def refused(rule: str, act: Callable[[], Any]) -> None:
    """The act fails in the database, by the rule named."""
    with pytest.raises(DBAPIError) as failure:
        act()
    assert rule in str(failure.value.orig), failure.value.orig


def refused_either(names: tuple[str, str], act: Callable[[], Any]) -> None:
    """A unique index is named by PostgreSQL, by its columns on SQLite."""
    with pytest.raises(DBAPIError) as failure:
        act()
    assert any(name in str(failure.value.orig) for name in names), failure.value.orig


@pytest.fixture
def rows(engine_url: str) -> Iterator[Bare]:
    """The rows, on each engine."""
    made = bare(engine_url)
    yield made
    made.database.close()
