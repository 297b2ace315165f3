"""The gate's own screen in a real browser: the bridge serves it, and nothing else is there."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from firmware_bridge.screen.words import WORDS, Speech
from tests.bridge.cast import OUT
from tests.bridge.screen_stage import NAMES, PINS, Stage, stage
from tests.browser.looking import assert_accessible, picture
from tests.browser.test_the_look import SMALL_TARGETS, SMALL_TEXT, TOO_WIDE

expect.set_options(timeout=60_000)

VISIBLE = """() => { const box = document.querySelector(".two .yes").getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight }"""


@contextmanager
def opened(browser: Browser, here: Stage, width: int = 1280, *, script: bool = True) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page = context.new_page()
    outside: list[str] = []
    errors: list[str] = []
    page.on(
        "request", lambda request: outside.append(request.url) if not request.url.startswith(here.address) else None
    )
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert outside == []
    assert errors == []


def signed_in(page: Page, here: Stage, language: str = "kk") -> Speech:
    speech = Speech(language)
    page.goto(f"{here.address}/language?to={language}")
    page.get_by_role("link", name=speech("sign-in")).click()
    page.get_by_label(speech("officer")).select_option("officer-1")
    page.get_by_label(speech("pin")).fill(PINS["officer-1"])
    page.get_by_role("button", name=speech("sign-in")).click()
    expect(page.get_by_text("Ә. Досжанов")).to_be_visible()
    return speech


def looked_at(page: Page, name: str) -> None:
    picture(page, name)
    assert page.evaluate(TOO_WIDE) <= 0, f"{name} scrolls sideways"
    assert page.evaluate(SMALL_TARGETS) == [], name
    assert page.evaluate(SMALL_TEXT) == [], name
    assert_accessible(page)


@pytest.mark.parametrize(
    ("language", "width"), [("kk", 360), ("kk", 1280), ("ru", 360), ("ru", 768), ("ru", 1280), ("en", 1280)]
)
def test_every_state_of_the_screen_is_whole_and_accessible(browser: Browser, language: str, width: int) -> None:
    with stage(visitors=40) as here, opened(browser, here, width) as page:
        page.goto(f"{here.address}/language?to={language}")
        looked_at(page, f"gate-nobody-{language}-{width}")
        page.goto(f"{here.address}/sign-in")
        looked_at(page, f"gate-sign-in-{language}-{width}")
        speech = signed_in(page, here, language)
        looked_at(page, f"gate-idle-{language}-{width}")
        here.scan(0)
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("may-enter"))
        assert page.evaluate(VISIBLE) or width < 1280, "on a desk nobody scrolls to let somebody in"
        looked_at(page, f"gate-ask-{language}-{width}")
        page.get_by_role("link", name=speech("refuse")).click()
        looked_at(page, f"gate-why-not-{language}-{width}")
        page.goto(here.address)
        here.scan(1)
        here.scan(0, OUT)
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("left"))
        looked_at(page, f"gate-left-{language}-{width}")
        here.gatehouse.decide(OUT, "NO PASS AT ALL")
        here.clock.moved(61)
        here.scan(1)
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("do-not-let-in"))
        expect(page.get_by_text(speech.reason("already-inside"))).to_be_visible()
        looked_at(page, f"gate-refused-{language}-{width}")
        page.goto(f"{here.address}/by-hand")
        looked_at(page, f"gate-by-hand-{language}-{width}")
        here.clock.moved(5 * 3600)
        page.goto(here.address)
        expect(page.get_by_text(speech("list-old"))).to_be_visible()
        looked_at(page, f"gate-old-list-{language}-{width}")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_by_night_as_by_day(browser: Browser, scheme: str) -> None:
    with stage() as here:
        context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
        page = context.new_page()
        signed_in(page, here, "ru")
        here.scan(0)
        page.reload()
        looked_at(page, f"gate-ask-ru-{scheme}")
        context.close()


def test_a_scan_fills_the_screen_by_itself_and_enter_lets_in(browser: Browser) -> None:
    with stage() as here, opened(browser, here) as page:
        speech = signed_in(page, here)
        here.scan(0)
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("may-enter"))
        expect(page.locator(".who .name")).to_have_text(NAMES[0])
        photo = page.get_by_role("img", name=f"{speech('photo')}: {NAMES[0]}")
        expect(photo).to_be_visible()
        expect(photo).to_have_js_property("naturalWidth", 240)
        page.wait_for_timeout(800)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("let-in"))
        assert here.last() | {"at": ""} == {
            "kind": "compared", "at": "", "gate": "gate-hall", "of": 2, "matched": True, "ground": None,
            "officer": "officer-1", "pass": "00" * 16,
        }  # fmt: skip
        expect(page.get_by_role("heading", name=speech("inside", count=1))).to_be_visible()


def test_esc_asks_why_not_and_who_is_turned_away_is_not_inside(browser: Browser) -> None:
    with stage() as here, opened(browser, here) as page:
        speech = signed_in(page, here, "ru")
        here.scan(0)
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("may-enter"))
        page.wait_for_timeout(800)
        page.keyboard.press("Escape")
        expect(page.get_by_role("radio").first).to_be_focused()
        page.get_by_label("В состоянии опьянения").check()
        page.get_by_role("button", name=speech("refuse-short")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("turned-away"))
        assert (here.last()["matched"], here.last()["ground"]) == (False, "intoxicated")
        assert here.gatehouse.inside == 0


def test_the_next_scan_hides_nobody_who_was_not_compared(browser: Browser) -> None:
    with stage() as here, opened(browser, here) as page:
        speech = signed_in(page, here)
        here.scan(0)
        here.scan(1)
        expect(page.get_by_role("heading", name=speech("waiting"))).to_be_visible()
        line = page.get_by_role("listitem").filter(has=page.get_by_role("button", name=speech("admit-short")))
        expect(line).to_contain_text(NAMES[0])
        line.get_by_role("button").click()
        expect(page.get_by_role("heading", name=speech("waiting"))).to_have_count(0)
        assert here.last()["of"] == 2


def test_two_officers_let_somebody_through_by_hand(browser: Browser) -> None:
    with stage() as here, opened(browser, here, 360) as page:
        speech = signed_in(page, here)
        page.get_by_role("link", name=speech("by-hand")).click()
        page.get_by_label(speech("ground")).select_option("paper-list")
        page.get_by_label(speech("first-pin")).fill(PINS["officer-1"])
        page.get_by_label(speech("second-officer")).select_option("officer-2")
        page.get_by_label(speech("second-pin")).fill("0000")
        page.get_by_role("button", name=speech("release")).click()
        expect(page.get_by_role("alert")).to_have_text(speech.fault("wrong-pin"))
        expect(page.get_by_label(speech("ground"))).to_have_value("paper-list")
        assert here.relay.outgoing(0.0) == b""
        page.get_by_label(speech("first-pin")).fill(PINS["officer-1"])
        page.get_by_label(speech("second-pin")).fill(PINS["officer-2"])
        page.get_by_role("button", name=speech("release")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("№")
        assert here.kinds() == ["start", "release-refused", "release", "door"]
        assert here.relay.outgoing(0.0) != b""


def test_without_script_the_screen_opens_itself_again_and_everything_can_be_done(browser: Browser) -> None:
    with stage() as here, opened(browser, here, script=False) as page:
        speech = signed_in(page, here, "ru")
        here.scan(0)
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("may-enter"), timeout=30_000)
        page.get_by_role("button", name=speech("admit")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(speech("let-in"), timeout=30_000)


def test_when_the_bridge_is_gone_the_screen_says_that_it_is_old(browser: Browser) -> None:
    with stage() as here:
        context = browser.new_context()
        page = context.new_page()
        page.goto(here.address)
        expect(page.locator(".lost")).to_be_hidden()
        context.set_offline(True)
        expect(page.get_by_text(WORDS["no-bridge"][0])).to_be_visible(timeout=30_000)
        context.set_offline(False)
        expect(page.locator(".lost")).to_be_hidden(timeout=30_000)
        context.close()


def test_a_scan_between_the_making_of_the_page_and_its_first_question_is_seen(browser: Browser) -> None:
    with stage() as here, opened(browser, here) as page:
        questions: list[str] = []

        def held(route: Route) -> None:
            """The page's own questions wait until somebody has been let through."""
            if route.request.resource_type == "fetch":
                if not questions:
                    here.scan(0)
                questions.append(route.request.url)
            route.continue_()

        page.route("**/*", held)
        page.goto(here.address)
        expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["may-enter"][0])
        assert questions, "the page asked, and opened itself again"
