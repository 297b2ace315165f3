"""One officer alone makes no relation, exception, role, merge or reset by any page or any route of the interface.

Every address that changes something, taken from the apps themselves, is asked again and again by one officer who holds
as many roles as one person may, with forms that are right and with ids of what he himself has just asked for.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service.app.officer_appoint import appoint_officer
from service.app.role_give import found_role
from service.domain.access import ACCOUNTS, AUDITOR, EXCLUSIVE, ROLES, Actor
from service.store.columns import of
from service.store.tables import (
    ErasureRequest,
    ExceptionRequest,
    FactorReset,
    OfficerRole,
    PersonMerge,
    Relationship,
)
from service.web.api.app import create_api, create_app
from service.web.base import audiences
from tests.app.test_one_alone import Completed, made
from tests.browser.faces import SETTINGS, make_faces, sqlite_world
from tests.cast import MEDIUM, Made, World, person
from tests.web.api.v1.callers import Caller, Face, new_key
from tests.web.clicking import TOKEN, dashed

SYSTEM = Actor("system", "founding")
PLACES: Mapping[str, type[Any]] = {
    "exception": ExceptionRequest, "merge": PersonMerge, "asked": FactorReset, "role": OfficerRole,
    "relationship": Relationship,
}  # fmt: skip
"""What stands in an address under a name."""
ROUNDS = 2
AWAY = re.compile(
    r"sign-in|sign-out|leave|account/|import|transfer|release|calls|gate|photo|face|dismiss|invite|end(ing)?$"
)
"""Addresses that end a session or a role, take a file, or are about no relation, exception, role or merge."""


def together() -> list[frozenset[str]]:
    """The largest sets of roles that one officer may hold."""
    roles = [role for role in ROLES if role != AUDITOR]
    lawful = [
        frozenset(chosen)
        for size in range(1, len(roles) + 1)
        for chosen in itertools.combinations(roles, size)
        if not any(pair <= set(chosen) for pair in EXCLUSIVE)
    ]
    return [one for one in lawful if not any(one < other for other in lawful)]


class Alone:
    """One officer with many roles at one institution, and everything he can send."""

    def __init__(self, world: World, folder: Path, roles: frozenset[str], number: int) -> None:
        self.world = world
        who = person("Жалғыз", "Офицер", world.clock().date().replace(year=1985), 700 + number)

        def appointed(unit: Any) -> str:
            return appoint_officer(unit, identity=who, employee_number=f"А-{number}", login=f"alone-{number}").officer

        self.id = world.run(SYSTEM, appointed)
        for role in sorted(roles):
            world.run(SYSTEM, lambda unit, role=role: found_role(unit, officer=self.id, institution=MEDIUM, role=role))
        self.actor = Actor("officer", self.id, None, MEDIUM, roles)
        self.staff = make_faces(world, folder).staff
        self.face = Face(world)
        self.token = self.face.session("officer", self.id)
        self.client = self.staff.test_client()
        self.client.set_cookie("kezdesu_staff", self.token)
        found = TOKEN.search(self.client.get("/account").text)
        assert found is not None
        self.form_token = found[1]

    def values(self) -> dict[str, str]:
        """What stands in forms and bodies, right for as many as possible."""
        tie = self.world.relations
        return {
            "grant": "true", "ground": "humanitarian", "article": "PEC 106", "words": "надо", "kind": "interval-before",
            "appointment_kind": "short", "file_number": "", "usable_until": "2026-04-01", "basis": "паспорт",
            "paper": "№ 1", "role": "call_supervisor", "institution": MEDIUM, "reason": "moved", "listed": "true",
            "usable_until-day": "1", "usable_until-month": "4", "usable_until-year": "2026",
            "convict": dashed(self.world.people["Ерлан"]), "relationship": tie["Сергей", "Ерлан"],
            "kept": tie["Болат", "Ерлан"], "ended": tie["Сергей", "Ерлан"],
        }  # fmt: skip

    def newest(self, name: str) -> list[str]:
        """Ids of what an address may name: what was asked for last first."""
        if name == "officer":
            return [self.world.as_officer("gate_officer").id, self.id]
        if name not in PLACES:
            return ["0" * 32]
        row = of(PLACES[name])
        at = row.claimed_at if name == "relationship" else row.asked_at
        with self.world.environment.database.reading() as session:
            return list(session.scalars(sa.select(row.id).order_by(at.desc(), row.id).limit(2)))

    def addresses(self, rule: str) -> Iterator[str]:
        """A rule with its places filled, for each thing it may be about."""
        names = re.findall(r"[<{](?:[^<>:{}]+:)?(\w+)[>}]", rule)
        chosen = [
            ["accept", "verify", "confirm", "permit"] if name == "act" else ["do"] if name == "word"
            else [dashed(one) for one in self.newest(name)]
            for name in names
        ]  # fmt: skip
        for values in itertools.product(*chosen):
            given = iter(values)
            yield re.sub(r"[<{][^<>{}]+[>}]", lambda _: next(given), rule)  # noqa: B023

    def click(self, rule: str) -> None:
        """Sends a page's form with everything that any form may hold."""
        values = {"form_token": self.form_token, **self.values()}
        values["ground"] = "refused-in-error" if "reopening" in rule else values["ground"]
        values["ground"] = "same-phone" if "merge" in rule else values["ground"]
        for address in self.addresses(rule):
            answer = self.client.post(address, data=values)
            assert answer.status_code < 500, address

    def call(self, app: Flask, rule: str, fields: Mapping[str, Any]) -> None:
        """Sends a request of the interface with the fields its body names."""
        caller = Caller(app, self.token)
        values: dict[str, Any] = {**self.values(), "grant": True, "listed": True}
        values["ground"] = "refused-in-error" if "reopening" in rule else values["ground"]
        values["ground"] = "same-phone" if "merges" in rule else values["ground"]
        body = {name: dashed(one) if name in ("relationship", "kept", "ended") else one for name, one in values.items()}
        for address in self.addresses(rule):
            answer = caller.post(address, {name: body[name] for name in fields if name in body}, new_key())
            assert answer.status_code < 500, address


