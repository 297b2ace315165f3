"""My account, without script: number, photograph, language, passkeys, sessions, and forms whose session has ended."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from service.app.session_list import end_other_sessions, open_sessions_of
from service.web.passkey_pages import party
from tests.app.photos import SVG, face, written
from tests.authenticator import Authenticator
from tests.browser.faces import Faces, make_faces, sqlite_world
from tests.cast import Made
from tests.web.clicking import TOKEN, Clicker, signed_in, words_of

WHO = "Айгүл"
NEW = "8 701 555 01 99"


@pytest.fixture
def faces(sqlite_cast: Made, tmp_path: Path) -> Iterator[Faces]:
    with sqlite_world(sqlite_cast, tmp_path) as world:
        yield make_faces(world, tmp_path)


@pytest.fixture
def mother(faces: Faces) -> Clicker:
    return signed_in(faces, WHO)


def upload(who: Clicker, octets: bytes, name: str = "me.jpg") -> tuple[int, str]:
    token = TOKEN.search(who.see("/account/photo").text)
    assert token is not None
    answer = who.client.post(
        "/account/photo",
        data={"form_token": token[1], "photo": (io.BytesIO(octets), name)},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.text


def test_the_account_shows_numbers_by_their_last_four_signs_and_this_session(mother: Clicker, faces: Faces) -> None:
    page = mother.see("/account").text
    iin = faces.world.identities[WHO].iin or ""
    assert f"•••• {iin[-4:]}" in page
    assert iin not in page
    assert faces.world.phones[WHO] in page
    assert "this one" in page


def test_a_new_number_waits_and_can_be_stopped_by_whoever_holds_the_old_one(mother: Clicker, faces: Faces) -> None:
    assert mother.send("/account/phone", phone=NEW).status_code == 303
    wrong = mother.send("/account/phone/code", code="000000" if faces.code() != "000000" else "111111")
    assert "4" in words_of(wrong)
    assert mother.send("/account/phone/code", code=faces.code()).status_code == 303
    assert "+77015550199" in words_of(mother.see("/account"))
    stopped = mother.send("/account/phone/cancel", "/account")
    assert stopped.status_code == 303
    assert mother.client.get("/account").status_code == 303  # every session has ended
    again = signed_in(faces, WHO)
    assert "+77015550199" not in words_of(again.see("/account"))
    assert again.send("/account/phone/cancel", "/account").status_code == 404


def test_ones_own_number_is_no_new_one(mother: Clicker, faces: Faces) -> None:
    assert "present number" in words_of(mother.send("/account/phone", phone=faces.world.phones[WHO]))


def test_a_photograph_is_put_in_shown_to_its_owner_only_and_taken_out(mother: Clicker, faces: Faces) -> None:
    assert mother.client.get("/account/photo.jpg").status_code == 404
    status, _ = upload(mother, written(face(), "JPEG"))
    assert status == 303
    shown = mother.client.get("/account/photo.jpg")
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert Image.open(io.BytesIO(shown.data)).size == (480, 600)
    assert signed_in(faces, "Гульзат").client.get("/account/photo.jpg").status_code == 404
    assert mother.send("/account/photo/end", "/account/photo").status_code == 303
    assert mother.client.get("/account/photo.jpg").status_code == 404


@pytest.mark.parametrize("octets", [b"", b"not a picture", SVG, written(face(), "GIF")])
def test_a_forged_upload_is_answered_on_the_page(mother: Clicker, octets: bytes) -> None:
    status, text = upload(mother, octets)
    assert status == 200
    assert 'id="photo-fault"' in text
    assert "<script>alert" not in text


def test_what_is_too_large_is_refused_before_it_is_read(mother: Clicker) -> None:
    class Endless(io.RawIOBase):
        """A hundred megabytes, counted as they are read."""

        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, into: memoryview) -> int:  # type: ignore[override]
            Endless.taken += len(into)
            return len(into)

    environ = {"wsgi.input": Endless(), "CONTENT_LENGTH": str(100 * 1024 * 1024)}
    kind = "multipart/form-data; boundary=x"
    answer = mother.client.post("/account/photo", environ_overrides=environ, content_type=kind)
    assert answer.status_code == 413
    assert Endless.taken == 0
    assert "choose a smaller file" in answer.text
    # Elsewhere even a small file is too much.
    assert mother.client.post("/account/phone", data={"phone": "8" * 100_000}).status_code == 413


def test_the_language_of_messages_is_chosen_apart_from_that_of_the_page(mother: Clicker) -> None:
    assert '<option value="kk" lang="kk" selected' in mother.see("/account").text
    assert mother.send("/account/language", "/account", language="ru").status_code == 303
    assert '<option value="ru" lang="ru" selected' in mother.see("/account").text
    assert mother.send("/account/language", "/account", language="xx").status_code == 303
    assert '<option value="ru" lang="ru" selected' in mother.see("/account").text


def test_another_device_is_signed_out_from_here(mother: Clicker, faces: Faces) -> None:
    other = signed_in(faces, WHO)
    page = mother.see("/account").text
    handles = re.findall(r'name="session" value="([0-9a-f]{32})"', page)
    assert handles
    for handle in handles:
        assert mother.send("/account/sessions/end", "/account", session=handle).status_code == 303
    assert other.client.get("/account").status_code == 303
    assert mother.client.get("/account").status_code == 200
    assert mother.send("/account/sessions/end", "/account", session=handles[0]).status_code == 404
    third = signed_in(faces, WHO)
    assert mother.send("/account/sessions/end-others", "/account").status_code == 303
    assert third.client.get("/account").status_code == 303


def end_all(faces: Faces) -> None:
    """Every session of the mother is ended from elsewhere."""
    world = faces.world
    world.run(world.as_relative(WHO), lambda unit: end_other_sessions(unit, token="elsewhere"))


def test_nothing_typed_is_lost_when_the_session_ends_in_the_middle(mother: Clicker, faces: Faces) -> None:
    token = TOKEN.search(mother.see("/convicts/link").text)
    assert token is not None
    typed = {"family_name": "Ахметов", "file_number": "7/2024", "kind": "mother"}
    end_all(faces)
    answer = mother.client.post("/convicts/link", data={"form_token": token[1], **typed})
    assert answer.status_code == 401
    assert "Nothing was sent" in words_of(answer)
    assert "Ахметов" in words_of(answer)
    assert "/sign-in?back=/convicts/link" in answer.text
    mother.send_and_follow("/sign-in?back=/convicts/link", phone=faces.world.phones[WHO])
    landed = mother.send("/sign-in/code?back=/convicts/link", code=faces.code())
    again = mother.client.get(landed.location)
    assert "7/2024" in words_of(again)
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', again.text))
    assert {name: fields[name] for name in typed} == typed
    sent = mother.client.post("/convicts/link", data=fields)
    assert sent.status_code in (200, 303)
    assert "7/2024" not in words_of(mother.see("/convicts/link"))  # offered once


def test_what_was_typed_is_shown_to_nobody_else(mother: Clicker, faces: Faces) -> None:
    token = TOKEN.search(mother.see("/convicts/link").text)
    assert token is not None
    end_all(faces)
    mother.client.post("/convicts/link", data={"form_token": token[1], "family_name": "Ахметов"})
    mother.send_and_follow("/sign-in", phone=faces.world.phones["Гульзат"])
    mother.send_and_follow("/sign-in/code", code=faces.code())
    assert "Ахметов" not in mother.see("/convicts/link").text


def test_a_form_that_we_did_not_give_to_that_session_is_not_kept(mother: Clicker, faces: Faces) -> None:
    mother.see("/convicts/link")
    end_all(faces)
    for token in ("", "forged"):
        answer = mother.client.post("/convicts/link", data={"form_token": token, "family_name": "Ахметов"})
        assert answer.status_code == 303
        assert "Set-Cookie" not in answer.headers or "typed" not in answer.headers["Set-Cookie"]


def test_with_a_passkey_the_code_leads_to_the_second_step_and_nowhere_else(mother: Clicker, faces: Faces) -> None:
    token = TOKEN.search(mother.see("/account/passkeys/new").text)
    assert token is not None
    with faces.public.test_request_context("/"):
        us = party()
    device = Authenticator(us.origin, us.host)
    asked = mother.client.post("/account/passkeys/options", headers={"X-Form-Token": token[1]})
    added = mother.client.post(
        "/account/passkeys/new", data={"form_token": token[1], "name": "Телефон", "answer": device.make(asked.text)}
    )
    assert added.status_code == 303
    assert "Телефон" in words_of(mother.see("/account"))
    again = Clicker(faces.public)
    again.send_and_follow("/sign-in?back=/account", phone=faces.world.phones[WHO])
    second = again.send_and_follow("/sign-in/code?back=/account", code=faces.code())
    assert "Now your passkey" in words_of(second)
    assert again.client.get("/account").status_code == 303
    token = TOKEN.search(second.text)
    assert token is not None
    asked = again.client.post("/sign-in/second/options", headers={"X-Form-Token": token[1]})
    assert again.client.post("/sign-in/second", data={"form_token": token[1], "answer": ""}).status_code == 200
    entered = again.client.post(
        "/sign-in/second?back=/account", data={"form_token": token[1], "answer": device.sign(asked.text)}
    )
    assert (entered.status_code, entered.location) == (303, "/account")
    assert again.client.get("/account").status_code == 200
    sessions = faces.world.run(faces.world.as_relative(WHO), lambda unit: open_sessions_of(unit, token="elsewhere"))
    assert "passkey" in {one.factor for one in sessions}


def test_without_an_identity_provider_there_is_no_way_to_one(faces: Faces) -> None:
    stranger = Clicker(faces.public)
    assert "state sign-in service" not in stranger.see("/sign-in").text
    assert stranger.client.get("/sign-in/provider").status_code == 404
    assert stranger.client.get("/sign-in/provider/back").status_code == 404
