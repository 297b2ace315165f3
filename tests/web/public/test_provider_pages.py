"""Signing in by a state identity provider, page by page, against one that runs as a process."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from service.gateways.identity_provider import IdentityProvider, ProviderSettings
from service.gateways.provider_line import HttpLine
from service.web import public
from service.web.code_sending import code_sender
from tests.app.test_provider_sign_in import Provider, running
from tests.browser.faces import SETTINGS, Faces, make_faces, sqlite_world
from tests.builders import iin
from tests.cast import Made
from tests.oidc_provider import CLIENT, SECRET
from tests.web.clicking import Clicker, words_of

__all__ = ["running"]

BORN = date(1985, 3, 19)
STRANGER = iin(BORN, 9500)


@pytest.fixture
def faces(sqlite_cast: Made, tmp_path: Path, running: Provider) -> Iterator[Faces]:
    with sqlite_world(sqlite_cast, tmp_path) as world:
        world.clock.set(datetime.now(UTC))
        person = {"iin": STRANGER, "family_name": "Сейітова", "given_name": "Мөлдір", "birthdate": BORN.isoformat()}
        running.tell(fault="", person={**person, "iin_verified": True})
        provider = IdentityProvider(ProviderSettings(running.issuer, CLIENT, SECRET), world.clock, HttpLine(10))
        made = make_faces(world, tmp_path)
        app = public.create_app(
            world.environment,
            replace(SETTINGS, provider=provider),
            send_code=code_sender(world.environment, made.texts),
        )
        yield replace(made, public=app)


def through(who: Clicker, provider: Provider, back: str = "/account") -> str:
    """Out to the provider and back; the address that the way back leads to."""
    assert "state sign-in service" in words_of(who.see(f"/sign-in?back={back}"))
    there = who.client.get(f"/sign-in/provider?back={back}").location
    assert there.startswith(f"{provider.issuer}/authorize?")
    assert {"code_challenge=", "nonce=", "state="} <= set(re.findall(r"code_challenge=|nonce=|state=", there))
    brought = provider.visit(there, "http://localhost/sign-in/provider/back")
    answer = who.client.get("/sign-in/provider/back", query_string=brought)
    assert answer.status_code in (303, 400, 503), answer.text
    return answer.location if answer.status_code == 303 else answer.text


def test_an_account_is_entered_without_a_code(faces: Faces, running: Provider) -> None:
    known, who = faces.world.identities["Айгүл"], Clicker(faces.public)
    running.tell(person={"iin": known.iin, "family_name": known.family_name, "given_name": known.given_name,
                         "birthdate": known.birth_date.isoformat()})  # fmt: skip
    assert through(who, running) == "/account"
    assert who.client.get("/account").status_code == 200


def test_a_newcomer_types_a_number_and_nothing_else(faces: Faces, running: Provider) -> None:
    who = Clicker(faces.public)
    assert through(who, running, "/").startswith("/sign-in")
    assert "only your phone number is missing" in words_of(who.see("/sign-in"))
    who.send_and_follow("/sign-in", phone="8 701 555 02 02")
    shown = who.send_and_follow("/sign-in/code?back=/register", code=faces.code())
    assert "Сейітова" in words_of(shown)
    assert f"•••• {STRANGER[-4:]}" in words_of(shown)
    assert STRANGER not in shown.text
    assert 'name="family_name"' not in shown.text
    assert "Without your consent" in words_of(who.send("/register"))
    assert who.send("/register", consent="true", family_name="Басқа").status_code == 303
    account = words_of(who.see("/account"))
    assert "Сейітова Мөлдір" in account
    assert "Басқа" not in account


def test_a_lie_and_silence_are_clear_pages_that_offer_the_number(faces: Faces, running: Provider) -> None:
    who = Clicker(faces.public)
    running.tell(fault="wrong-nonce")
    assert "could not be confirmed" in through(who, running)
    assert who.client.get("/account").status_code == 303
    running.tell(fault="silent")
    answer = Clicker(faces.public).client.get("/sign-in/provider/back?state=x&code=y")
    assert answer.status_code == 400
    fresh = IdentityProvider(ProviderSettings(running.issuer, CLIENT, SECRET), faces.world.clock, HttpLine(10))
    app = public.create_app(faces.world.environment, replace(SETTINGS, provider=fresh), send_code=lambda _: None)
    down = Clicker(app).client.get("/sign-in/provider")
    running.tell(fault="")
    assert down.status_code == 503
    assert 'href="/sign-in"' in down.text
