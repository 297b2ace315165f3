"""Hours for calls, and help that says what the law file says."""

from datetime import date

import pytest

from service.app.call_hours_set import show_call_hours
from service.domain.call_hours import CallHours
from tests.browser.faces import Faces
from tests.cast import MEDIUM
from tests.web.clicking import Clicker, dashed, signed_in, words_of

DAY = date(2026, 3, 19)


def test_hours_are_kept_by_kind_and_given_up_again(faces: Faces) -> None:
    mother, tie = signed_in(faces, "Айгүл"), faces.world.relations["Айгүл", "Ерлан"]
    page = f"/ties/{dashed(tie)}/calls"
    said = words_of(mother.send_and_follow(page, hours=["1 09:00", "7 18:00"]))
    assert "Your hours are kept" in said
    actor = faces.world.as_relative("Айгүл")
    kept = show_call_hours(faces.world.environment, actor, tie)
    assert kept == {"call": {CallHours(1, "09:00", "12:00"), CallHours(7, "18:00", "21:00")}}
    mother.send_and_follow(page, hours="7 18:00")
    assert show_call_hours(faces.world.environment, actor, tie)["call"] == {CallHours(7, "18:00", "21:00")}


@pytest.mark.parametrize("hours", ["8 09:00", "1 10:00", "1 21:00", "now"])
def test_hours_outside_the_law_are_refused(faces: Faces, hours: str) -> None:
    mother, tie = signed_in(faces, "Айгүл"), dashed(faces.world.relations["Айгүл", "Ерлан"])
    answer = mother.send(f"/ties/{tie}/calls", hours=hours)
    assert answer.status_code == 200
    assert "Please correct this" in words_of(answer)


def test_hours_of_another_family_are_not_there(faces: Faces) -> None:
    tie = dashed(faces.world.relations["Айгүл", "Ерлан"])
    assert signed_in(faces, "Гульзат").see(f"/ties/{tie}/calls").status_code == 404


class TestHelp:
    def test_rates_come_from_the_law_file_with_their_articles(self, faces: Faces) -> None:
        said = words_of(Clicker(faces.public).see("/help/rules/medium"))
        assert "Regular conditions Short visits 6 a year: one every 2 months." in said
        assert "Long visits 2 a year: one every 6 months. Ground: Penal Executive Code 136(1)." in said
        assert "Parcels 6 a year" in said
        assert "At most 2 adults." in said
        assert "Within 5 working days" in said

    def test_every_type_of_institution_has_its_rules_in_every_language(self, faces: Faces) -> None:
        for language in ("kk", "ru", "en"):
            who = Clicker(faces.public, language)
            for house in faces.world.environment.law.institutions:
                answer = who.see(f"/help/rules/{house}")
                assert answer.status_code == 200
                assert "{" not in words_of(answer)

    def test_a_type_nobody_knows_is_not_there(self, faces: Faces) -> None:
        assert Clicker(faces.public).see("/help/rules/palace").status_code == 404

    def test_the_way_to_the_institution_is_shown_once_it_is_written_down(self, faces: Faces) -> None:
        from service.app.institution_guide import Guide, set_guide

        who, world = Clicker(faces.public, "ru"), faces.world
        assert "ещё не указало" in words_of(who.see("/help/contact"))
        guide = Guide("ул. Первая, 1", "Автобус 5 до конца", "+7 727 000 00 00", "тапочки")
        world.run(
            world.as_officer("duty_officer"),
            lambda unit: set_guide(unit, institution=MEDIUM, language="ru", guide=guide),
        )
        said = words_of(who.see("/help/contact"))
        assert "ул. Первая, 1 +7 727 000 00 00 Автобус 5 до конца" in said
