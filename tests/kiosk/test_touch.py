"""The kiosk by touch in real Chromium: large, in contrast, in kk and ru, few touches, nothing left behind."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kiosk import words
from tests.browser.looking import STANDARD, picture
from tests.browser.serving import served
from tests.kiosk.life import end_tie, lived, remembered, tie
from tests.kiosk.standing import CARD, PIN, Standing

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
SIZES = {"1024": (1024, 768), "1280": (1280, 800)}
SMALLEST_TARGET, SMALLEST_TEXT = 64, 20
SCREENS = ("/home", "/ask/call", "/record", "/people", "/requests", "/left", "/news", "/join", "/letter", "/help-call",
           "/keep", "/copy", "/first-visit", "/way", "/contact", "/my-pin", "/still-here")  # fmt: skip
MOST_TOUCHES = 4
"""From the card to a call asked for, the digits of the PIN aside."""
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
  const tall = document.documentElement.scrollHeight > innerHeight + 1;
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


def type_pin(page: Page, pin: str) -> None:
    """The digits on the pad; after the last one another screen comes by itself."""
    for number, digit in enumerate(pin):
        expect(page.locator(".dot.full")).to_have_count(number)
        page.tap(f"button.key[value='{digit}']")


def take_up(page: Page, standing: Standing, at: str, language: str) -> None:
    """The card, and another language where it is not the one the keypad stands in."""
    show_card(page, standing)
    page.goto(f"{at}/")
    page.wait_for_url("**/pin")
    if page.locator("html").get_attribute("lang") != language:
        page.tap(f"button.tool:has(span[lang={language}])")
        page.wait_for_selector(f"html[lang={language}]")


def sign_in(page: Page, standing: Standing, at: str, language: str) -> None:
    """The card, then the PIN."""
    take_up(page, standing, at, language)
    type_pin(page, PIN)
    page.wait_for_url("**/home")


def faults(page: Page, name: str) -> list[str]:
    """What is too small, too pale or barred on a screen, by the sizes, axe and AAA contrast; a picture is kept."""
    page.evaluate("document.fonts.ready.then(() => true)")
    measured = page.evaluate(MEASURE)
    rules = {"color-contrast-enhanced": {"enabled": True}}
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": [*STANDARD, "wcag2aaa"]}, "rules": rules})
    picture(page, f"kiosk-{name}")
    violations = [f"{one['id']} {[node['target'] for node in one['nodes']]}" for one in found.response["violations"]]
    wrong = {what: found for what, found in measured.items() if found}
    return [f"{name}: {one}" for one in (*([str(wrong)] if wrong else []), *violations)]


def check(page: Page, name: str) -> None:
    """Large enough, in AAA contrast, on one screen, nothing axe finds."""
    assert faults(page, name) == []


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_is_large_clear_and_without_barriers(
    browser: Browser,
    standing: Standing,
    size: str,
    language: str,
) -> None:
    shown, asked = lived(standing)
    remembered(standing, language)
    wrong = list[str]()

    def look(name: str) -> None:
        assert page.locator("html").get_attribute("lang") == language, name
        assert page.locator(".bad").count() == 0, name
        wrong.extend(faults(page, f"{name}-{size}-{language}"))

    with touching(browser, standing, size) as (page, at):
        page.goto(f"{at}/")
        wrong.extend(faults(page, f"start-{size}-{language}"))
        take_up(page, standing, at, language)
        look("pin")
        sign_in(page, standing, at, language)
        for path in SCREENS:
            page.goto(f"{at}{path}")
            look(path.strip("/").replace("/", "-"))
        for name, path in (
            ("appointment", f"/record/{shown}"),
            ("accept", f"/people/{asked}/accept"),
            ("when-long", f"/ask/long/{tie(standing)}"),
            ("when-call", f"/ask/call/{tie(standing)}"),
        ):
            page.goto(f"{at}{path}")
            look(name)
        page.goto(f"{at}/my-pin")
        page.tap("main button.button")
        for step in ("now", "choose", "again"):
            page.wait_for_selector(f"h1:has-text('{words.said(language, f'pin.{step}')}')")
            look(f"pin-{step}")
            type_pin(page, PIN if step == "now" else "8351")
        page.wait_for_url("**/second-pin")
        look("second-pin")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("size", SIZES)
def test_from_the_card_to_a_call_asked_for_are_four_touches_at_most(
    browser: Browser, standing: Standing, size: str, language: str
) -> None:
    remembered(standing, language)
    with touching(browser, standing, size) as (page, at):
        touches = 0

        def tap(what: str) -> None:
            nonlocal touches
            touches += 1
            page.tap(what)

        show_card(page, standing)
        page.goto(f"{at}/")
        page.wait_for_url("**/pin")
        type_pin(page, PIN)
        page.wait_for_url("**/home")
        assert page.locator("html").get_attribute("lang") == language
        tap("a.tile[href='/ask/call']")
        tap("a.choice >> nth=0")
        tap("button[name=window][value=soon]")
        page.wait_for_selector(f"text={words.said(language, 'done.number', number=1)}")
        assert touches <= MOST_TOUCHES
        check(page, f"asked-{size}-{language}")


def test_whoever_has_one_relative_is_not_asked_with_whom(browser: Browser, standing: Standing) -> None:
    for name in ("Динара", "Аружан"):
        end_tie(standing, standing.world.relations[name, "Ерлан"])
    with touching(browser, standing, "1024") as (page, at):
        sign_in(page, standing, at, "kk")
        page.tap("a.tile[href='/ask/call']")
        page.wait_for_selector("h1:has-text('Айгүл')")
        page.tap("button[name=window][value=soon]")
        page.wait_for_selector("text=Нөмірі: 1")


def test_the_next_person_finds_no_trace_in_page_storage_cookies_or_the_way_back(
    browser: Browser,
    standing: Standing,
) -> None:
    """Picture by picture, the screen is the one that stood there before anybody came."""
    standing.kiosk.language = "ru"
    with touching(browser, standing, "1280") as (page, at):
        page.goto(f"{at}/")
        page.evaluate("document.fonts.ready.then(() => true)")
        untouched = page.screenshot()
        sign_in(page, standing, at, "ru")
        for path in ("/people", "/left", "/my-pin"):
            page.goto(f"{at}{path}")
        page.tap("button.leave")
        page.wait_for_selector("h1:has-text('Приложите карту')")
        assert page.screenshot() == untouched
        assert [one for one in page.context.cookies() if one["value"]] == []
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        assert page.evaluate("caches.keys()") == []
        assert page.evaluate("indexedDB.databases()") == []
        for _ in range(4):
            page.go_back()
            page.wait_for_load_state()
            if page.url == "about:blank":
                break
            page.wait_for_selector("h1:has-text('Приложите карту')")
            assert page.screenshot() == untouched
            dom = page.content()
            assert not any(secret in dom for secret in ("Ерлан", "Айгүл", CARD, PIN))
        picture(page, "kiosk-after-leaving")


def test_without_a_line_the_screen_says_so_and_keeps_what_is_asked(browser: Browser, standing: Standing) -> None:
    with touching(browser, standing, "1024") as (page, at):
        standing.line.is_cut = True
        page.goto(f"{at}/")
        check(page, "start-offline")
        show_card(page, standing)
        page.goto(f"{at}/")
        page.wait_for_url("**/pin")
        type_pin(page, PIN)
        page.wait_for_url("**/offline")
        check(page, "offline-1024-kk")
        page.tap("a.button:has-text('Телефонмен сөйлесу')")
        page.wait_for_url("**/offline?kind=call")
        check(page, "offline-call-1024-kk")
        page.tap(".keyboard button:text-is('А')")
        page.tap("button:has-text('Мөрлеп сақтау')")
        page.wait_for_selector("text=Мөрленіп сақталды")
        check(page, "queued")
