"""Signing in by a state identity provider, against one that runs as a process of its own, honest and lying."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest

from service.app.passkey import add_passkey, ask_new_passkey
from service.app.provider_sign_in import (
    ProviderAnswer,
    begin_provider,
    end_provider,
    proven_identity,
    use_identity,
)
from service.app.session_find import find_principal
from service.domain.access import NOBODY
from service.gateways.identity_provider import IdentityProvider, ProviderSettings
from service.gateways.passkeys import Party
from service.gateways.provider_line import HttpLine
from tests.app.refusals import refused
from tests.authenticator import Authenticator
from tests.builders import iin
from tests.cast import World
from tests.oidc_provider import CLIENT, SECRET

BACK = "https://kezdesu.example/sign-in/provider/back"
BROWSER = "a browser"
BORN = date(1985, 3, 19)
STRANGER = iin(BORN, 9400)


class Stay(HTTPRedirectHandler):
    """A redirect is read and not followed."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Provider:
    """The process, and how to speak with it."""

    issuer: str

    def tell(self, **said: Any) -> None:
        header = {"Content-Type": "application/json"}
        urlopen(Request(f"{self.issuer}/told", json.dumps(said).encode(), header)).close()

    def visit(self, address: str, back: str = BACK) -> dict[str, str]:
        """A browser goes there and is sent back; what it brings."""
        with pytest.raises(HTTPError) as sent, build_opener(Stay).open(address):
            pass
        where = sent.value.headers["Location"]
        sent.value.close()
        assert where.startswith(back), where
        return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.oidc_provider"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root) as process:
        assert process.stdout is not None
        yield Provider(process.stdout.readline().decode().strip())
        process.kill()


@pytest.fixture
def provider(running: Provider, world: World) -> Iterator[Provider]:
    world.clock.set(datetime.now(UTC))
    person = {"iin": STRANGER, "family_name": "Сейітова", "given_name": "Мөлдір", "birthdate": BORN.isoformat()}
    running.tell(fault="", person={**person, "sub": "subject-1", "iin_verified": True})
    yield running
    running.tell(fault="")


def ours(world: World, provider: Provider, **more: Any) -> IdentityProvider:
    return IdentityProvider(
        ProviderSettings(provider.issuer, CLIENT, SECRET, **more), world.environment.clock, HttpLine(10)
    )


def begin(world: World, asked: IdentityProvider, browser: str = BROWSER) -> str:
    return begin_provider(world.environment, asked, browser=browser, redirect_uri=BACK, back="/appointments")


def end(world: World, asked: IdentityProvider, brought: dict[str, str], browser: str = BROWSER) -> ProviderAnswer:
    return end_provider(
        world.environment, asked, state=brought["state"], code=brought["code"], browser=browser, language="kk"
    )


def through(world: World, provider: Provider, asked: IdentityProvider | None = None) -> ProviderAnswer:
    asked = asked or ours(world, provider)
    return end(world, asked, provider.visit(begin(world, asked)))


def sit_down(world: World, provider: Provider, name: str) -> None:
    known = world.identities[name]
    provider.tell(person={"iin": known.iin, "family_name": known.family_name, "given_name": known.given_name,
                          "birthdate": known.birth_date.isoformat()})  # fmt: skip


def test_whoever_the_provider_vouches_for_enters_their_account(world: World, provider: Provider) -> None:
    sit_down(world, provider, "Айгүл")
    answer = through(world, provider)
    assert (answer.outcome, answer.back) == ("signed-in", "/appointments")
    assert find_principal(world.environment, answer.token or "") == world.as_relative("Айгүл")


def test_with_a_passkey_it_is_half_of_the_way(world: World, provider: Provider) -> None:
    mother, party = world.as_relative("Айгүл"), Party("kezdesu.example", "https://kezdesu.example")
    options = world.run(mother, lambda unit: ask_new_passkey(unit, token="t", party=party, shown_as="x"))
    made = Authenticator(party.origin, party.host).make(options)
    add_passkey(world.environment, mother, token="t", party=party, name="x", answer=made)
    sit_down(world, provider, "Айгүл")
    answer = through(world, provider)
    assert answer.outcome == "second"
    assert find_principal(world.environment, answer.token or "") is None


def test_whoever_has_no_account_registers_with_names_that_are_not_typed(world: World, provider: Provider) -> None:
    assert through(world, provider).outcome == "register"
    found = proven_identity(world.environment, BROWSER)
    assert found is not None
    assert (found.family_name, found.given_name, found.iin, found.birth_date) == ("Сейітова", "Мөлдір", STRANGER, BORN)
    assert proven_identity(world.environment, "another browser") is None
    world.clock.tick(minutes=31)
    assert proven_identity(world.environment, BROWSER) is None
    through(world, provider)
    world.run(NOBODY, lambda unit: use_identity(unit, BROWSER))
    assert proven_identity(world.environment, BROWSER) is None


