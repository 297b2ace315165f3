"""The whole way of a family: register, link, book, be granted, hold the pass, and see the receipt proven."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.app.appointment_decide import grant_appointment
from service.app.relationship_answer import accept_relationship
from service.app.relationship_decide import confirm_relationship, verify_relationship
from service.app.relationship_see import relationships_to
from service.jobs.tasks import publish_heads
from service.web.i18n import translate
from tests.browser.faces import Faces, make_faces, sqlite_world
from tests.browser.looking import assert_accessible, picture
from tests.browser.serving import served
from tests.builders import iin
from tests.cast import Made
from tests.web.clicking import signed_in

BORN = date(1971, 5, 6)
PHONE = "+7 747 555 90 10"
PROVEN = {"kk": "Түбіртек шын", "ru": "Квитанция подлинная", "en": "The receipt is genuine"}


@pytest.fixture
def faces(sqlite_cast: Made, tmp_path: Path) -> Iterator[Faces]:
    with sqlite_world(sqlite_cast, tmp_path) as world:
        yield make_faces(world, tmp_path)


class Newcomer:
    """The father of Ерлан, who has never been here, at one browser."""

    def __init__(self, context: BrowserContext, faces: Faces, address: str, language: str, name: str) -> None:
        self.faces, self.address, self.language, self.name = faces, address, language, name
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.seen = 0
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if "Content Security" in line.text else None)

    def said(self, sentence: str, **arguments: object) -> str:
        return translate(sentence, self.language, arguments or None)

    def look(self, what: str) -> None:
        self.seen += 1
        picture(self.page, f"way-{self.seen:02}-{what}-{self.name}")

    def press(self, sentence: str) -> None:
        self.page.get_by_role("button", name=self.said(sentence), exact=True).click()

    def follow(self, sentence: str) -> None:
        self.page.get_by_role("link", name=self.said(sentence)).first.click()

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(self.said(label), exact=True).fill(text)

    def write_day(self, name: str, day: date) -> None:
        for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
            self.page.locator(f"#{name}-{part}").fill(str(value))

    def register(self) -> None:
        self.page.goto(f"{self.address}/?language={self.language}")
        self.look("welcome")
        self.follow("Sign in or register")
        self.write("Mobile phone number", PHONE)
        self.press("Send me a code")
        self.write("Code from the message", self.faces.code())
        self.press("Sign in")
        self.look("register")
        self.write("Family name", "Ахметов")
        self.write("Given name", "Серік")
        self.write_day("birth_date", BORN)
        self.page.get_by_label(self.said("IIN"), exact=True).first.check()
        self.page.locator("#iin").fill(iin(BORN, 77))
        self.page.locator("#consent").check()
        self.press("Register")
        expect(self.page.get_by_role("heading", name=self.said("My family"))).to_be_visible()
        self.look("home")

    def link(self) -> None:
        world = self.faces.world
        self.follow("Link to a convict")
        self.write("Family name of the convict", "Ахметов")
        self.write_day("convict_birth_date", world.identities["Ерлан"].birth_date)
        self.page.locator("#file_number").fill(world.file_numbers["Ерлан"])
        self.page.locator("#about").check()
        self.page.locator("#tie").select_option("parent")
        self.look("link")
        self.press("Continue")
        expect(self.page.get_by_role("heading", name=self.said("We have taken it down"))).to_be_visible()
        self.look("sent")

    def is_confirmed(self) -> None:
        """The convict agrees at the kiosk, one officer verifies, another confirms."""
        world = self.faces.world
        with world.environment.database.reading() as session:
            tie = next(
                row for row in relationships_to(session, world.people["Ерлан"], "claimed") if row.kind == "parent"
            ).id
        world.run(world.at_kiosk("Ерлан"), lambda unit: accept_relationship(unit, relationship=tie))
        basis = "туу туралы куәлік"
        world.run(
            world.as_officer("registry_officer"), lambda unit: verify_relationship(unit, relationship=tie, basis=basis)
        )
        world.run(
            world.as_officer("second_registry_officer"), lambda unit: confirm_relationship(unit, relationship=tie)
        )

    def book(self) -> str:
        self.page.goto(f"{self.address}/")
        expect(self.page.get_by_text(self.said("Possible now")).first).to_be_visible()
        self.follow("Choose a day")
        self.look("month")
        self.page.locator("a.day-cell.free").nth(3).click()
        self.page.locator("#needs summary").click()
        self.page.get_by_label(self.said("food"), exact=True).check()
        self.look("party")
        self.press("Keep the place")
        self.look("held")
        self.press("Ask for this visit")
        expect(self.page.get_by_text(self.said("Waiting for the decision"))).to_be_visible()
        expect(self.page.get_by_text(self.said("food"))).to_be_visible()
        self.look("requested")
        return self.page.url.rpartition("/")[2]

    def is_granted(self, appointment: str) -> None:
        world = self.faces.world
        world.run(
            world.as_officer("head"), lambda unit: grant_appointment(unit, appointment=appointment.replace("-", ""))
        )
        publish_heads(world.environment)

    def hold_pass(self, appointment: str) -> str:
        self.page.goto(f"{self.address}/appointments/{appointment}")
        self.look("granted")
        self.follow("Show the pass")
        self.look("pass")
        return self.read_code()

    def read_code(self) -> str:
        """What a camera reads from the screen."""
        file = Path(picture(self.page, f"way-code-{self.name}"))
        self.page.locator(".qr svg").screenshot(path=file)
        with Image.open(file) as image:
            (found,) = zxingcpp.read_barcodes(image)
        return str(found.text)

    def prove(self) -> None:
        self.follow("Receipt")
        self.look("receipt")
        self.follow("Check it in this browser")
        expect(self.page.locator("#verdict")).to_have_text(PROVEN[self.language])
        assert self.page.locator("html").get_attribute("lang") == self.language
        self.look("proven")
        assert_accessible(self.page)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_from_a_strangers_first_page_to_a_receipt_proven(
    browser: Browser, faces: Faces, language: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    with served(faces.public) as address:
        way = Newcomer(context, faces, address, language, f"{language}-{width}")
        way.register()
        way.link()
        way.is_confirmed()
        appointment = way.book()
        way.is_granted(appointment)
        assert re.fullmatch(r"KZP1:[0-9A-Z $%*+\-./:]{149}", way.hold_pass(appointment))
        way.prove()
        assert way.errors == []
    context.close()


def test_the_same_without_script_up_to_the_receipt_as_a_file(browser: Browser, faces: Faces) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    with served(faces.public) as address:
        way = Newcomer(context, faces, address, "kk", "kk-320-no-script")
        way.register()
        way.link()
        way.is_confirmed()
        appointment = way.book()
        way.is_granted(appointment)
        assert way.hold_pass(appointment).startswith("KZP1:")
        way.follow("Receipt")
        with way.page.expect_download() as started:
            way.follow("Download the receipt")
        assert started.value.suggested_filename.endswith(".tlog-proof")
    context.close()


def test_a_pass_once_opened_shows_without_a_network_and_is_forgotten_with_the_session(
    browser: Browser, faces: Faces
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800})
    with served(faces.public) as address:
        way = Newcomer(context, faces, address, "ru", "ru-320-offline")
        way.register()
        way.link()
        way.is_confirmed()
        appointment = way.book()
        way.is_granted(appointment)
        token = way.hold_pass(appointment)
        expect(way.page.locator("#kept")).to_be_visible(timeout=30_000)
        context.set_offline(True)
        way.page.reload()
        assert way.read_code() == token
        way.look("offline")
        context.set_offline(False)
        way.page.reload()
        way.press("Sign out")
        way.page.wait_for_function("async () => !(await caches.keys()).includes('kezdesu-passes-1')", timeout=30_000)
        assert way.errors == []
    context.close()


def test_the_booking_is_done_with_tab_space_and_enter_alone(browser: Browser, faces: Faces) -> None:
    session = signed_in(faces, "Айгүл", "kk").client.get_cookie("kezdesu_public")
    assert session is not None
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    with served(faces.public) as address:
        cookies = [("kezdesu_language", "kk"), ("kezdesu_public", session.value)]
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])
        page = context.new_page()
        page.goto(f"{address}/")

        def words(sentence: str) -> str:
            return translate(sentence, "kk", None)

        for wanted in (words("Choose a day"), "a.day-cell.free", words("Keep the place"), words("Ask for this visit")):
            tab_to(page, wanted)
            picture(page, f"way-tab-{page.url.count('/')}-kk-1280")
            with page.expect_navigation():
                page.keyboard.press("Enter")
        expect(page.get_by_text(words("Waiting for the decision"))).to_be_visible()
    context.close()


FOCUSED = """wanted => { const one = document.activeElement; return one && one !== document.body &&
  (wanted.includes(".") ? one.matches(wanted) : one.textContent.trim() === wanted); }"""
OUTLINED = "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until what is wanted has the focus, and sees that the focus can be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, wanted):
            assert page.evaluate(OUTLINED), f"the focus on {wanted} cannot be seen"
            return
    raise AssertionError(f"Tab never reaches {wanted!r} on {page.url}")
