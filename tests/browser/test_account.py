"""My account in a real browser: passkeys with Chromium's virtual authenticator, codes by time, every language, axe."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.app.passkey import passkeys
from service.app.photo_keep import add_photo
from service.app.session_list import end_other_sessions
from service.domain.access import ROLES
from service.web import staff
from tests.app.photos import face, written
from tests.browser.faces import SETTINGS, Addresses, Faces, make_faces, served_faces, sqlite_world
from tests.browser.looking import assert_accessible, picture
from tests.browser.test_the_look import SMALL_TARGETS, SMALL_TEXT, TOO_WIDE
from tests.builders import PASSWORD
from tests.cast import MEDIUM, Made

WHO = "Айгүл"
LANGUAGES = ("kk", "ru", "en")
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def at(sqlite_cast: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    folder: Path = tmp_path_factory.mktemp("account")
    with sqlite_world(sqlite_cast, folder) as world:
        faces = make_faces(world, folder)
        strict = staff.create_app(world.environment, replace(SETTINGS, second_factor=ROLES))
        with served_faces(replace(faces, staff=strict)) as served:
            yield served


def local(address: str) -> str:
    """A name instead of a number: passkeys belong to names."""
    return address.replace("127.0.0.1", "localhost")


def context_of(browser: Browser, width: int = 390) -> BrowserContext:
    return browser.new_context(viewport={"width": width, "height": 844}, timezone_id="Asia/Almaty")


def with_device(page: Page) -> None:
    """Gives the browser an authenticator that always finds its owner."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_in(page: Page, at: Addresses, faces: Faces, back: str = "/account") -> None:
    faces.world.clock.tick(hours=1)  # a number gets five codes an hour
    page.goto(f"{local(at.public)}/sign-in?back={back}&language=en")
    page.get_by_label("Mobile phone number").fill(faces.world.phones[WHO])
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the message").fill(faces.code())
    page.locator("#main button").first.click()


def whole(page: Page, name: str) -> None:
    """Keeps a picture, and holds what every page must hold."""
    picture(page, name)
    assert page.evaluate(TOO_WIDE) <= 0, f"{name} scrolls sideways"
    assert page.evaluate(SMALL_TARGETS) == [], name
    assert page.evaluate(SMALL_TEXT) == [], name
    assert_accessible(page)


def test_a_passkey_is_added_asked_for_and_opens_the_account(browser: Browser, at: Addresses) -> None:
    context = context_of(browser)
    page = context.new_page()
    with_device(page)
    sign_in(page, at, at.faces)
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_text("script switched on")).to_be_hidden()
    page.get_by_label("Name, so that you know it again").fill("Менің телефоным")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Менің телефоным", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, at, at.faces)
    expect(page.get_by_role("heading", name="Now your passkey")).to_be_visible()
    whole(page, "account-second-step-en-390")
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    world = at.faces.world
    (kept,) = passkeys(world.environment, world.as_relative(WHO))
    assert kept.used_at is not None
    page.get_by_role("button", name="Remove Менің телефоным").click()
    expect(page.get_by_text("There is no passkey yet.")).to_be_visible()
    context.close()


def test_a_device_that_refuses_leaves_a_page_that_says_what_else_there_is(browser: Browser, at: Addresses) -> None:
    context = context_of(browser)
    page = context.new_page()
    page.add_init_script("navigator.credentials.create = () => Promise.reject(new Error('no'))")
    sign_in(page, at, at.faces)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name, so that you know it again").fill("x")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".faults")).to_contain_text("did not answer")
    expect(page.get_by_label("Name, so that you know it again")).to_have_value("x")
    context.close()


