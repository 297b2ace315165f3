"""One long visit in real browsers: a code from the inbox, a booking, a decision, a pass read by a camera, a gate."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from service.app.pass_show import list_passes
from service.app.scan_take import Reading, take_scan
from service.jobs.tasks import publish_heads
from service.web.i18n import translate
from tests.browser.faces import Addresses, make_faces, served_faces, sqlite_world
from tests.browser.looking import assert_accessible, picture
from tests.browser.test_the_look import LONG_LINES, SMALL_TARGETS, SMALL_TEXT, TOO_WIDE
from tests.builders import PASSWORD
from tests.cast import MEDIUM, Made

MOTHER = "8 701 555 01 01"


@pytest.fixture
def at(sqlite_cast: Made, tmp_path: Path) -> Iterator[Addresses]:
    """Every face of a copy of the cast, served."""
    with sqlite_world(sqlite_cast, tmp_path) as world, served_faces(make_faces(world, tmp_path)) as addresses:
        yield addresses


class Walk:
    """The people of one walk, each at a browser of their own, in one language."""

    def __init__(self, browser: Browser, at: Addresses, language: str, width: int, script: bool = True) -> None:
        self.browser, self.at, self.language, self.width, self.script = browser, at, language, width, script
        self.seen: list[str] = []
        self.errors: list[str] = []

    def said(self, sentence: str, **arguments: object) -> str:
        return translate(sentence, self.language, arguments or None)

    @contextmanager
    def browsing(self) -> Iterator[Page]:
        """A page the width of this walk; errors of its scripts and refused content fail the test."""
        context = self.browser.new_context(
            viewport={"width": self.width, "height": 800}, java_script_enabled=self.script, locale="kk-KZ"
        )
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if "Content Security" in line.text else None)
        yield page
        context.close()

    def look(self, page: Page, name: str) -> None:
        """Keep a picture, and hold what every page must hold."""
        self.seen.append(name)
        script = "" if self.script else "-no-script"
        picture(page, f"faces-{len(self.seen):02}-{name}-{self.language}-{self.width}{script}")
        if not self.script:
            return
        assert page.locator("html").get_attribute("lang") == self.language
        assert page.evaluate(TOO_WIDE) <= 0, f"{name} scrolls sideways"
        assert page.evaluate(SMALL_TARGETS) == [], name
        assert page.evaluate(SMALL_TEXT) == [], name
        assert page.evaluate(LONG_LINES) == 0, f"{name} has lines over 70 characters"
        assert_accessible(page)

    def sign_in_mother(self, page: Page) -> None:
        page.goto(f"{self.at.public}/?language={self.language}")
        self.look(page, "welcome")
        page.get_by_role("link", name=self.said("Sign in or register")).click()
        page.get_by_label(self.said("Mobile phone number")).fill(MOTHER)
        self.look(page, "sign-in")
        page.get_by_role("button", name=self.said("Send me a code")).click()
        with self.browsing() as inbox:
            inbox.goto(f"{self.at.inbox}/?language={self.language}")
            self.look(inbox, "inbox")
            found = re.search(r"\b\d{6}\b", inbox.locator(".message").first.inner_text())
        assert found is not None
        page.get_by_label(self.said("Code from the message")).fill(found[0])
        self.look(page, "code")
        page.get_by_role("button", name=self.said("Sign in"), exact=True).click()

    def sign_in_officer(self, page: Page, role: str) -> None:
        page.goto(f"{self.at.staff}/sign-in?language={self.language}")
        page.get_by_label(self.said("Login")).fill(f"{role.replace('_', '.')}@{MEDIUM}")
        page.get_by_label(self.said("Password")).fill(PASSWORD)
        self.look(page, f"sign-in-{role}")
        page.get_by_role("button", name=self.said("Sign in"), exact=True).click()

    def book(self, page: Page) -> str:
        """Books a long visit on the fourth free day; answers the appointment's id."""
        self.look(page, "home")
        expect(page.get_by_text(self.said("Possible now")).first).to_be_visible()
        expect(page.get_by_text("136").first).to_be_visible()
        page.get_by_role("link", name=self.said("Choose a day")).first.click()
        self.look(page, "month")
        page.locator("a.day-cell").nth(3).click()
        self.look(page, "party")
        page.get_by_role("button", name=self.said("Keep the place")).click()
        self.look(page, "held")
        if self.script:
            expect(page.locator("#hold-left")).to_contain_text(re.compile(r"1[45]:\d\d"))
        page.get_by_role("button", name=self.said("Ask for this visit")).click()
        expect(page.get_by_text(self.said("Waiting for the decision"))).to_be_visible()
        self.look(page, "requested")
        return page.url.rpartition("/")[2]

    def grant(self, page: Page) -> None:
        self.look(page, "requests")
        page.locator("tbody th a").click()
        self.look(page, "request")
        page.get_by_role("button", name=self.said("Grant"), exact=True).click()
        expect(page.get_by_text(self.said("No request waits."))).to_be_visible()
        for place in ("relations", "flags", "disputes", "workplace"):
            page.goto(f"{self.at.staff}/{place}")
            self.look(page, place)
        page.goto(f"{self.at.staff}/relations")
        page.locator("tbody th a").first.click()
        self.look(page, "tie")

    def read_pass(self, page: Page, appointment: str) -> str:
        """What a camera reads from the screen of the phone."""
        page.goto(f"{self.at.public}/appointments/{appointment}")
        self.look(page, "granted")
        page.get_by_role("link", name=self.said("Show the pass")).click()
        self.look(page, "pass")
        shot = page.locator(".qr svg").screenshot()
        file = Path(picture(page, f"faces-qr-{self.language}-{self.width}")).with_suffix(".code.png")
        file.write_bytes(shot)
        with Image.open(file) as image:
            (found,) = zxingcpp.read_barcodes(image)
        return str(found.text)

    def at_gate(self, page: Page, appointment: str, token: str) -> None:
        world = self.at.faces.world
        self.look(page, "gate-ready")
        (shown,) = list_passes(world.environment, world.as_relative("Айгүл"), appointment.replace("-", ""))
        assert shown.token == token
        world.clock.set(shown.row.not_before + timedelta(minutes=5))
        page.goto(f"{self.at.staff}/sign-in")  # three days have passed: nobody is signed in any more
        self.sign_in_officer(page, "gate_officer")
        expect(page.get_by_text(self.said("Ready for the next pass"))).to_be_visible()
        reading = Reading(world.gates[MEDIUM], 1, token, "entry", world.clock())
        world.run(world.bridge(MEDIUM), lambda unit: take_scan(unit, reading))
        if not self.script:
            page.reload()
        expect(page.get_by_text(self.said("May enter"))).to_be_visible(timeout=15_000)
        expect(page.locator(".who .name")).to_have_text("Ахметова Айгүл")
        self.look(page, "gate-may-enter")
        if self.script:
            page.wait_for_function("() => performance.now() > 800")
            page.keyboard.press("Enter")
        else:
            page.get_by_role("button", name=self.said("Admit (Enter)")).click()
        expect(page.get_by_role("heading", name=self.said("Let in"))).to_be_visible()
        expect(page.get_by_text(self.said("Inside: {count}", count=1))).to_be_visible()
        self.look(page, "gate-let-in")

    def whole(self) -> None:
        with self.browsing() as mother, self.browsing() as head, self.browsing() as gate:
            self.sign_in_mother(mother)
            appointment = self.book(mother)
            self.sign_in_officer(head, "head")
            self.grant(head)
            token = self.read_pass(mother, appointment)
            for place in ("appointments", "help", "help/complain", "help/consent", "convicts/link"):
                mother.goto(f"{self.at.public}/{place}")
                self.look(mother, place.replace("/", "-"))
            publish_heads(self.at.faces.world.environment)
            for place in ("move", "cancel", "wrong", "receipt"):
                mother.goto(f"{self.at.public}/appointments/{appointment}/{place}")
                self.look(mother, place)
            self.sign_in_officer(gate, "gate_officer")
            self.at_gate(gate, appointment, token)
        assert self.errors == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_from_a_code_in_the_inbox_to_an_open_gate(browser: Browser, at: Addresses, language: str, width: int) -> None:
    Walk(browser, at, language, width).whole()


