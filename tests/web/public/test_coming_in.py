"""Signing in, registering, linking: plain words for whoever errs, and nothing for whoever tries to find out."""

import re
from datetime import date

import pytest

from service.app.relationship_see import relationships_to
from tests.browser.faces import Faces
from tests.builders import iin
from tests.web.clicking import Clicker, signed_in, words_of

NEWCOMER = {
    "family_name": "Оразова", "given_name": "Мәриям", "birth_date-day": "5", "birth_date-month": "6",
    "birth_date-year": "1971", "identified_by": "iin", "iin": iin(date(1971, 6, 5), 4711), "consent": "true",
}  # fmt: skip
MEANT = {
    "convict_family_name": "Одиноков", "convict_birth_date-day": "7", "convict_birth_date-month": "7",
    "convict_birth_date-year": "1970", "file_number": "8/2025-0500", "about": "me", "tie": "aunt-or-uncle",
}  # fmt: skip


def came_in(faces: Faces, phone: str = "+7 747 555 09 09", language: str = "en") -> Clicker:
    """Somebody whose number has answered a code and who has not said who they are."""
    who = Clicker(faces.public, language)
    who.send_and_follow("/sign-in", phone=phone)
    who.send_and_follow("/sign-in/code", code=faces.code())
    return who


class TestTheCode:
    @pytest.mark.parametrize("phone", ["+7 701 555 01 01", "+7 747 555 09 08"])
    def test_a_known_and_an_unknown_number_are_answered_alike(self, faces: Faces, phone: str) -> None:
        said = words_of(Clicker(faces.public).send_and_follow("/sign-in", phone=phone))
        assert said.partition("We sent a code to")[2].replace(phone, "") == (
            " . It is good for ten minutes. Code from the message Six figures Sign in"
            " No code came, or the number is wrong: begin again"
        )

    def test_what_is_no_number_is_said_beside_the_field_and_kept(self, faces: Faces) -> None:
        answer = Clicker(faces.public, "ru").send("/sign-in", phone="звоните мне")
        assert "Номер телефона указан неверно" in words_of(answer)
        assert 'value="звоните мне"' in answer.text

    def test_wrong_codes_are_counted_down_and_then_it_is_over(self, faces: Faces) -> None:
        who = Clicker(faces.public)
        who.send_and_follow("/sign-in", phone="+7 701 555 01 01")
        wrong = f"{(int(faces.code()) + 1) % 10**6:06}"
        left = [re.search(r"try (\d) more", words_of(who.send("/sign-in/code", code=wrong))) for _ in range(4)]
        assert [found[1] for found in left if found] == ["4", "3", "2", "1"]
        assert "The code is no longer valid" in words_of(who.send("/sign-in/code", code=wrong))
        assert "The code is no longer valid" in words_of(who.send("/sign-in/code", code=faces.code()))

    def test_a_code_works_only_in_the_browser_that_asked(self, faces: Faces) -> None:
        Clicker(faces.public).send_and_follow("/sign-in", phone="+7 701 555 01 01")
        other = Clicker(faces.public)
        assert "Mobile phone number" in words_of(other.see("/sign-in/code"))

    def test_the_page_for_the_code_can_be_opened_again(self, faces: Faces) -> None:
        who = Clicker(faces.public)
        who.send_and_follow("/sign-in", phone="+7 701 555 01 01")
        assert "We sent a code to +7 701 555 01 01" in words_of(who.see("/sign-in/code"))
        assert "We sent a code to +7 701 555 01 01" in words_of(who.see("/sign-in/code"))

    def test_neither_number_nor_code_stands_in_an_address_or_a_readable_cookie(self, faces: Faces) -> None:
        who = Clicker(faces.public)
        answer = who.send("/sign-in", phone="+7 701 555 01 01")
        assert "701" not in answer.location
        assert "7015550101" not in str(answer.headers)

    def test_after_signing_in_the_token_is_a_new_one_and_after_signing_out_it_is_dead(self, faces: Faces) -> None:
        who = came_in(faces, "+7 701 555 01 01")
        token = who.client.get_cookie("kezdesu_public")
        assert token is not None
        who.send_and_follow("/sign-out", "/")
        who.client.set_cookie("kezdesu_public", token.value)
        assert who.client.get("/appointments").status_code == 303

    def test_whoever_followed_a_link_comes_back_to_it_after_signing_in(self, faces: Faces) -> None:
        who = Clicker(faces.public)
        page = who.see("/appointments?language=en")
        action = re.search(r'action="(/sign-in\?back=[^"]+)"', page.text)
        assert action is not None
        who.send_and_follow(action[1], phone="+7 701 555 01 01")
        assert who.send("/sign-in/code?back=/appointments", code=faces.code()).location == "/appointments"