@pytest.mark.parametrize("number", range(len(together())))
def test_one_officer_alone_makes_nothing_that_takes_two_by_any_address(
    sqlite_cast: Made, tmp_path: Path, number: int
) -> None:
    roles = together()[number]
    with sqlite_world(sqlite_cast, tmp_path) as world:
        alone = Alone(world, tmp_path, roles, number)
        before, api = made(world), create_app(world.environment, SETTINGS, send_code=lambda _: None)
        pages = [one.removeprefix("POST ") for one in audiences(alone.staff) if one.startswith("POST ")]
        routes = {
            one.path: one.body.model_fields if one.body else {}
            for one in create_api(None, lambda _: None).endpoints  # type: ignore[arg-type]
            if one.method == "POST" and "officer" in one.principals
        }
        for _ in range(ROUNDS):
            for rule in pages:
                if not AWAY.search(rule):
                    alone.click(rule)
            for path, fields in routes.items():
                if not AWAY.search(path):
                    alone.call(api, path, fields)
        after, mine = made(world), Completed(world, alone.actor)
        for name, found in after.items():
            assert not {one for one in found - before[name] if mine.both_halves(name, one)}, name
        asked = asked_by(world, alone.id)
    assert asked >= ({"role", "FactorReset"} if ACCOUNTS in roles else {"PersonMerge"}), (
        "the first half was not reached"
    )


def asked_by(world: World, officer: str) -> set[str]:
    """In which tables something was asked for by an officer."""
    tables = {"role": OfficerRole, "FactorReset": FactorReset, "PersonMerge": PersonMerge,
              "ExceptionRequest": ExceptionRequest, "ErasureRequest": ErasureRequest}  # fmt: skip
    with world.environment.database.reading() as session:
        return {
            name
            for name, table in tables.items()
            if session.scalars(sa.select(of(table).id).where(of(table).asked_by == officer)).first() is not None
        }


def test_the_routes_about_what_takes_two_are_among_those_tried() -> None:
    paths = {one.path for one in create_api(None, lambda _: None).endpoints if one.method == "POST"}  # type: ignore[arg-type]
    about = {one for one in paths if re.search(r"exceptions|reopenings|merges|roles|relationships", one)}
    decisions = {
        "/exceptions/<uuid:exception>/decision",
        "/merges/<uuid:merge>/decision",
        "/roles/<uuid:role>/approval",
    }
    assert about >= {"/exceptions", "/reopenings", "/merges", *decisions}
    assert {one for one in about if AWAY.search(one)} == {"/roles/<uuid:role>/ending"}
