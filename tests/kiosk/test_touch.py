"""The kiosk by touch in real Chromium: large, in contrast, in kk and ru, few touches, nothing left behind."""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.looking import STANDARD, picture
from tests.browser.serving import served
from tests.kiosk.standing import CARD, PIN, Standing

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
SIZES = {"1024": (1024, 768), "1280": (1280, 800)}
SMALLEST_TARGET, SMALLEST_TEXT = 64, 20
SCREENS = ("/home", "/ask/call", "/record", "/people", "/requests", "/left", "/news", "/join", "/letter", "/help-call",
           "/keep", "/copy", "/first-visit", "/way", "/contact", "/still-here")  # fmt: skip
LONGER = frozenset({"/help-call", "/letter", "/offline", "/way"})
"""Where a keyboard or reasons take more than one screen."""
MEASURE = """() => {
  const seen = (one) => { const box = one.getBoundingClientRect(); return box.width > 1 && box.height > 1; };
  const small = [...document.querySelectorAll("a, button, input:not([type=hidden]):not([type=radio]), label.option")]
    .filter(seen).map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
    .map(([words, box]) => [words, Math.min(box.height, box.width)])
    .filter(([, size]) => size < SMALLEST_TARGET - 0.5);
  const tiny = [...document.querySelectorAll("body *")].filter((one) => seen(one) && !one.classList.contains("hidden")
    && [...one.childNodes].some((part) => part.nodeType === 3 && part.textContent.trim()))
    .map((one) => [one.textContent.trim().slice(0, 40), parseFloat(getComputedStyle(one).fontSize)])
    .filter(([, size]) => size < SMALLEST_TEXT);
  const tall = NO_SCROLL && document.documentElement.scrollHeight > innerHeight + 1;
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  return { small, tiny, wide, tall };
}""".replace("SMALLEST_TARGET", str(SMALLEST_TARGET)).replace("SMALLEST_TEXT", str(SMALLEST_TEXT))


def patient(application: Any) -> Any:
    """The screens without their opening by themselves: while one is looked at, it stays. Held by test_leaving."""

    def answer(environ: Any, start: Any) -> Any:
        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [one for one in headers if one[0] != "Refresh"], *more)

        return application(environ, begin)

    return answer


@contextlib.contextmanager
def touching(browser: Browser, standing: Standing, size: str) -> Iterator[tuple[Page, str]]:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
    with served(patient(standing.app)) as at:
        yield context.new_page(), at
        context.close()


def show_card(page: Page, standing: Standing) -> None:
    """From a page without a script: the waiting screen would take the card up while another address is being opened."""
    page.goto("about:blank")
    standing.kiosk.seat.show_card(CARD)


def sign_in(page: Page, standing: Standing, at: str, language: str) -> None:
    """The card, then the language, then the PIN."""
    show_card(page, standing)
    page.goto(f"{at}/")
    page.tap(f"button[name=language][value={language}]")
    page.wait_for_url("**/pin")
    for digit in PIN:
        page.tap(f"button.key[value='{digit}']")
    page.tap("button.key.go")
    page.wait_for_url("**/home")


def check(page: Page, name: str) -> None:
    """Large enough, in AAA contrast, nothing axe finds; a picture is kept."""
    fits = urlsplit(page.url).path not in LONGER
    measured = page.evaluate(MEASURE.replace("NO_SCROLL", "true" if fits else "false"))
    assert measured == {"small": [], "tiny": [], "wide": False, "tall": False}, (page.url, measured)
    rules = {"color-contrast-enhanced": {"enabled": True}}
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": [*STANDARD, "wcag2aaa"]}, "rules": rules})
    violations = [f"{one['id']} {[node['target'] for node in one['nodes']]}" for one in found.response["violations"]]
    assert not violations, (page.url, violations)
    picture(page, f"kiosk-{name}")


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_is_large_clear_and_without_barriers(
    browser: Browser,
    standing: Standing,
    size: str,
    language: str,
) -> None:
    with touching(browser, standing, size) as (page, at):
        page.goto(f"{at}/")
        check(page, f"start-{size}-{language}")
        show_card(page, standing)
        page.goto(f"{at}/")
        page.tap(f"button[name=language][value={language}]")
        page.wait_for_url("**/pin")
        check(page, f"pin-{size}-{language}")
        sign_in(page, standing, at, language)
        for path in SCREENS:
            page.goto(f"{at}{path}")
            assert page.locator("html").get_attribute("lang") == language
            check(page, f"{path.strip('/').replace('/', '-')}-{size}-{language}")


def test_from_the_first_screen_to_a_call_asked_for_are_three_touches(browser: Browser, standing: Standing) -> None:
    with touching(browser, standing, "1280") as (page, at):
        sign_in(page, standing, at, "kk")
        page.tap("a.tile[href='/ask/call']")
        page.tap("a.choice >> nth=0")
        page.tap("button:has-text('Осы аптада сұрау')")
        page.wait_for_selector("text=Нөмірі: 1")
        check(page, "asked-1280-kk")


def test_the_next_person_finds_no_trace_in_page_storage_cookies_or_the_way_back(
    browser: Browser,
    standing: Standing,
) -> None:
    with touching(browser, standing, "1280") as (page, at):
        sign_in(page, standing, at, "ru")
        page.goto(f"{at}/people")
        page.tap("button.leave")
        page.wait_for_selector("h1:has-text('Приложите карту')")
        assert [one for one in page.context.cookies() if one["value"]] == []
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        for _ in range(4):
            page.go_back()
            page.wait_for_load_state()
            words = page.locator("body").inner_text()
            assert "Ерлан" not in words
            assert "Айгүл" not in words
        picture(page, "kiosk-after-leaving")


def test_without_a_line_the_screen_says_so_and_keeps_what_is_asked(browser: Browser, standing: Standing) -> None:
    with touching(browser, standing, "1024") as (page, at):
        standing.line.is_cut = True
        show_card(page, standing)
        page.goto(f"{at}/")
        check(page, "start-offline")
        page.tap("button[name=language][value=kk]")
        page.wait_for_url("**/pin")
        for digit in PIN:
            page.tap(f"button.key[value='{digit}']")
        page.tap("button.key.go")
        page.wait_for_url("**/offline")
        check(page, "offline")
        page.tap(".keyboard button:has-text('А') >> nth=0")
        page.tap("button:has-text('Телефонмен сөйлесу')")
        page.wait_for_selector("text=Мөрленіп сақталды")
        check(page, "queued")
