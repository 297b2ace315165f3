"""The desk asks for a second step where a role needs one; faces are taken there."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from service.domain.access import ROLES
from service.web import staff
from tests.app.photos import SVG, face, written
from tests.browser.faces import SETTINGS, Faces, make_faces, sqlite_world
from tests.builders import PASSWORD
from tests.cast import MAXIMUM, MEDIUM, Made
from tests.web.clicking import TOKEN, Clicker, at_desk, dashed, words_of


@pytest.fixture
def faces(sqlite_cast: Made, tmp_path: Path) -> Iterator[Faces]:
    with sqlite_world(sqlite_cast, tmp_path) as world:
        yield make_faces(world, tmp_path)


def test_the_password_alone_leads_to_the_setting_up_and_the_code_into_the_desk(faces: Faces) -> None:
    strict = staff.create_app(faces.world.environment, replace(SETTINGS, second_factor=ROLES))
    who = Clicker(strict)
    page = who.send_and_follow(
        "/sign-in?back=/account", login=f"head@{MEDIUM}", password=PASSWORD, workstation="Кеңсе 2"
    )
    assert "Set up codes by time" in words_of(page)
    assert who.client.get("/requests").status_code == 303
    key = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page.text)
    assert key is not None
    codes = pyotp.TOTP(key[1].replace(" ", ""))
    wrong = who.send("/sign-in/set-up", time_code="000000" if codes.at(faces.world.clock.now) != "000000" else "1" * 6)
    assert key[1] in wrong.text  # the same key: what the app has read stays good
    entered = who.send("/sign-in/set-up?back=/account", time_code=codes.at(faces.world.clock.now))
    assert entered.location == "/account"
    assert "Кеңсе 2" in words_of(who.see("/account"))
    second = Clicker(strict)
    assert "Second step" in words_of(second.send_and_follow("/sign-in", login=f"head@{MEDIUM}", password=PASSWORD))
    assert second.client.get("/sign-in/set-up").location.startswith("/sign-in/second")
    used = second.send("/sign-in/second", time_code=codes.at(faces.world.clock.now))
    assert "used before" in words_of(used)
    faces.world.clock.tick(seconds=30)
    assert second.send("/sign-in/second", time_code=codes.at(faces.world.clock.now)).status_code == 303
    assert second.client.get("/account").status_code == 200


def test_the_desk_takes_a_face_and_only_the_registry_of_the_institution_does(faces: Faces) -> None:
    address = f"/people/{dashed(faces.world.people['Айгүл'])}/photo"
    registry = at_desk(faces, "registry_officer")
    page = registry.see(address)
    assert "There is no photograph yet" in words_of(page)
    assert "••••" in page.text
    token = TOKEN.search(page.text)
    assert token is not None

    def send(octets: bytes) -> int:
        data = {"form_token": token[1], "photo": (io.BytesIO(octets), "x.jpg")}
        return registry.client.post(address, data=data, content_type="multipart/form-data").status_code

    assert send(SVG) == 200
    assert registry.client.get(f"{address}.jpg").status_code == 404
    assert send(written(face(), "JPEG")) == 303
    assert at_desk(faces, "gate_officer").client.get(f"{address}.jpg").mimetype == "image/jpeg"
    assert at_desk(faces, "registry_officer", MAXIMUM).client.get(f"{address}.jpg").status_code == 404
    assert at_desk(faces, "registry_officer", MAXIMUM).client.get(address).status_code == 404
    assert at_desk(faces, "head").client.get(address).status_code == 403
    assert registry.send(f"{address}/end", address).status_code == 303
    assert registry.client.get(f"{address}.jpg").status_code == 404


def test_whoever_takes_photographs_is_led_there_by_the_page_of_a_tie(faces: Faces) -> None:
    page = f"/relations/{dashed(faces.world.relations['Болат', 'Ерлан'])}"
    way = f'href="/people/{dashed(faces.world.people["Болат"])}/photo"'
    assert way in at_desk(faces, "registry_officer").see(page).text
    assert way not in at_desk(faces, "head").see(page).text
