"""Clients that fill in forms as a browser without script would: cookies, form tokens, redirects."""

import re
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.browser.faces import Faces
from tests.builders import PASSWORD

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Clicker:
    """Somebody at a browser of their own."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("kezdesu_language", language)

    def see(self, path: str) -> TestResponse:
        """Opens a page; follows where it leads."""
        return self.client.get(path, follow_redirects=True)

    def send(self, path: str, page: str | None = None, **typed: object) -> TestResponse:
        """Sends a form of `page` (the same address unless another is named); does not follow where it leads."""
        found = TOKEN.search(self.see(page or path).text)
        token = found[1] if found else ""
        return self.client.post(path, data={"form_token": token, **typed})

    def send_and_follow(self, path: str, page: str | None = None, **typed: object) -> TestResponse:
        """Sends a form and opens the page it leads to."""
        answer = self.send(path, page, **typed)
        assert answer.status_code == 303, answer.text
        return self.see(answer.location)


def signed_in(faces: Faces, name: str, language: str = "en") -> Clicker:
    """A relative of the cast who came in by a code from the inbox."""
    who = Clicker(faces.public, language)
    who.send_and_follow("/sign-in", phone=faces.world.phones[name])
    who.send_and_follow("/sign-in/code", code=faces.code())
    return who


def at_desk(faces: Faces, role: str, institution: str = "la-155-8", language: str = "en") -> Clicker:
    """An officer of the cast at the desk."""
    who = Clicker(faces.staff, language)
    who.send_and_follow("/sign-in", login=f"{role.replace('_', '.')}@{institution}", password=PASSWORD)
    return who


def dashed(hex_: str) -> str:
    """An id as addresses hold it."""
    return str(UUID(hex_))


def words_of(response: TestResponse) -> str:
    """The text of a page without its marks, spaces single."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"<[^>]+>", " ", body).replace("&#39;", "'").replace("&amp;", "&")
    return " ".join(text.split())
