"""The gate's screen says who may enter, and the officer's answer is the last word."""

import re
from datetime import date, timedelta

import pytest

from service.app.appointment_decide import grant_appointment
from service.app.pass_show import list_passes
from service.app.scan_take import Reading, Verdict, take_scan
from tests.browser.faces import Faces
from tests.cast import MEDIUM
from tests.web.clicking import Clicker, at_desk, dashed, words_of
from tests.web.staff.test_desk import requested


@pytest.fixture
def token(faces: Faces) -> str:
    """The pass of the mother for 19 March; the clock stands five minutes after the gate opens for her."""
    world = faces.world
    appointment = requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19))
    world.run(world.as_officer("head"), lambda unit: grant_appointment(unit, appointment=appointment))
    (shown,) = list_passes(world.environment, world.as_relative("Айгүл"), appointment)
    world.clock.set(shown.row.not_before + timedelta(minutes=5))
    return shown.token


def scan(faces: Faces, token: str, sequence: int = 1, direction: str = "entry") -> Verdict:
    world = faces.world
    reading = Reading(world.gates[MEDIUM], sequence, token, direction, world.clock())
    return world.run(world.bridge(MEDIUM), lambda unit: take_scan(unit, reading))


def screen(faces: Faces) -> str:
    return f"/gate/{dashed(faces.world.gates[MEDIUM])}"


def stand(who: Clicker, faces: Faces) -> str:
    found = re.search(r'class="answer-screen (\w+)"', who.see(screen(faces)).text)
    assert found is not None
    return found[1]


class TestTheScreen:
    def test_without_a_scan_it_waits_and_names_who_is_expected(self, faces: Faces, token: str) -> None:
        said = words_of(at_desk(faces, "gate_officer").see("/gate"))
        assert "Ready for the next pass" in said
        assert "Expected 19 March, 10:00 Айгүл А." in said

    def test_a_good_pass_fills_it_with_everything_to_compare(self, faces: Faces, token: str) -> None:
        scan(faces, token)
        said = words_of(at_desk(faces, "gate_officer").see("/gate"))
        assert "May enter Compare face and document" in said
        assert "Ахметова Айгүл mother or father of the convict · IIN …0123" in said
        assert "Convict: Ахметов Ерлан Серікұлы" in said
        assert "Long visit Ұзақ кездесу бөлмелері, 1" in said
        assert "19 March, 10:00 – 21 March, 10:00" in said

    def test_a_match_lets_in_and_the_list_of_those_inside_grows(self, faces: Faces, token: str) -> None:
        admission = scan(faces, token).admission
        officer = at_desk(faces, "gate_officer")
        page = f"{screen(faces)}/admissions/{dashed(admission or '')}"
        said = words_of(officer.send_and_follow(page, screen(faces), matched="true"))
        assert "Let in" in said
        assert "Inside: 1 Айгүл А." in said

    def test_somebody_else_is_not_let_in_and_the_pass_may_be_shown_again(self, faces: Faces, token: str) -> None:
        admission = scan(faces, token).admission
        officer = at_desk(faces, "gate_officer")
        page = f"{screen(faces)}/admissions/{dashed(admission or '')}"
        said = words_of(officer.send_and_follow(page, screen(faces), matched="false"))
        assert "Inside: 0" in said
        assert scan(faces, token, 2).verdict == "admit"

    def test_a_pass_read_twice_is_refused_with_the_reason(self, faces: Faces, token: str) -> None:
        scan(faces, token)
        scan(faces, token, 2)
        said = words_of(at_desk(faces, "gate_officer").see("/gate"))
        assert "Do not let in" in said
        assert "Not compared yet Айгүл А." in said

    def test_what_is_no_pass_is_refused_without_a_name(self, faces: Faces, token: str) -> None:
        scan(faces, "NO PASS AT ALL")
        said = words_of(at_desk(faces, "gate_officer").see("/gate"))
        assert "Do not let in The pass cannot be read." in said
        assert "Ахметова" not in said.partition("Inside")[0]

    def test_an_answer_leaves_the_screen_after_two_minutes_but_a_question_stays(self, faces: Faces, token: str) -> None:
        officer = at_desk(faces, "gate_officer")
        scan(faces, "NO PASS AT ALL")
        assert stand(officer, faces) == "refused"
        faces.world.clock.tick(minutes=2, seconds=1)
        assert stand(officer, faces) == "idle"
        scan(faces, token, 2)
        faces.world.clock.tick(minutes=10)
        assert stand(officer, faces) == "ask"

    def test_whoever_leaves_is_said_to_have_left(self, faces: Faces, token: str) -> None:
        admission = scan(faces, token).admission
        officer = at_desk(faces, "gate_officer")
        officer.send(f"{screen(faces)}/admissions/{dashed(admission or '')}", screen(faces), matched="true")
        scan(faces, token, 2, "exit")
        assert stand(officer, faces) == "left"
        assert "Inside: 0" in words_of(officer.see("/gate"))


class TestThePolling:
    def test_nothing_new_is_answered_without_a_page(self, faces: Faces, token: str) -> None:
        officer = at_desk(faces, "gate_officer")
        mark = officer.see(screen(faces)).headers["ETag"]
        again = officer.client.get(screen(faces), headers={"If-None-Match": mark})
        assert (again.status_code, again.data) == (304, b"")
        scan(faces, token)
        after = officer.client.get(screen(faces), headers={"If-None-Match": mark})
        assert after.status_code == 200
        assert after.headers["ETag"] != mark

    def test_news_of_other_matters_does_not_open_the_page_again(self, faces: Faces, token: str) -> None:
        officer = at_desk(faces, "gate_officer")
        mark = officer.see(screen(faces)).headers["ETag"]
        faces.world.clock.tick(minutes=1)
        requested(faces, "Гульзат", "Олег", date(2026, 4, 19))
        assert officer.client.get(screen(faces), headers={"If-None-Match": mark}).status_code == 304

    def test_a_duty_officer_watches_and_does_not_compare(self, faces: Faces, token: str) -> None:
        admission = scan(faces, token).admission
        duty = at_desk(faces, "duty_officer")
        assert "Admit (Enter)" not in words_of(duty.see(screen(faces)))
        page = f"{screen(faces)}/admissions/{dashed(admission or '')}"
        assert duty.send(page, "/requests", matched="true").status_code == 403
