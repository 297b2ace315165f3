"""Officers decide at the desk: in the order of the deadlines, with the checks before them, never the same one twice."""

import re
from datetime import date

from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.date_block import block_dates
from service.app.dispute_raise import raise_dispute
from service.app.review_nightly import review_appointment
from service.domain.access import Actor
from tests.browser.faces import Faces
from tests.builders import PASSWORD
from tests.cast import MEDIUM
from tests.web.clicking import Clicker, at_desk, dashed, words_of


def requested(faces: Faces, name: str, convict: str, day: date, kind: str = "long") -> str:
    """A request of a family; answers the appointment's id."""
    world, who = faces.world, faces.world.as_relative(name)
    held = world.run(
        who,
        lambda unit: hold_place(
            unit,
            convict=world.people[convict],
            relationships=[world.relations[name, convict]],
            template=world.templates[MEDIUM, kind],
            day=day,
            wish=Wish(kind),
        ),
    )
    world.run(who, lambda unit: request_appointment(unit, appointment=held.appointment))
    return held.appointment


class TestRequests:
    def test_the_next_to_be_decided_stands_first(self, faces: Faces) -> None:
        requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19))
        requested(faces, "Гульзат", "Олег", date(2026, 3, 4))
        said = words_of(at_desk(faces, "head").see("/requests"))
        assert "2 requests wait, the next to be decided first." in said
        assert said.index("Ким Олег Викторович") < said.index("Ахметов Ерлан Серікұлы")

    def test_the_checks_are_made_before_anybody_asks(self, faces: Faces) -> None:
        appointment = requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19))
        head = at_desk(faces, "head")
        assert "Within the law" in words_of(head.see("/requests"))
        said = words_of(head.see(f"/requests/{dashed(appointment)}"))
        assert "2 a year: one every 6 months. Ground: Penal Executive Code 136(1)." in said
        assert "agreed to by the convict on 1 December 2025, verified on 1 December 2025" in said

    def test_one_click_grants(self, faces: Faces) -> None:
        appointment = requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19))
        head = at_desk(faces, "head")
        said = words_of(head.send_and_follow(f"/requests/{dashed(appointment)}/grant", "/requests"))
        assert "No request waits." in said
        assert "State Granted" in words_of(head.see(f"/requests/{dashed(appointment)}"))

    def test_a_second_click_is_told_that_it_is_decided(self, faces: Faces) -> None:
        appointment = requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19))
        head = at_desk(faces, "head")
        page = f"/requests/{dashed(appointment)}/grant"
        head.send_and_follow(page, "/requests")
        answer = head.send(page, "/requests")
        assert answer.status_code == 409
        assert "This is not possible any more" in words_of(answer)

    def test_a_refusal_needs_a_ground_of_the_list_and_words(self, faces: Faces) -> None:
        page = f"/requests/{dashed(requested(faces, 'Айгүл', 'Ерлан', date(2026, 3, 19)))}"
        head = at_desk(faces, "head")
        answer = head.send(page, ground="", words="")
        assert words_of(answer).count("Please fill this in.") == 4
        head.send_and_follow(page, ground="ground-room-unusable", words="Ремонт до апреля.")
        assert "State Refused" in words_of(head.see(page))

    def test_a_duty_officer_sees_and_does_not_decide(self, faces: Faces) -> None:
        page = f"/requests/{dashed(requested(faces, 'Айгүл', 'Ерлан', date(2026, 3, 19)))}"
        duty = at_desk(faces, "duty_officer")
        assert "Refuse" not in words_of(duty.see(page))
        assert duty.send(f"{page}/grant", "/requests").status_code == 403

    def test_what_the_law_does_not_allow_any_more_cannot_be_granted_in_one_click(self, faces: Faces) -> None:
        appointment = requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19))
        world = faces.world
        head = at_desk(faces, "head")
        tie = world.relations["Айгүл", "Ерлан"]
        head.send_and_follow(f"/relations/{dashed(tie)}/revoke", "/relations", ground="ground-false-papers")
        assert "Not within the law" in words_of(head.see("/requests"))
        assert "/grant" not in head.see("/requests").text
        assert head.send(f"/requests/{dashed(appointment)}/grant", "/requests").status_code == 422


