"""Every role on every page and every route of the interface: let in or refused as the tables of this folder say."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.config import Settings
from service.domain.access import ROLES
from service.web.api.app import create_api
from service.web.api.openapi import path_template
from service.web.base import audiences
from service.wsgi import _made, ports
from tests.browser.faces import SETTINGS, Faces, make_faces, sqlite_world
from tests.cast import MEDIUM, Made, World
from tests.web.api.v1.callers import Face
from tests.web.api.v1.routes import ASKS
from tests.web.api.v1.test_access import Snapshot, ask_as
from tests.web.clicking import TOKEN, Clicker, dashed, signed_in
from tests.web.matrix.table import ANYONE, OWN, Opens, address, table_of

PAGES = tuple(face for face in ports(Settings()) if face != "api")
OUT = re.compile(r"^POST .*sign|sessions")
"""Routes after which somebody may be signed out."""
LET_IN = frozenset({200, 303, 304, 400, 404, 409, 422})
"""What whoever is let in may be answered: what is not there is not found, what the state forbids is refused."""


@pytest.fixture(scope="module")
def stage(sqlite_cast: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Faces, dict[str, str]]]:
    """The apps, and for some places of addresses something that is there."""
    folder = tmp_path_factory.mktemp("matrix")
    with sqlite_world(sqlite_cast, folder) as world:
        mother = world.as_relative("Айгүл")
        held = world.run(
            mother,
            lambda unit: hold_place(
                unit,
                convict=world.people["Ерлан"],
                relationships=[world.relations["Айгүл", "Ерлан"]],
                template=world.templates[MEDIUM, "long"],
                day=date(2026, 3, 19),
                wish=Wish("long"),
            ),
        )
        world.run(mother, lambda unit: request_appointment(unit, appointment=held.appointment))
        yield (
            make_faces(world, folder),
            {
                "appointment": dashed(held.appointment),
                "relationship": dashed(world.relations["Айгүл", "Ерлан"]),
                "convict": dashed(world.people["Ерлан"]),
                "gate": dashed(world.gates[MEDIUM]),
                "room": dashed(world.rooms[MEDIUM, "long"]),
                "kind": "long",
                "name": "kezdesu.css",
            },
        )


def app_of(face: str, world: World, folder: Path) -> Flask:
    """An app as the service itself makes it."""
    settings = Settings(data_dir=folder, secure=SETTINGS.secure, time_zone="Asia/Almaty")
    return _made(face, world.environment, settings)


def officer(app: Flask, world: World, role: str) -> Clicker:
    """Somebody with one role, signed in; the token is put into the cookie of whatever app it is."""
    who = Clicker(app)
    who.client.set_cookie(f"kezdesu_{app.name}", Face(world).session("officer", world.officers[MEDIUM, role].id))
    return who


def answered(who: Clicker, route: str, row: Opens, parts: dict[str, str]) -> tuple[int, str]:
    """The status of a route, and where it sends; a form goes with a token of a page that everybody may see."""
    method, rule = route.split(maxsplit=1)
    path = address(rule, row.parts, parts)
    if method == "GET":
        answer = who.client.get(path)
    else:
        found = TOKEN.search(who.see("/sign-in").text)
        answer = who.client.open(path, method=method, data={"form_token": found[1] if found else "", **row.typed})
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize("face", PAGES)
def test_every_page_has_its_row_and_no_row_is_without_a_page(
    stage: tuple[Faces, dict[str, str]], face: str, tmp_path: Path
) -> None:
    routes = set(audiences(app_of(face, stage[0].world, tmp_path)))
    rows = set(table_of(face))
    assert routes - rows == set(), f"these pages need a row in tests/web/matrix/{face}*.toml"
    assert rows - routes == set(), "these rows have no page"


def test_every_route_of_the_interface_has_its_row() -> None:
    api = create_api(None, lambda _: None)  # type: ignore[arg-type]
    assert {f"{one.method} {path_template(one.path)}" for one in api.endpoints} == set(table_of("api"))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "auditor"])
def test_the_desk_opens_to_each_role_what_is_its_own(stage: tuple[Faces, dict[str, str]], role: str) -> None:
    faces, parts = stage
    who = officer(faces.staff, faces.world, role)
    for route, row in table_of("staff").items():
        status, leads = answered(who, route, row, parts)
        if row.lets_in(role):
            assert status in LET_IN, (route, role, status)
            assert ANYONE in row.who or not (status == 303 and leads.startswith("/sign-in?")), (route, role)
        else:
            assert status == 403, (route, role, status)
        if OUT.search(route):
            who = officer(faces.staff, faces.world, role)


def test_somebody_without_any_role_opens_no_more_than_the_way_in(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, parts = stage
    world = faces.world
    who = Clicker(faces.staff)
    who.client.set_cookie("kezdesu_institution", "si-18")  # where this officer holds nothing
    token = Face(world).session("officer", world.officers[MEDIUM, "head"].id)
    for route, row in table_of("staff").items():
        who.client.set_cookie("kezdesu_staff", token)
        status, _ = answered(who, route, row, parts)
        if route == "POST /sign-out":
            token = Face(world).session("officer", world.officers[MEDIUM, "head"].id)
        allowed = bool(row.who & {ANYONE, "every officer"})
        assert (status in LET_IN) if allowed else (status in (403, 404)), (route, status)


@pytest.mark.parametrize("face", [face for face in PAGES if face != "staff"])
@pytest.mark.parametrize("role", ROLES)
def test_an_officers_session_opens_no_page_of_another_face(
    stage: tuple[Faces, dict[str, str]], face: str, role: str, tmp_path: Path
) -> None:
    world, parts = stage[0].world, stage[1]
    app = app_of(face, world, tmp_path)
    who = officer(app, world, role)
    for route, row in table_of(face).items():
        if row.lets_in(role):
            continue
        status, leads = answered(who, route, row, parts)
        assert status == 403 or (status == 303 and leads.startswith("/sign-in")), (route, role, status, leads)


def test_the_pages_of_oversight_open_to_an_auditor_all_of_them(
    stage: tuple[Faces, dict[str, str]], tmp_path: Path
) -> None:
    world, parts = stage[0].world, stage[1]
    app = app_of("oversight", world, tmp_path)
    who = officer(app, world, "auditor")
    for route, row in table_of("oversight").items():
        status, leads = answered(who, route, row, parts)
        assert status in LET_IN, (route, status)
        assert ANYONE in row.who or not (status == 303 and leads.startswith("/sign-in?")), route
        if route == "POST /sign-out":
            who = officer(app, world, "auditor")


@pytest.mark.parametrize("face", PAGES)
def test_a_stranger_opens_only_what_is_open_to_anyone(
    stage: tuple[Faces, dict[str, str]], face: str, tmp_path: Path
) -> None:
    world, parts = stage[0].world, stage[1]
    app = app_of(face, world, tmp_path)
    for route, row in table_of(face).items():
        status, leads = answered(Clicker(app), route, row, parts)
        if ANYONE in row.who:
            assert status != 403, route
        else:
            assert status == 303, (route, status)
            assert leads.startswith("/sign-in?back="), (route, leads)


def test_of_another_family_a_relative_finds_nothing(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, parts = stage
    stranger = signed_in(faces, "Гульзат")
    for route, row in table_of("public").items():
        if OWN in row.who:
            assert answered(stranger, route, row, parts)[0] == 404, route


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", ASKS)
def test_the_interface_opens_to_each_role_what_is_its_own(route: str, world: World) -> None:
    face, row = Face(world), table_of("api")[route]
    ask, method = ASKS[route](face), route.split(maxsplit=1)[0]
    callers = {role: face.officer(role) for role in ROLES}
    snapshot, let_in = Snapshot(face), set()
    for role, caller in callers.items():
        status = ask_as(caller, method, ask)
        assert status < 500, (route, role)
        if status not in (401, 403):
            let_in.add(role)
        if method != "GET":
            snapshot.restore()
    assert let_in == {role for role in ROLES if row.lets_in(role)}, route


def test_a_place_that_nothing_fills_is_an_id_of_nothing() -> None:
    assert address("/a/<uuid:b>/<c>", {"c": "d"}) == "/a/00000000-0000-0000-0000-000000000000/d"
    assert not re.search(r"<\w", address("/x/<int:n>", {"n": "1"}))
