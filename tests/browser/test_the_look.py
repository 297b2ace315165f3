"""Every part of the look, in every language, on a narrow phone and on a desk, by day and by night."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_accessible, picture
from tests.browser.serving import served
from tests.web.gallery.app import gallery
from tests.web.gallery.said import said

PAGES = {"book": "/", "states": "/states", "desk": "/desk", "form": "/form", "lost": "/nothing-here"}
LANGUAGES = ("kk", "ru", "en")
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter(e => !e.closest("p") && !e.matches(".skip, .hidden"))
  .map(e => e.matches(".choice input") ? e.parentElement : e)
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([_, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
SMALL_TEXT = """() => [...document.querySelectorAll("body *")]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < 14)
  .map(e => e.outerHTML.slice(0, 80))"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG_LINES = """() => [...document.querySelectorAll("main p, main li")]
  .filter(e => e.getBoundingClientRect().width > 70 * 0.55 * parseFloat(getComputedStyle(e).fontSize)).length"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(gallery()) as here:
        yield here


def looked_at(page: Page, name: str) -> None:
    """Keep a picture, and hold what every page must hold."""
    picture(page, name)
    assert page.evaluate(TOO_WIDE) <= 0, f"{name} scrolls sideways"
    assert page.evaluate(SMALL_TARGETS) == [], name
    assert page.evaluate(SMALL_TEXT) == [], name
    assert page.evaluate(LONG_LINES) == 0, f"{name} has lines over 70 characters"
    assert_accessible(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (320, "dark"), (1280, "dark")])
def test_every_page_is_whole_and_accessible(
    browser: Browser, address: str, language: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if address not in request.url else None)
    for name, path in PAGES.items():
        page.goto(f"{address}{path}?language={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        looked_at(page, f"look-{name}-{language}-{width}-{scheme}")
    page.goto(f"{address}/form")
    page.get_by_role("button", name=said("send", language)).click()
    looked_at(page, f"look-faults-{language}-{width}-{scheme}")
    assert outside == []
    context.close()


def test_at_twice_the_size_a_page_still_fits(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page = context.new_page()
    for path in PAGES.values():
        page.goto(f"{address}{path}?language=kk")
        assert page.evaluate(TOO_WIDE) <= 0, path
    context.close()


def test_the_pages_are_set_in_our_own_font_in_two_weights(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("() => document.fonts.ready")
    for weight in (400, 700):
        assert page.evaluate(f"() => document.fonts.check('{weight} 17px \"Noto Sans\"', 'Әғқңөұүһі₸№')")
    assert page.evaluate("() => [...document.fonts].every(face => face.status === 'loaded')")
    assert page.evaluate("() => getComputedStyle(document.body).fontSize") == "17px"


def test_the_first_page_is_light(page: Page, address: str) -> None:
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", 0))))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert 20_000 < sum(sizes) <= 60 * 1024, sizes


class TestForms:
    def test_after_a_refusal_the_summary_has_the_focus_and_leads_to_the_field(self, page: Page, address: str) -> None:
        page.goto(f"{address}/form?language=ru")
        page.get_by_label(said("phone", "ru")).fill("7")
        page.get_by_role("button", name=said("send", "ru")).click()
        expect(page).to_have_title(f"Ошибка: {said('form', 'ru')} · Kezdesu")
        expect(page.get_by_role("alert")).to_be_focused()
        page.get_by_role("alert").get_by_role("link", name=said("phone-wrong", "ru")).click()
        expect(page.get_by_label(said("phone", "ru"))).to_be_focused()
        expect(page.get_by_label(said("phone", "ru"))).to_have_value("7")
        described = page.get_by_label(said("phone", "ru")).get_attribute("aria-describedby")
        assert described == "phone-hint phone-fault"

    def test_every_link_of_the_summary_leads_to_a_field(self, page: Page, address: str) -> None:
        page.goto(f"{address}/form?language=en")
        page.get_by_role("button", name="Continue").click()
        links = page.get_by_role("alert").get_by_role("link")
        expect(links).to_have_count(4)
        for link in links.all():
            target = link.get_attribute("href")
            assert target
            assert page.locator(target).evaluate("e => e.tagName") == "INPUT"

    def test_switching_the_language_keeps_what_was_typed(self, page: Page, address: str) -> None:
        page.goto(f"{address}/form?language=ru")
        page.get_by_label(said("phone", "ru")).fill("8 701 123 45 67")
        page.get_by_label(said("spouse", "ru"), exact=True).check()
        page.get_by_role("button", name="Қазақша").click()
        expect(page.locator("html")).to_have_attribute("lang", "kk")
        expect(page.get_by_label(said("phone", "kk"))).to_have_value("8 701 123 45 67")
        expect(page.get_by_label(said("spouse", "kk"), exact=True)).to_be_checked()
        assert page.get_by_role("alert").count() == 0
        page.goto(f"{address}/states")
        expect(page.locator("html")).to_have_attribute("lang", "kk")

    def test_enter_in_a_field_sends_the_form_and_not_a_language(self, page: Page, address: str) -> None:
        page.goto(f"{address}/form?language=ru")
        page.get_by_label(said("phone", "ru")).press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "ru")

    def test_a_form_can_be_filled_in_with_the_keyboard_alone_and_without_script(
        self, browser: Browser, address: str
    ) -> None:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{address}/form?language=en")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
        page.keyboard.press("Enter")
        for typed in ("8 701 123 45 67", "29", "2", "1984"):
            page.keyboard.press("Tab")
            page.keyboard.type(typed)
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("екі\nжол")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#read")).to_have_text("8 701 123 45 67 1984-02-29 True екі жол")
        context.close()


def test_a_printed_page_is_black_on_white_and_has_no_buttons(page: Page, address: str) -> None:
    page.goto(f"{address}/states")
    page.emulate_media(media="print", color_scheme="dark")
    for word in page.locator(".state > .word").all():
        assert word.evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"
        assert word.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    assert not page.locator(".actions").first.is_visible()
    assert not page.locator(".languages").is_visible()
    picture(page, "look-print")