class TestTies:
    def test_one_officer_verifies_and_another_confirms(self, faces: Faces) -> None:
        world = faces.world
        world.accept("Болат", "Ерлан")
        page = f"/relations/{dashed(world.relations['Болат', 'Ерлан'])}"
        registry, second = at_desk(faces, "registry_officer"), at_desk(faces, "second_registry_officer")
        shown = words_of(registry.see(page))
        assert "Document IIN •••• " in shown
        assert "Date of birth 29 February 1996" in shown
        registry.send_and_follow(f"{page}/verify", page, basis="жеке куәлік, туу туралы куәлік")
        assert registry.send(f"{page}/confirm", page).status_code == 403
        second.send_and_follow(f"{page}/confirm", page)
        assert "State Confirmed" in words_of(second.see(page))

    def test_papers_must_be_named(self, faces: Faces) -> None:
        faces.world.accept("Болат", "Ерлан")
        page = f"/relations/{dashed(faces.world.relations['Болат', 'Ерлан'])}"
        answer = at_desk(faces, "registry_officer").send(f"{page}/verify", page, basis="")
        assert "Which papers you have seen. Please fill this in." in words_of(answer)

    def test_the_convict_may_answer_on_paper(self, faces: Faces) -> None:
        page = f"/relations/{dashed(faces.world.relations['Болат', 'Ерлан'])}"
        registry = at_desk(faces, "registry_officer")
        registry.send_and_follow(f"{page}/accept", page, paper="заявление № 7")
        assert "The convict has agreed" in words_of(registry.see(page))

    def test_the_queue_names_only_this_institution(self, faces: Faces) -> None:
        said = words_of(at_desk(faces, "registry_officer").see("/relations"))
        assert "Павлов Сергей" in said
        assert "Волкова" not in said


class TestReviews:
    def test_a_flag_is_shown_and_settled(self, faces: Faces) -> None:
        world = faces.world
        appointment = requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19))
        world.run(
            world.as_officer("duty_officer"),
            lambda unit: block_dates(
                unit, institution=MEDIUM, first=date(2026, 3, 19), last=date(2026, 3, 19), ground="Карантин"
            ),
        )
        world.run(Actor("system", "review"), lambda unit: review_appointment(unit, appointment=appointment))
        duty = at_desk(faces, "duty_officer")
        page = duty.see("/flags")
        flag = re.search(r'href="(/flags/[^"]+)"', page.text)
        assert flag is not None
        assert "Ахметов Ерлан" in words_of(page)
        assert "Everything fits." in words_of(duty.send_and_follow(flag[1], outcome="kept"))

    def test_a_dispute_is_answered_by_the_head_and_stays(self, faces: Faces) -> None:
        world = faces.world
        appointment = requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19))
        world.run(
            world.as_relative("Айгүл"),
            lambda unit: raise_dispute(unit, appointment=appointment, code="not-asked-for", words="<b>Нет</b>"),
        )
        head = at_desk(faces, "head")
        page = head.see("/disputes")
        assert "&lt;b&gt;Нет&lt;/b&gt;" in page.text
        action = re.search(r'action="(/disputes/[^"]+)"', page.text)
        assert action is not None
        said = words_of(head.send_and_follow(action[1], "/disputes", outcome="record-stands"))
        assert "The record is right, 2 March 2026" in said


class TestTheEntrance:
    def test_a_wrong_password_and_an_unknown_login_are_answered_alike(self, faces: Faces) -> None:
        said = {
            words_of(Clicker(faces.staff).send("/sign-in", login=login, password=password)).replace(login, "")
            for login, password in (("head@la-155-8", "wrong wrong wrong"), ("nobody@la-155-8", PASSWORD))
        }
        assert len(said) == 1
        assert "sign" in said.pop().lower()

    def test_the_password_never_comes_back(self, faces: Faces) -> None:
        answer = Clicker(faces.staff).send("/sign-in", login="head@la-155-8", password="wrong wrong wrong")
        assert "wrong wrong" not in answer.text

    def test_after_signing_out_the_session_is_dead(self, faces: Faces) -> None:
        head = at_desk(faces, "head")
        token = head.client.get_cookie("kezdesu_staff")
        assert token is not None
        head.send_and_follow("/sign-out", "/requests")
        head.client.set_cookie("kezdesu_staff", token.value)
        assert head.client.get("/requests").status_code == 303

    def test_every_page_says_when_the_record_was_signed(self, faces: Faces) -> None:
        assert "Record not signed yet" in at_desk(faces, "head").see("/requests").text
