"""A family books, moves and cancels without a browser's help: every page works without script."""

from datetime import date, timedelta

import pytest

from service.app.appointment_decide import refuse_appointment
from service.app.room_open import close_place
from tests.browser.faces import Faces
from tests.cast import MEDIUM
from tests.web.clicking import Clicker, at_desk, dashed, signed_in, words_of

DAY = date(2026, 3, 19)


def party_page(faces: Faces, name: str, day: date = DAY, kind: str = "long", template: str = "long") -> str:
    tie = dashed(faces.world.relations[name, "Ерлан"])
    return f"/ties/{tie}/{kind}/party?template={dashed(faces.world.templates[MEDIUM, template])}&day={day}"


def keep(faces: Faces, who: Clicker, name: str, **party: object) -> str:
    """Keeps a place; answers the address of the appointment."""
    page = party_page(faces, name)
    template = dashed(faces.world.templates[MEDIUM, "long"])
    answer = who.send(page.partition("?")[0], page, template=template, day=DAY, **party)
    assert answer.status_code == 303, words_of(answer)
    return answer.location


def ask(faces: Faces, who: Clicker, name: str) -> str:
    """Keeps a place and asks for it."""
    address = keep(faces, who, name)
    who.send_and_follow(f"{address}/request", address)
    return address


