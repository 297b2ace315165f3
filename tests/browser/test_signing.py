"""Acts of two signed with passkeys in Chromium's virtual authenticators: the duty officer asks, the deputy decides."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from service.store.columns import of
from service.store.tables import ActSignature, ExceptionRequest
from tests.browser.faces import Addresses, make_faces, served_faces, sqlite_world
from tests.browser.test_account import local, with_device
from tests.browser.test_the_desk import Day
from tests.cast import NOW, Made

expect.set_options(timeout=60_000)


@pytest.fixture
def at(sqlite_cast: Made, tmp_path: Path) -> Iterator[Addresses]:
    with sqlite_world(sqlite_cast, tmp_path) as world, served_faces(make_faces(world, tmp_path)) as addresses:
        yield replace(addresses, staff=local(addresses.staff))


def add_passkey(day: Day, page: Page) -> None:
    page.goto(f"{day.at.staff}/account/passkeys/new")
    page.get_by_label(day.said("Name, so that you know it again")).fill("Кілт")
    day.press(page, "Add a passkey")
    expect(page.get_by_role("heading", name=day.said("My sign-in"))).to_be_visible()


def fill_in(day: Day, page: Page) -> None:
    page.goto(f"{day.at.staff}/exceptions/new")
    page.locator("#file_number").fill(day.world.file_numbers["Ерлан"])
    for name, value in (("kind", "interval-before"), ("appointment_kind", "short"), ("ground", "grave-illness")):
        page.locator(f"#{name}").select_option(value)
    page.locator("#article").fill("PEC 106")
    page.locator("#words").fill("мать больна")
    for part, value in (("day", "1"), ("month", "4"), ("year", "2026")):
        page.locator(f"#usable_until-{part}").fill(value)


def signed(day: Day) -> list[tuple[str, bool]]:
    row = of(ActSignature)
    with day.world.environment.database.reading() as session:
        found = session.scalars(sa.select(ActSignature).where(row.at >= NOW).order_by(row.act)).all()
    return [(one.act, one.passkey_id is not None) for one in found]


@pytest.mark.parametrize(("language", "width"), [("kk", 320), ("ru", 1280), ("en", 320)])
def test_an_exception_is_asked_and_approved_with_two_passkeys(
    browser: Browser, at: Addresses, language: str, width: int
) -> None:
    day = Day(browser, at, language, width)
    with day.desk("duty_officer") as page:
        with_device(page)
        add_passkey(day, page)
        fill_in(day, page)
        expect(page.locator("[data-with-passkey]").first).to_be_visible()
        day.look(page, "signing")
        day.press(page, "Ask for it")
        expect(page.get_by_text(day.said("waits for another officer"))).to_be_visible()
    assert signed(day) == [("exception.ask", True)]
    with day.desk("deputy_head") as page:
        with_device(page)
        add_passkey(day, page)
        day.open(page, "/exceptions")
        day.press(page, "Approve")
        expect(page.get_by_text(day.said("signed with a passkey")).nth(1)).to_be_visible()
        day.look(page, "signed")
    assert signed(day) == [("exception.ask", True), ("exception.decide", True)]
    assert day.errors == []


def test_a_passkey_that_does_not_answer_leaves_the_act_undone_and_says_why(browser: Browser, at: Addresses) -> None:
    day = Day(browser, at, "ru", 1280)
    with day.desk("duty_officer") as page:
        fill_in(day, page)
        day.press(page, "Ask for it")
        expect(page.get_by_text(day.said("waits for another officer"))).to_be_visible()
        with_device(page)
        add_passkey(day, page)
        page.context.new_cdp_session(page).send("WebAuthn.disable")
        page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('cancelled'))")
        fill_in(day, page)
        day.press(page, "Ask for it")
        expect(page.locator(".summary, [role=alert]").first).to_contain_text("Подпишите это действие")
        assert page.locator("#words").input_value() == "мать больна"
        day.look(page, "not-signed")
    assert signed(day) == [("exception.ask", False)]


def test_without_script_an_officer_with_a_passkey_is_told_and_one_without_goes_on(
    browser: Browser, at: Addresses
) -> None:
    day = Day(browser, at, "en", 320)
    with day.desk("duty_officer") as page:
        with_device(page)
        add_passkey(day, page)
        cookies = page.context.cookies()
    with day.desk("commission_secretary") as page:
        others = page.context.cookies()
    for who, has_one, words in (
        (cookies, True, "Sign this with your passkey"),
        (others, False, "waits for another officer"),
    ):
        context = browser.new_context(viewport={"width": 320, "height": 900}, java_script_enabled=False)
        context.add_cookies(who)  # type: ignore[arg-type]
        page = context.new_page()
        fill_in(day, page)
        assert page.locator("[data-without-passkey]").count() == has_one
        day.press(page, "Ask for it")
        expect(page.get_by_text(words).first).to_be_visible()
        context.close()
    with day.world.environment.database.reading() as session:
        assert len(session.scalars(sa.select(ExceptionRequest)).all()) == 1
    assert signed(day) == [("exception.ask", False)]
