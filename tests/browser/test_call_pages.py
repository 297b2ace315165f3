"""The pages of calls in real browsers: the officer's wall and page, the relative's before, in and after the call."""

import pytest
from playwright.sync_api import Browser

from service.app.call_supervise import end_call, warn_parties
from tests.app.calling import Calling
from tests.browser.faces import Addresses
from tests.browser.looking import assert_accessible, picture
from tests.browser.test_the_desk import Day, at
from tests.web.clicking import dashed

__all__ = ["at"]
PATIENCE = 60_000


def open_call(at: Addresses) -> Calling:
    made = Calling(at.faces.world)
    made.arrange(made.ask("video_call"))
    return made


@pytest.mark.parametrize(("language", "width"), [("kk", 1280), ("ru", 1280), ("en", 320)])
def test_the_officer_at_the_wall(browser: Browser, at: Addresses, language: str, width: int) -> None:
    calling = open_call(at)
    calling.at(minutes=-5)
    calling.join(calling.mother, calling.convict)
    day = Day(browser, at, language, width)
    with day.desk("call_supervisor") as page:
        for path in ("/calls", "/calls/rota", "/calls/wall?tiles=2"):
            day.open(page, path)
        part = page.locator("[data-call-part]")
        part.locator("form[action$='/sit'] button").click()
        page.wait_for_selector(".call-room", timeout=PATIENCE)
        page.wait_for_selector("form[action$='/matched'] button", timeout=PATIENCE)
        _seen(page, f"call-wall-{language}-{width}")
        room = page.locator(".call-room").first
        room.evaluate("one => { one.dataset.mark = 'the same'; }")
        for act, then in (("matched", "live"), ("live", "speak"), ("speak", "quiet")):
            page.locator(f"form[action$='/{act}'] button").first.click()
            page.wait_for_selector(f"form[action$='/{then}'] button", timeout=PATIENCE)
        assert room.get_attribute("data-mark") == "the same", "what is done to a call leaves its pictures alone"
        page.goto(f"{at.staff}/calls/{dashed(calling.call)}")
        page.wait_for_selector("[data-left]", timeout=PATIENCE)
        _seen(page, f"call-watched-{language}-{width}")
    assert calling.row.state == "live"
    assert day.errors == []


@pytest.mark.parametrize(("language", "width"), [("kk", 320), ("ru", 320), ("en", 1280)])
def test_the_relative_before_in_and_after(browser: Browser, at: Addresses, language: str, width: int) -> None:
    calling = open_call(at)
    address = f"{at.public}/calls/{dashed(calling.call)}"
    context = browser.new_context(viewport={"width": width, "height": 900})
    try:
        context.add_cookies([{"name": "kezdesu_language", "value": language, "url": at.public}])
        page = context.new_page()
        _sign_in(page, at)
        for name, more in (("before", ""), ("test", "/test")):
            _look(page, f"{address}{more}", f"call-{name}-{language}-{width}")
        calling.at(minutes=-5)
        _sign_in(page, at)
        _look(page, address, f"call-room-{language}-{width}")
        calling.join(calling.officer, calling.mother, calling.convict)
        calling.do(calling.officer, warn_parties, code="frame")
        calling.do(calling.officer, end_call, code="party-asks")
        _look(page, address, f"call-after-{language}-{width}")
    finally:
        context.close()


def _look(page, address: str, name: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(address)
    _seen(page, name)


def _seen(page, name: str) -> None:  # type: ignore[no-untyped-def]
    picture(page, name)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    assert_accessible(page)


def _sign_in(page, at: Addresses) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{at.public}/sign-in")
    page.fill("input[name=phone]", at.faces.world.phones["Айгүл"])
    page.locator("main button[type=submit]").first.click()
    page.wait_for_selector("input[name=code]", timeout=PATIENCE)
    page.fill("input[name=code]", at.faces.code())
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "sign-in" not in url, timeout=PATIENCE)