def test_an_iin_known_under_another_name_is_settled_at_the_desk(world: World, provider: Provider) -> None:
    sit_down(world, provider, "Айгүл")
    provider.tell(person={"family_name": "Басқа"})
    with refused("identity-needs-desk"):
        through(world, provider)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("wrong-nonce", "provider-wrong"),
        ("wrong-audience", "provider-wrong"),
        ("wrong-issuer", "provider-wrong"),
        ("expired", "provider-wrong"),
        ("unsigned", "provider-wrong"),
        ("by-secret", "provider-wrong"),
        ("foreign-key", "provider-wrong"),
        ("another-subject", "provider-wrong"),
        ("unverified", "provider-not-verified"),
    ],
)
def test_a_lie_opens_nothing(world: World, provider: Provider, fault: str, code: str) -> None:
    sit_down(world, provider, "Айгүл")
    asked = ours(world, provider)
    assert through(world, provider, asked).outcome == "signed-in"
    provider.tell(fault=fault)
    with refused(code):
        through(world, provider, asked)
    assert proven_identity(world.environment, BROWSER) is None
    provider.tell(fault="")
    assert through(world, provider, asked).outcome == "signed-in"


def test_claims_that_are_not_in_the_token_are_asked_for(world: World, provider: Provider) -> None:
    sit_down(world, provider, "Айгүл")
    provider.tell(fault="no-iin")
    assert through(world, provider).outcome == "signed-in"


def test_other_names_of_claims_are_a_setting(world: World, provider: Provider) -> None:
    sit_down(world, provider, "Айгүл")
    provider.tell(person={"individual_number": world.identities["Айгүл"].iin, "iin": "x", "trusted": "true"})
    asked = ours(world, provider, iin="individual_number", verified="trusted")
    assert through(world, provider, asked).outcome == "signed-in"
    with refused("provider-not-verified"):
        through(world, provider, ours(world, provider, iin="individual_number", verified="never_there"))


def test_a_new_key_is_fetched_when_its_name_is_new(world: World, provider: Provider) -> None:
    sit_down(world, provider, "Айгүл")
    asked = ours(world, provider)
    assert through(world, provider, asked).outcome == "signed-in"
    provider.tell(fault="new-key")
    with refused("provider-wrong"):  # asked a moment ago: a forger's invented names cost the provider nothing
        through(world, provider, asked)
    world.clock.tick(seconds=10)
    assert through(world, provider, asked).outcome == "signed-in"


def test_a_provider_that_is_down_or_slow_is_said_to_be(world: World, provider: Provider) -> None:
    asked = ours(world, provider)
    brought = provider.visit(begin(world, asked))
    provider.tell(fault="silent")
    with refused("provider-silent"):
        end(world, asked, brought)
    with refused("provider-silent"):
        begin(world, ours(world, provider))
    provider.tell(fault="slow")
    slow = IdentityProvider(ProviderSettings(provider.issuer, CLIENT, SECRET), world.environment.clock, HttpLine(0.5))
    with refused("provider-silent"):
        begin(world, slow)
    nobody = IdentityProvider(ProviderSettings("http://127.0.0.1:9", CLIENT), world.environment.clock, HttpLine(2))
    with refused("provider-silent"):
        begin(world, nobody)


def test_what_comes_back_is_good_once_for_one_browser_and_ten_minutes(world: World, provider: Provider) -> None:
    sit_down(world, provider, "Айгүл")
    asked = ours(world, provider)
    brought = provider.visit(begin(world, asked))
    with refused("provider-wrong"):
        end(world, asked, brought, browser="another browser")
    with refused("provider-wrong"):
        end(world, asked, {**brought, "state": "invented"})
    assert end(world, asked, brought).outcome == "signed-in"
    with refused("provider-wrong"):
        end(world, asked, brought)
    late = provider.visit(begin(world, asked))
    world.clock.tick(minutes=10)
    with refused("provider-wrong"):
        end(world, asked, late)


def test_a_code_of_another_way_there_is_not_taken(world: World, provider: Provider) -> None:
    """PKCE and nonce bind the code to the way that asked for it: one that was planted opens nothing."""
    asked = ours(world, provider)
    first, second = provider.visit(begin(world, asked)), provider.visit(begin(world, asked))
    with refused("provider-silent", "provider-wrong"):
        end(world, asked, {"state": first["state"], "code": second["code"]})


def test_another_issuer_than_the_one_named_is_not_believed(world: World, provider: Provider) -> None:
    wrong = IdentityProvider(
        ProviderSettings(provider.issuer + "/", CLIENT, SECRET), world.environment.clock, HttpLine(10)
    )
    with refused("provider-wrong"):
        begin(world, wrong)
