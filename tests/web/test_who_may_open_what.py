"""Every address of both faces, tried by everybody: denied by default, and never a fault."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask

from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.domain.access import ROLES, Actor, Target, may
from service.store.tables import Event
from service.web import logs
from service.web.base import undeclared
from tests.browser.faces import Faces, make_faces, sqlite_world
from tests.cast import MAXIMUM, MEDIUM, Made
from tests.web.clicking import TOKEN, Clicker, at_desk, dashed, signed_in
from tests.web.matrix.table import ANYONE, table_of

ACTS = {
    "/requests": "appointment.see_times",
    "/requests/<uuid:appointment>": "appointment.see_times",
    "/requests/<uuid:appointment>/grant": "appointment.decide",
    "/relations": "relationship.see",
    "/relations/<uuid:relationship>": "relationship.see",
    "/relations/<uuid:relationship>/<act>": "relationship.confirm",
    "/flags": "flag.resolve",
    "/flags/<uuid:flag>": "flag.resolve",
    "/disputes": "dispute.answer",
    "/disputes/<uuid:dispute>": "dispute.answer",
    "/gate": "gate.see",
    "/gate/<uuid:gate>": "gate.see",
    "/gate/<uuid:gate>/admissions/<uuid:admission>": "identity.match",
}
"""Which act of the access policy opens each page of the desk; the others are open to every officer."""

DEEDS = {"/requests/<uuid:appointment>": "appointment.decide"}
"""Where a form of a page is another act than looking at it."""

TYPED = {"outcome": "kept", "matched": "true", "words": "Нет.", "ground": "ground-room-unusable"}


@pytest.fixture(scope="module")
def stage(sqlite_cast: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Faces, dict[str, str]]]:
    """The apps, and for each place of an address something that is there; nothing is decided by these tests."""
    folder: Path = tmp_path_factory.mktemp("walk")
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
                "kind": "long",
                "act": "confirm",
                "flag": dashed("0" * 32),
                "dispute": dashed("0" * 32),
                "admission": dashed("0" * 32),
                "gate": dashed(world.gates[MEDIUM]),
                "name": "kezdesu.css",
                "word": "do",
            },
        )


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the apps write to their log while a test runs."""
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    structlog.reset_defaults()


def addresses(app: Flask) -> list[tuple[str, str]]:
    """(method, rule) of everything an app answers."""
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def fill(rule: str, parts: dict[str, str]) -> str:
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda found: parts.get(found[1], dashed("0" * 32)), rule)


def opened(who: Clicker, method: str, path: str) -> int:
    """The status of an address; a form is sent with a token of a page that everybody there may see."""
    if method == "GET":
        return who.client.get(path).status_code
    found = TOKEN.search(who.see("/sign-in").text)
    assert found is not None
    return who.client.post(path, data={"form_token": found[1], **TYPED}).status_code