class TestRegistering:
    def test_a_newcomer_sees_nothing_but_the_registration(self, faces: Faces) -> None:
        who = came_in(faces)
        assert "Who are you?" in words_of(who.see("/"))
        for page in ("/appointments", "/convicts/link"):
            assert who.see(page).status_code == 403

    def test_after_it_the_first_page_says_what_to_do(self, faces: Faces) -> None:
        said = words_of(came_in(faces).send_and_follow("/register", **NEWCOMER))
        assert "Link to a convict" in said

    def test_a_passport_stands_for_an_iin(self, faces: Faces) -> None:
        typed = NEWCOMER | {"identified_by": "passport", "iin": "", "country": "UZB", "passport": "fa 1234567"}
        assert "Link to a convict" in words_of(came_in(faces).send_and_follow("/register", **typed))

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"iin": "710605300471"}, "IIN"),
            ({"iin": ""}, "An IIN or an identity document is needed."),
            ({"consent": ""}, "Without your consent we cannot register you"),
            ({"birth_date-day": "31", "birth_date-month": "2"}, "Enter the day, month and year in figures"),
            ({"birth_date-year": "2190"}, "There is no such day"),
            ({"given_name": "Ма\u202eрия"}, "character"),
            (
                {"identified_by": "passport", "country": "", "passport": "1"},
                "An IIN or an identity document is needed.",
            ),
            ({"family_name": "A" * 5000}, "At most 80 characters."),
        ],
    )
    def test_what_is_wrong_is_said_and_everything_typed_is_kept(
        self, faces: Faces, changed: dict[str, str], sentence: str
    ) -> None:
        answer = came_in(faces).send("/register", **NEWCOMER | changed)
        assert answer.status_code == 200
        assert sentence in words_of(answer)
        if "given_name" not in changed:
            assert 'value="Мәриям"' in answer.text

    def test_somebody_elses_iin_leads_to_the_desk(self, faces: Faces) -> None:
        taken = faces.world.identities["Айгүл"]
        typed = NEWCOMER | {"iin": str(taken.iin)}
        assert "at the desk of the institution" in words_of(came_in(faces).send("/register", **typed))

    def test_a_switch_of_the_language_keeps_what_was_typed(self, faces: Faces) -> None:
        answer = came_in(faces).send("/register", **NEWCOMER | {"switch_language": "kk"})
        assert "Сіз кімсіз?" in words_of(answer)
        assert 'value="Мәриям"' in answer.text
        assert "Осыны түзетіңіз" not in words_of(answer)

    def test_a_name_that_is_a_script_comes_back_inert(self, faces: Faces) -> None:
        answer = came_in(faces).send("/register", **NEWCOMER | {"family_name": "<script>alert(1)</script>"})
        assert "<script>alert" not in answer.text


class TestLinking:
    @pytest.mark.parametrize("changed", [{}, {"file_number": "8/2025-9999"}, {"convict_family_name": "Никтоев"}])
    def test_the_answer_is_the_same_whoever_is_asked_for(self, faces: Faces, changed: dict[str, str]) -> None:
        who = signed_in(faces, "Нина")
        answer = who.send("/convicts/link", **MEANT | changed)
        assert answer.location == "/convicts/link/sent"
        assert "If everything was written exactly, the convict is asked now" in words_of(who.see(answer.location))
        assert "Одиноков" not in words_of(who.see("/"))

    def test_the_convict_is_asked_when_everything_is_exact(self, faces: Faces) -> None:
        signed_in(faces, "Нина").send_and_follow("/convicts/link", **MEANT)
        with faces.world.environment.database.reading() as session:
            (made,) = relationships_to(session, faces.world.people["Иван"], "claimed")
        assert made.person_id == faces.world.people["Нина"]

    def test_for_a_child_the_child_is_asked_about_on_a_page_of_its_own(self, faces: Faces) -> None:
        who = signed_in(faces, "Нина")
        page = who.send("/convicts/link", **MEANT | {"about": "child", "tie": "niece-or-nephew"})
        assert "Who is the child?" in words_of(page)
        assert 'name="file_number" value="8/2025-0500"' in page.text
        child = NEWCOMER | {"birth_date-year": "2015", "iin": iin(date(2015, 6, 5), 4800)}
        del child["consent"]
        typed = MEANT | child | {"about": "child", "tie": "niece-or-nephew"}
        who.send_and_follow("/convicts/link/child", **typed)
        with faces.world.environment.database.reading() as session:
            (made,) = relationships_to(session, faces.world.people["Иван"], "claimed")
        assert made.represented_by == faces.world.people["Нина"]

    def test_a_child_of_age_is_refused_beside_its_birth_date(self, faces: Faces) -> None:
        typed = MEANT | NEWCOMER | {"about": "child"}
        del typed["consent"]
        answer = signed_in(faces, "Нина").send("/convicts/link/child", **typed)
        assert "of age" in words_of(answer)

    def test_after_ten_claims_a_day_it_is_time_to_wait(self, faces: Faces) -> None:
        who = signed_in(faces, "Нина")
        for number in range(10):
            who.send_and_follow("/convicts/link", **MEANT | {"file_number": f"8/2025-{number}"})
        assert "wait" in words_of(who.send("/convicts/link", **MEANT)).lower()

    def test_a_tie_can_be_ended_by_the_relative(self, faces: Faces) -> None:
        who = signed_in(faces, "Айгүл")
        home = who.see("/").text
        tie = re.search(r'href="/ties/([0-9a-f-]{36})"', home)
        assert tie is not None
        said = words_of(who.send_and_follow(f"/ties/{tie[1]}/end"))
        assert "Withdrawn by you" in said