def test_without_script_the_page_says_so_and_offers_the_other_way(browser: Browser, at: Addresses) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, at, at.faces)
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_text("script switched on")).to_be_visible()
    expect(page.get_by_text("The code to your phone stays enough")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_the_account_is_whole_in_every_language(browser: Browser, at: Addresses, width: int) -> None:
    world = at.faces.world
    world.run(
        world.as_relative(WHO),
        lambda unit: add_photo(unit, person=world.people[WHO], octets=written(face(), "JPEG")),
    )
    context = context_of(browser, width)
    page = context.new_page()
    sign_in(page, at, at.faces)
    pages = {"": "", "phone": "/phone", "photo": "/photo", "passkey": "/passkeys/new"}
    for language in LANGUAGES:
        for name, path in pages.items():
            page.goto(f"{local(at.public)}/account{path}?language={language}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            whole(page, f"account{'-' if name else ''}{name}-{language}-{width}")
    context.close()


def test_a_photograph_is_chosen_and_shown(browser: Browser, at: Addresses) -> None:
    context = context_of(browser)
    page = context.new_page()
    sign_in(page, at, at.faces, "/account/photo")
    picture_file = {"name": "me.png", "mimeType": "image/png", "buffer": written(face(), "PNG")}
    page.get_by_label("Picture from this device").set_input_files([picture_file])  # type: ignore[list-item]
    page.get_by_role("button", name="Keep this photograph").click()
    shown = page.get_by_role("img", name="Your photograph")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 480)
    context.close()


def test_what_was_typed_waits_for_whoever_signs_in_again(browser: Browser, at: Addresses) -> None:
    world, context = at.faces.world, context_of(browser, 320)
    page = context.new_page()
    sign_in(page, at, at.faces, "/account/phone")
    page.get_by_label("Mobile phone number").fill("8 701 555 01 77")
    world.run(world.as_relative(WHO), lambda unit: end_other_sessions(unit, token="elsewhere"))
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="You have been signed out")).to_be_visible()
    whole(page, "account-signed-out-en-320")
    page.get_by_role("link", name="Sign in again").click()
    world.clock.tick(hours=1)
    page.get_by_label("Mobile phone number").fill(world.phones[WHO])
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the message").fill(at.faces.code())
    page.locator("#main button").first.click()
    expect(page.get_by_text("8 701 555 01 77")).to_be_visible()
    whole(page, "account-typed-before-en-320")
    page.get_by_role("button", name="Send what I typed").click()
    expect(page.get_by_role("heading", name="Enter the code from the new number")).to_be_visible()
    context.close()


def desk(page: Page, at: Addresses, role: str) -> None:
    page.goto(f"{local(at.staff)}/sign-in?back=/account&language=en")
    page.get_by_label("Login").fill(f"{role}@{MEDIUM}")
    page.get_by_label("Password").fill(PASSWORD)
    workstation = page.get_by_label("Name of this workstation")
    if workstation.count():
        workstation.fill("Тіркеу 1")
    page.get_by_role("button", name="Sign in").click()


def test_an_officer_sets_up_codes_by_time_and_is_asked_for_one_from_then_on(browser: Browser, at: Addresses) -> None:
    world, context = at.faces.world, context_of(browser, 1280)
    page = context.new_page()
    desk(page, at, "registry.officer")
    expect(page.get_by_role("heading", name="Set up codes by time")).to_be_visible()
    for language in LANGUAGES:
        page.goto(f"{local(at.staff)}/sign-in/set-up?back=/account&language={language}")
        whole(page, f"account-set-up-{language}-1280")
    codes = pyotp.TOTP(page.locator("code.key").inner_text().replace(" ", ""))
    page.get_by_label("Code from the app").fill(codes.at(world.clock.now))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My sign-in")).to_be_visible()
    expect(page.get_by_text("Тіркеу 1")).to_be_visible()
    for language in LANGUAGES:
        page.goto(f"{local(at.staff)}/account?language={language}")
        whole(page, f"account-officer-{language}-1280")
    page.get_by_role("button", name="Sign out", exact=True).click()
    world.clock.tick(seconds=30)
    desk(page, at, "registry.officer")
    whole(page, "account-officer-second-step-en-1280")
    page.get_by_label("Code from the app").fill(codes.at(world.clock.now))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My sign-in")).to_be_visible()
    context.close()


def test_an_officer_may_set_up_a_passkey_instead(browser: Browser, at: Addresses) -> None:
    context = context_of(browser)
    page = context.new_page()
    with_device(page)
    desk(page, at, "duty.officer")
    page.get_by_role("link", name="Use a passkey instead").click()
    page.get_by_label("Name, so that you know it again").fill("Кілт")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="My sign-in")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    desk(page, at, "duty.officer")
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_role("heading", name="My sign-in")).to_be_visible()
    page.get_by_role("button", name="Remove Кілт").click()
    expect(page.locator("h1")).not_to_have_text("My sign-in")  # the last one stays where the role needs one
    context.close()
