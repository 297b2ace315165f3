"""The pages of oversight as an auditor without script sees them."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from service.app.appointment_decide import refuse_appointment
from service.app.checkpoint_publish import publish_checkpoint
from service.app.officer_appoint import appoint_officer
from service.app.officer_sign_in import choose_password
from service.app.role_give import found_role
from service.domain.access import Actor
from service.leads.lead import Lead
from service.store.columns import of
from service.store.tables import Event, LeadOutcome
from service.web import oversight, public
from tests.app.booking import granted, hold, request, row
from tests.app.test_officer import somebody
from tests.browser.faces import SETTINGS, sqlite_world
from tests.builders import CONSOLE, PASSWORD
from tests.cast import MAXIMUM, MEDIUM, Made, World
from tests.web.api.v1.callers import Face
from tests.web.clicking import Clicker, dashed, words_of

LOGIN = f"auditor@{MEDIUM}"


@pytest.fixture
def world(sqlite_cast: Made, tmp_path: Path) -> Iterator[World]:
    with sqlite_world(sqlite_cast, tmp_path) as made:
        yield made


@pytest.fixture
def app(world: World) -> Flask:
    return oversight.create_app(world.environment, SETTINGS)


def auditor(app: Flask, login: str = LOGIN) -> Clicker:
    who = Clicker(app)
    who.send_and_follow("/sign-in", login=login, password=PASSWORD)
    return who


def second_auditor(world: World) -> str:
    """Another one of the same body, for two institutions; answers the login."""
    made = world.run(
        CONSOLE,
        lambda unit: appoint_officer(
            unit, identity=somebody(3003), employee_number="P-2", login="second", body="prosecutor"
        ),
    )
    choose_password(world.environment, invitation=made.invitation, password=PASSWORD)
    for house in (MEDIUM, MAXIMUM):
        world.run(
            CONSOLE, lambda unit, at=house: found_role(unit, officer=made.officer, institution=at, role="auditor")
        )
    return "second"


def events(world: World, type_: str) -> int:
    kind = of(Event)
    with world.environment.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(kind.type == type_)) or 0


class TestTheWayIn:
    def test_an_officer_of_an_institution_hears_what_an_unknown_login_hears(self, app: Flask) -> None:
        heard = []
        for login in (f"head@{MEDIUM}", "nobody"):
            answer = Clicker(app).send("/sign-in", login=login, password=PASSWORD)
            assert answer.status_code == 200
            heard.append(words_of(answer).replace(login, ""))
        assert heard[0] == heard[1]

    def test_an_officers_session_put_into_the_cookie_opens_nothing(self, world: World, app: Flask) -> None:
        who = Clicker(app)
        who.client.set_cookie("kezdesu_oversight", Face(world).session("officer", world.as_officer("head").id))
        assert who.client.get("/now").status_code == 303

    def test_a_second_factor_is_asked_as_of_officers(self, world: World) -> None:
        app = oversight.create_app(world.environment, replace(SETTINGS, second_factor=("auditor",)))
        who = Clicker(app)
        page = who.send_and_follow("/sign-in", login=LOGIN, password=PASSWORD)
        assert who.client.get("/now").status_code == 303
        secret = page.text.partition('class="key">')[2].partition("<")[0].replace(" ", "")
        code = pyotp.TOTP(secret).at(world.clock.now)
        assert "In the rooms now" in words_of(who.send_and_follow("/sign-in/set-up", time_code=code))
        again = Clicker(app)
        assert "Second step" in words_of(again.send_and_follow("/sign-in", login=LOGIN, password=PASSWORD))

    def test_who_was_appointed_for_two_institutions_chooses_one(self, world: World, app: Flask) -> None:
        who = auditor(app, second_auditor(world))
        first = words_of(who.see("/now"))
        houses = words_of(who.see("/institution"))
        second = words_of(who.send_and_follow("/institution", institution=MEDIUM))
        third = words_of(who.send_and_follow("/institution", institution=MAXIMUM))
        assert first.partition("At ")[0] == third.partition("At ")[0] != second.partition("At ")[0]
        assert "LA-155/8" in houses or MEDIUM in houses
        assert who.send("/institution", institution="si-18").status_code == 200  # not theirs: asked again


class TestWhatIsSeen:
    def test_names_are_read_once_and_each_look_is_an_event(self, world: World, app: Flask) -> None:
        visit = granted(world)
        world.clock.set(row(world, visit.appointment).starts_at)
        who, page = auditor(app), f"/now/{dashed(visit.appointment)}"
        assert "Ахметов" not in words_of(who.see("/now"))
        assert "Ахметов" not in words_of(who.see(page))
        assert events(world, "oversight.looked") == 0
        assert "Ахметов" in words_of(who.send(page, paper="№ 7/12"))
        assert events(world, "oversight.looked") == 1
        assert "Ахметов" not in words_of(who.see(page))

    def test_every_page_says_how_old_the_seen_record_is(self, app: Flask) -> None:
        who = auditor(app)
        places = (
            "now", "late", "refusals", "exceptions", "reconciliation", "disputes", "recordings", "letters", "leads",
            "openings",
        )  # fmt: skip
        for place in places:
            page = who.see(f"/{place}").text
            assert "watched by nobody outside" in page, place
            assert "No body outside was asked to watch this record" in page, place

    def test_openings_are_asked_by_one_granted_by_another_and_taken_once(self, world: World, app: Flask) -> None:
        first, second = auditor(app), auditor(app, second_auditor(world))
        second.send("/institution", institution=MEDIUM)
        asked = first.send_and_follow("/openings", ground="inspection", paper="№ 3")
        assert "Grant" not in words_of(asked)
        action = second.see("/openings").text.partition('action="/openings/')[2].partition('/decide"')[0]
        assert first.send(f"/openings/{action}/decide", "/openings", grant="true").status_code == 403
        assert second.send(f"/openings/{action}/decide", "/openings", grant="true").status_code == 303
        assert second.send(f"/openings/{action}/file", "/openings").status_code == 404
        taken = first.send(f"/openings/{action}/file", "/openings")
        assert (taken.status_code, taken.data.count(b"\n") > 1) == (200, True)
        assert first.send(f"/openings/{action}/file", "/openings").status_code == 409


class TestLeads:
    def file(self, world: World) -> io.BytesIO:
        officer, person = world.as_officer("head").id, world.people["Айгүл"]
        leads = [
            Lead("several-convicts", MEDIUM, (person,), 4, {"convicts": 4, "visits": 9}, ("a" * 32,)),
            Lead("officer-exceptions", MEDIUM, (officer,), 3, {"count": 9, "chances": 20}, ("b" * 32,), 0.001, 0.01),
            Lead("several-convicts", MAXIMUM, (person,), 4, {"convicts": 4}, ()),
        ]
        units = [[officer, MEDIUM, 9, 20], ["other", MEDIUM, 1, 30], ["<script>", MEDIUM, 2, 25]]
        funnels = {"officer-exceptions": {"rate": 0.1, "spread": 0.01, "units": units}}
        return io.BytesIO(json.dumps({"leads": [one.told() for one in leads], "funnels": funnels}).encode())

    def test_they_are_questions_with_evidence_and_a_plot_and_name_nobody(self, world: World, app: Flask) -> None:
        who = auditor(app)
        page = who.send("/leads", file=(self.file(world), "leads.json"))
        said = words_of(page)
        assert "2 questions about this institution." in said
        assert "Why does one person visit so many convicts?" in said
        assert "<svg" in page.text
        assert "<script>" not in page.text.partition("<main")[2]
        assert "Ахметова" not in said

    def test_what_came_of_one_stands_in_the_record(self, world: World, app: Flask) -> None:
        who = auditor(app)
        said = who.send_and_follow(
            "/leads/answer", "/leads", test="several-convicts", subject=world.people["Айгүл"],
            records="a" * 32, outcome="explained", paper="№ 9",
        )  # fmt: skip
        assert "Explained: there is a good reason" in words_of(said)
        with world.environment.database.reading() as session:
            assert session.scalars(sa.select(LeadOutcome)).one().paper == "№ 9"
        assert events(world, "lead.answered") == 1

    @pytest.mark.parametrize("octets", [b"", b"nothing", b"[]", b'{"leads": [1]}'])
    def test_what_is_no_file_of_leads_is_said_to_be_none(self, app: Flask, octets: bytes) -> None:
        page = auditor(app).send("/leads", file=(io.BytesIO(octets), "leads.json"))
        assert (page.status_code, "This is no file of leads" in words_of(page)) == (200, True)


def test_the_published_figures_are_for_everybody_on_both_faces(world: World, app: Flask) -> None:
    held = hold(world)
    request(world, held)
    words = "Карантин в учреждении"
    world.run(
        world.as_officer("head"),
        lambda unit: refuse_appointment(unit, appointment=held.appointment, ground="ground-emergency", words=words),
    )
    world.clock.tick(days=40)
    families = public.create_app(world.environment, SETTINGS, send_code=lambda _: None)
    for face in (app, families):
        stranger = Clicker(face)
        assert "Published figures" in words_of(stranger.see("/statistics"))
        assert "Whole country Requests refused held back" in words_of(stranger.see("/statistics"))
        file = stranger.client.get("/statistics.csv")
        assert file.text.startswith("institution,month,measure,value\nall,2026-03,refused,")
        assert f"{MEDIUM},2026-03,refused,<5 or held back" in file.text


def test_no_page_is_given_away_that_is_none(world: World, app: Flask) -> None:
    who = auditor(app)
    world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))
    for path in ("/export/now.xml", "/export/officers.json"):
        assert who.client.get(path).status_code == 404
    file = who.client.get("/export/now.csv")
    assert file.status_code == 200
    assert "attachment" in file.headers["Content-Disposition"]
