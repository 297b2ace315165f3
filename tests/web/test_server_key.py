"""What follows when the service's own key is renewed: forms begin anew, nobody is signed out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.web import public
from tests.browser.faces import SETTINGS, Faces, make_faces, sqlite_world
from tests.cast import Made
from tests.web.clicking import TOKEN, Clicker, signed_in


@pytest.fixture
def faces(sqlite_cast: Made, tmp_path: Path) -> Iterator[Faces]:
    """The faces over a copy of the cast on SQLite."""
    with sqlite_world(sqlite_cast, tmp_path) as world:
        yield make_faces(world, tmp_path)


def test_after_the_server_key_is_renewed_sessions_stay_and_forms_given_out_before_are_void(faces: Faces) -> None:
    mother = signed_in(faces, "Айгүл")
    address = "/messages/email"
    given_out = TOKEN.search(mother.see(address).text)
    assert given_out is not None
    renewed = public.create_app(faces.world.environment, replace(SETTINGS, key=b"n" * 32), send_code=lambda *_: None)
    later = Clicker(renewed)
    for cookie in mother.client._cookies.values():
        later.client.set_cookie(cookie.key, cookie.value)
    assert "Sign out" in later.see("/").text
    typed = {"email": "aigul.new@example.kz"}
    assert later.client.post(address, data={"form_token": given_out[1], **typed}).status_code == 403
    assert later.send(address, **typed).status_code != 403, "the form opened anew is taken"