class TestWhatIsLeft:
    def test_it_says_how_often_and_by_which_article(self, faces: Faces) -> None:
        said = words_of(signed_in(faces, "Айгүл").see("/"))
        assert "Long visit Possible now 2 a year: one every 6 months. Ground: Penal Executive Code 136(1)." in said
        assert "Short visit Possible now 6 a year: one every 2 months." in said

    def test_after_a_visit_it_says_from_when_the_next_is_possible(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        address = ask(faces, mother, "Айгүл")
        head = at_desk(faces, "head")
        head.send_and_follow(address.replace("/appointments/", "/requests/") + "/grant", "/requests")
        faces.world.clock.tick(days=30)
        said = words_of(signed_in(faces, "Айгүл").see("/"))
        assert "Long visit Possible from 19 September 2026 2 a year: one every 6 months." in said
        assert "The last one was on 19 March 2026." in said

    @pytest.mark.parametrize(
        ("language", "sentence"),
        [("kk", "2026 ж. 19 қыркүйектен бастап мүмкін"), ("ru", "Возможно с 19 сентября 2026 г.")],
    )
    def test_the_day_stands_in_the_sentence_as_the_language_wants_it(
        self, faces: Faces, language: str, sentence: str
    ) -> None:
        ask(faces, signed_in(faces, "Айгүл"), "Айгүл")
        said = words_of(signed_in(faces, "Динара", language).see("/"))
        assert sentence in said.replace("\u202f", " ")


class TestChoosingADay:
    def test_days_are_links_and_full_days_are_not(self, faces: Faces) -> None:
        tie = dashed(faces.world.relations["Айгүл", "Ерлан"])
        page = signed_in(faces, "Айгүл").see(f"/ties/{tie}/long?month=2026-03")
        assert page.text.count('class="day-cell free') == 30
        assert "party?template=" in page.text

    def test_a_kind_with_two_sessions_a_day_asks_for_the_time(self, faces: Faces) -> None:
        tie = dashed(faces.world.relations["Айгүл", "Ерлан"])
        page = signed_in(faces, "Айгүл").see(f"/ties/{tie}/short?month=2026-03&day=2026-03-19")
        assert "09:00 – 11:00 · 4 places left" in words_of(page)
        assert "14:00 – 16:00" in words_of(page)

    @pytest.mark.parametrize("month", ["1999-01", "2026-13", "tomorrow", "2031-01"])
    def test_a_month_nobody_offers_shows_one_that_is_offered(self, faces: Faces, month: str) -> None:
        tie = dashed(faces.world.relations["Айгүл", "Ерлан"])
        assert "March 2026" in words_of(signed_in(faces, "Айгүл").see(f"/ties/{tie}/long?month={month}"))

    def test_days_the_law_does_not_allow_are_explained(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        ask(faces, mother, "Айгүл")
        tie = dashed(faces.world.relations["Айгүл", "Ерлан"])
        said = words_of(mother.see(f"/ties/{tie}/long?month=2026-04"))
        assert "Why some days cannot be chosen" in said
        assert "Internal Rules 83" in said


class TestTheParty:
    def test_a_child_comes_with_the_parent_who_represents_it(self, faces: Faces) -> None:
        wife = signed_in(faces, "Динара")
        child = dashed(faces.world.relations["Аружан", "Ерлан"])
        said = words_of(wife.see(keep(faces, wife, "Динара", children=child)))
        assert "Ахметова Динара (husband or wife), Ахметова Аружан (son or daughter)" in said

    def test_another_adult_comes_by_the_code_they_gave(self, faces: Faces) -> None:
        mother, wife = signed_in(faces, "Айгүл"), signed_in(faces, "Динара")
        own = words_of(wife.see(f"/ties/{dashed(faces.world.relations['Динара', 'Ерлан'])}"))
        code = own.partition("somebody you come with: ")[2][:9]
        said = words_of(mother.see(keep(faces, mother, "Айгүл", code=code.lower())))
        assert "Ахметова Айгүл (mother or father)" in said
        assert "Ахметова Динара (husband or wife)" in said

    def test_the_code_can_be_added_before_the_place_is_kept(self, faces: Faces) -> None:
        mother, wife = signed_in(faces, "Айгүл"), signed_in(faces, "Динара")
        own = words_of(wife.see(f"/ties/{dashed(faces.world.relations['Динара', 'Ерлан'])}"))
        code = own.partition("somebody you come with: ")[2][:9]
        page = party_page(faces, "Айгүл")
        template = dashed(faces.world.templates[MEDIUM, "long"])
        shown = mother.send(page.partition("?")[0], page, template=template, day=DAY, code=code, step="add")
        assert "Динара А." in words_of(shown)
        assert dashed(faces.world.relations["Динара", "Ерлан"]) in shown.text

    def test_a_code_of_nobody_is_said_to_be_wrong_and_tries_are_counted(self, faces: Faces) -> None:
        mother, page = signed_in(faces, "Айгүл"), party_page(faces, "Айгүл")
        template = dashed(faces.world.templates[MEDIUM, "long"])
        for _ in range(10):
            shown = mother.send(page.partition("?")[0], page, template=template, day=DAY, code="AAAABBBB")
            assert "Nobody tied to the same convict has this code" in words_of(shown)
        shown = mother.send(page.partition("?")[0], page, template=template, day=DAY, code="AAAABBBB")
        assert "wait" in words_of(shown)

    def test_a_tie_of_another_family_is_not_there(self, faces: Faces) -> None:
        stranger = signed_in(faces, "Гульзат")
        tie = dashed(faces.world.relations["Айгүл", "Ерлан"])
        assert stranger.see(f"/ties/{tie}").status_code == 404
        assert stranger.see(f"/ties/{tie}/long").status_code == 404

    def test_what_the_law_refuses_is_said_with_its_article_and_the_form_is_kept(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        ask(faces, mother, "Айгүл")
        page = party_page(faces, "Айгүл", DAY + timedelta(days=30))
        template = dashed(faces.world.templates[MEDIUM, "long"])
        shown = mother.send(page.partition("?")[0], "/", template=template, day=DAY + timedelta(days=30))
        said = words_of(shown)
        assert shown.status_code == 200
        assert "Please correct this" in said
        assert "Possible from 19 September 2026" in said


class TestTheHold:
    def test_it_says_until_when_the_place_is_kept(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        said = words_of(mother.see(keep(faces, mother, "Айгүл")))
        assert "The place is yours until 09:15." in said
        assert "Thursday, 19 March 2026, 10:00 – 21 March, 10:00" in said

    def test_when_it_runs_out_the_page_says_so_and_nothing_was_asked(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        address = keep(faces, mother, "Айгүл")
        faces.world.clock.tick(minutes=16)
        assert "The time to fill in the form is over" in words_of(mother.see(address))
        said = words_of(mother.send_and_follow(f"{address}/request", "/"))
        assert "The time to fill in the form is over" in said

    def test_a_form_sent_twice_asks_once(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        address = keep(faces, mother, "Айгүл")
        for _ in range(2):
            said = words_of(mother.send_and_follow(f"{address}/request", "/"))
            assert "The head of the institution decides by" in said


class TestAfterTheRequest:
    def test_a_refusal_names_ground_words_and_the_way_to_complain(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        address = ask(faces, mother, "Айгүл")
        appointment = address.rpartition("/")[2].replace("-", "")
        faces.world.run(
            faces.world.as_officer("head"),
            lambda unit: refuse_appointment(
                unit, appointment=appointment, ground="ground-room-unusable", words="Прорвало трубу."
            ),
        )
        page = mother.see(address)
        said = words_of(page)
        assert "Refused" in said
        assert "Прорвало трубу." in said
        assert "You can complain: this is how" in said
        assert "/help/complain" in page.text

    def test_a_cancelled_visit_uses_nothing_up(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        address = ask(faces, mother, "Айгүл")
        said = words_of(mother.send_and_follow(f"{address}/cancel"))
        assert "Cancelled" in said
        assert "Long visit Possible now" in words_of(mother.see("/"))

    def test_a_moved_visit_shows_its_new_time_and_waits_as_before(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        address = ask(faces, mother, "Айгүл")
        page = f"{address}/move?month=2026-03&day=2026-03-25"
        assert "Move to Wednesday, 25 March 2026, 10:00" in words_of(mother.see(page))
        template = dashed(faces.world.templates[MEDIUM, "long"])
        said = words_of(mother.send_and_follow(f"{address}/move", page, template=template, day="2026-03-25"))
        assert "Wednesday, 25 March 2026, 10:00 – 27 March, 10:00" in said
        assert "Waiting for the decision" in said

    def test_who_did_not_come_along_does_not_see_it(self, faces: Faces) -> None:
        address = ask(faces, signed_in(faces, "Айгүл"), "Айгүл")
        wife = signed_in(faces, "Динара")
        for page in ("", "/pass", "/cancel", "/move", "/receipt", "/wrong"):
            assert wife.see(f"{address}{page}").status_code == 404

    def test_the_record_can_be_disputed_and_the_dispute_stays(self, faces: Faces) -> None:
        mother = signed_in(faces, "Айгүл")
        address = ask(faces, mother, "Айгүл")
        at_desk(faces, "head").send_and_follow(address.replace("/appointments/", "/requests/") + "/grant", "/requests")
        said = words_of(mother.send_and_follow(f"{address}/wrong", code="not-asked-for", words="Я не просила."))
        assert "What you said stands in the record from now on" in said
        assert "Я не просила." in words_of(at_desk(faces, "head").see("/disputes"))


def test_whoever_is_too_late_is_offered_the_next_free_times(faces: Faces) -> None:
    world = faces.world
    for place in world.places[MEDIUM, "long"][1:]:
        world.run(world.as_officer("head"), lambda unit, place=place: close_place(unit, place=place, on=DAY))
    slow, tie = signed_in(faces, "Гульзат"), dashed(world.relations["Гульзат", "Олег"])
    template = dashed(world.templates[MEDIUM, "long"])
    assert "Who comes?" in words_of(slow.see(f"/ties/{tie}/long/party?template={template}&day={DAY}"))
    ask(faces, signed_in(faces, "Айгүл"), "Айгүл")
    shown = slow.send(f"/ties/{tie}/long/party", "/", template=template, day=DAY)
    said = words_of(shown)
    assert "This place is taken at that time" in said
    assert "The next free times Saturday, 21 March 2026, 10:00" in said