def test_the_same_without_script(browser: Browser, at: Addresses) -> None:
    Walk(browser, at, "kk", 320, script=False).whole()


def test_registering_and_linking_can_be_read_and_heard(browser: Browser, at: Addresses) -> None:
    for language in ("kk", "ru", "en"):
        walk = Walk(browser, at, language, 320)
        with walk.browsing() as page:
            page.goto(f"{at.public}/sign-in?language={language}")
            page.get_by_label(walk.said("Mobile phone number")).fill(f"+7 747 555 09 0{len(language + 'x')}")
            page.locator("main button").click()
            page.get_by_label(walk.said("Code from the message")).fill(at.faces.code())
            page.get_by_role("button", name=walk.said("Sign in"), exact=True).click()
            walk.look(page, "register")
            page.get_by_role("button", name=walk.said("Register")).click()
            expect(page.get_by_role("alert")).to_be_focused()
            walk.look(page, "register-faults")


def test_esc_says_that_it_is_somebody_else(browser: Browser, at: Addresses) -> None:
    walk, world = Walk(browser, at, "ru", 1280), at.faces.world
    with walk.browsing() as mother, walk.browsing() as head, walk.browsing() as gate:
        walk.sign_in_mother(mother)
        appointment = walk.book(mother)
        walk.sign_in_officer(head, "head")
        head.get_by_role("button", name=walk.said("Grant"), exact=True).click()
        expect(head.get_by_text(walk.said("No request waits."))).to_be_visible()
        (shown,) = list_passes(world.environment, world.as_relative("Айгүл"), appointment.replace("-", ""))
        world.clock.set(shown.row.not_before + timedelta(minutes=5))
        # How long the screen has stood is told to the page, so that a slow machine sees the same: 0.1 s, later 1 s.
        gate.add_init_script("performance.now = () => (window.name === 'rested' ? 1000 : 100)")
        walk.sign_in_officer(gate, "gate_officer")
        expect(gate.get_by_text(walk.said("Ready for the next pass"))).to_be_visible()
        reading = Reading(world.gates[MEDIUM], 1, shown.token, "entry", world.clock())
        world.run(world.bridge(MEDIUM), lambda unit: take_scan(unit, reading))
        expect(gate.get_by_text(walk.said("May enter"))).to_be_visible(timeout=60_000)
        gate.keyboard.press("Escape")  # too soon after the screen changed: meant for the person before
        expect(gate.get_by_text(walk.said("May enter"))).to_be_visible()
        gate.evaluate("window.name = 'rested'")
        expect(gate.get_by_text(walk.said("May enter"))).to_be_visible()
        gate.keyboard.press("Escape")
        expect(gate.get_by_text(walk.said("Inside: {count}", count=0))).to_be_visible()
        expect(gate.get_by_text(walk.said("Ready for the next pass"))).to_be_visible()