def test_every_address_says_who_may_open_it(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, _ = stage
    for app in (faces.public, faces.staff, faces.inbox):
        assert undeclared(app) == []


def test_a_stranger_is_sent_to_sign_in_everywhere_else(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, parts = stage
    free = {route for route, row in table_of("public").items() if ANYONE in row.who}
    for method, rule in addresses(faces.public):
        status = opened(Clicker(faces.public), method, fill(rule, parts))
        assert status in ({200, 303, 404, 405, 422} if f"{method} {rule}" in free else {303}), (method, rule, status)
    free = {route for route, row in table_of("staff").items() if ANYONE in row.who}
    for method, rule in addresses(faces.staff):
        status = opened(Clicker(faces.staff), method, fill(rule, parts))
        # Halfway in, for nobody who is not: the options of a passkey are not there.
        assert status in ({200, 303, 404, 422} if f"{method} {rule}" in free else {303}), (method, rule, status)


def test_another_family_finds_nothing_of_this_one(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, parts = stage
    stranger = signed_in(faces, "Гульзат")
    for method, rule in addresses(faces.public):
        if "<uuid:" in rule:
            status = opened(stranger, method, fill(rule, parts))
            assert status == 404, (method, rule, status)


def test_the_family_itself_never_meets_a_fault(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, parts = stage
    mother = signed_in(faces, "Айгүл")
    for method, rule in addresses(faces.public):
        # She has put in no photograph yet.
        if method == "GET" and rule not in {"/register", "/static/<path:name>", "/account/photo.jpg"}:
            status = opened(mother, method, fill(rule, parts))
            # What an address names need not be there yet: a request has no pass before it is granted.
            assert status in ({200, 303, 404} if "<" in rule else {200, 303}), (rule, status)


def test_a_relatives_token_opens_no_page_of_the_desk_and_an_officers_none_of_the_families(
    stage: tuple[Faces, dict[str, str]],
) -> None:
    faces, _ = stage
    relative, officer = signed_in(faces, "Айгүл"), at_desk(faces, "head")
    for who, cookie, app, page in (
        (relative, "kezdesu_public", faces.staff, "/requests"),
        (officer, "kezdesu_staff", faces.public, "/appointments"),
    ):
        token = who.client.get_cookie(cookie)
        assert token is not None
        crossed = Clicker(app)
        crossed.client.set_cookie(f"kezdesu_{app.name}", token.value)
        assert crossed.client.get(page).status_code == 303


@pytest.mark.parametrize("role", [role for role in ROLES if role != "auditor"])
def test_the_desk_opens_to_each_role_what_the_policy_opens(stage: tuple[Faces, dict[str, str]], role: str) -> None:
    faces, parts = stage
    who = at_desk(faces, role)
    actor = Actor("officer", "x", "x", MEDIUM, frozenset({role}))
    for method, rule in addresses(faces.staff):
        act = DEEDS.get(rule, ACTS.get(rule)) if method == "POST" else ACTS.get(rule)
        if act is None or (method == "POST" and rule.endswith("/grant")):
            continue
        status = opened(who, method, fill(rule, parts))
        allowed = may(actor, act, Target(MEDIUM))
        if method == "GET":
            assert (status in {200, 303}) == allowed, (rule, role, status)
        else:
            # What does not exist is not found by anybody; whoever may decide meets the state, never a fault.
            assert status in ({200, 303, 400, 404, 409, 422} if allowed else {403}), (rule, role, status)


def test_an_officer_of_another_institution_sees_nothing_of_this_one(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, parts = stage
    head = at_desk(faces, "head", MAXIMUM)
    for rule in ("/requests/<uuid:appointment>", "/relations/<uuid:relationship>"):
        assert opened(head, "GET", fill(rule, parts)) == 404
    assert opened(head, "POST", fill("/requests/<uuid:appointment>/grant", parts)) == 404
    assert "Ахметов" not in head.see("/requests").text + head.see("/relations").text
    assert opened(at_desk(faces, "gate_officer", MAXIMUM), "GET", fill("/gate/<uuid:gate>", parts)) == 404


def test_no_form_is_taken_without_its_token(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, parts = stage
    for app, who in ((faces.public, signed_in(faces, "Айгүл")), (faces.staff, at_desk(faces, "head"))):
        for method, rule in addresses(app):
            if method == "POST":
                answer = who.client.post(fill(rule, parts), data=TYPED)
                assert answer.status_code == 403, rule


def test_a_state_is_never_changed_by_opening_an_address(stage: tuple[Faces, dict[str, str]]) -> None:
    faces, parts = stage
    who = [(signed_in(faces, "Айгүл"), faces.public)]
    who += [(at_desk(faces, role), faces.staff) for role in ROLES if role != "auditor"]
    before = _events(faces)
    for one, app in who:
        for method, rule in addresses(app):
            if method == "GET":
                opened(one, method, fill(rule, parts))
    assert _events(faces) == before


def _events(faces: Faces) -> int:
    """How many events the record holds: nothing of the state changes without one."""
    with faces.world.environment.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0


def test_nothing_of_anybody_stands_in_the_log(stage: tuple[Faces, dict[str, str]], log: io.StringIO) -> None:
    faces, parts = stage
    mother, head = signed_in(faces, "Айгүл"), at_desk(faces, "head")
    for who, app in ((mother, faces.public), (head, faces.staff)):
        for method, rule in addresses(app):
            opened(who, method, fill(rule, parts))
    written = log.getvalue()
    assert written.count('"event": "request"') > 40
    known = faces.world.identities["Айгүл"]
    for secret in ("Ахметов", "Айгүл", "701555", "701 555", str(known.iin), parts["appointment"], faces.code()):
        assert secret not in written
