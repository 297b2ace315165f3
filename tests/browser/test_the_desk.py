"""The day of everybody at the desk, in real browsers: registry, duty officer, secretary, head, administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.gateways.registry import LocalRegistry
from service.jobs.registry_asking import RegistryAsker
from service.web.i18n import translate
from tests.browser.faces import Addresses, make_faces, served_faces, sqlite_world
from tests.browser.looking import assert_accessible, picture
from tests.browser.test_the_look import LONG_LINES, SMALL_TARGETS, SMALL_TEXT, TOO_WIDE
from tests.builders import iin
from tests.cast import MEDIUM, Made
from tests.web.api.v1.callers import Face
from tests.web.clicking import dashed


@pytest.fixture
def at(sqlite_cast: Made, tmp_path: Path) -> Iterator[Addresses]:
    """Every face of a copy of the cast, served; a mother's request waits."""
    with sqlite_world(sqlite_cast, tmp_path) as world:
        mother = world.as_relative("Айгүл")
        held = world.run(
            mother,
            lambda unit: hold_place(
                unit,
                convict=world.people["Ерлан"],
                relationships=[world.relations["Айгүл", "Ерлан"]],
                template=world.templates[MEDIUM, "long"],
                day=date(2026, 3, 19),
                wish=Wish("long"),
            ),
        )
        world.run(mother, lambda unit: request_appointment(unit, appointment=held.appointment))
        with served_faces(make_faces(world, tmp_path)) as addresses:
            yield addresses


class Day:
    """The officers of one day, each at a browser of their own, in one language."""

    def __init__(self, browser: Browser, at: Addresses, language: str, width: int) -> None:
        self.browser, self.at, self.language, self.width = browser, at, language, width
        self.world, self.errors, self.seen = at.faces.world, list[str](), 0

    def said(self, sentence: str, **arguments: object) -> str:
        return translate(sentence, self.language, arguments or None)

    @contextmanager
    def desk(self, role: str) -> Iterator[Page]:
        """A page of an officer who has signed in."""
        context = self.browser.new_context(viewport={"width": self.width, "height": 900})
        token = Face(self.world).session("officer", self.world.as_officer(role).id)
        context.add_cookies([{"name": "kezdesu_staff", "value": token, "url": self.at.staff}])
        context.add_cookies([{"name": "kezdesu_language", "value": self.language, "url": self.at.staff}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if "Content Security" in line.text else None)
        yield page
        context.close()

    def open(self, page: Page, path: str) -> None:
        page.goto(f"{self.at.staff}{path}")
        self.look(page, path.strip("/").split("/")[0])

    def look(self, page: Page, name: str) -> None:
        """Keep a picture, and hold what every page must hold."""
        self.seen += 1
        picture(page, f"desk-{self.seen:02}-{name}-{self.language}-{self.width}")
        assert page.locator("html").get_attribute("lang") == self.language
        assert page.evaluate(TOO_WIDE) <= 0, f"{name} scrolls sideways"
        assert page.evaluate(SMALL_TARGETS) == [], name
        assert page.evaluate(SMALL_TEXT) == [], name
        assert page.evaluate(LONG_LINES) == 0, f"{name} has lines over 70 characters"
        assert_accessible(page)

    def press(self, page: Page, word: str) -> None:
        page.get_by_role("button", name=self.said(word), exact=True).first.click()

    def key(self, page: Page, key: str) -> None:
        """A key, once the page is old enough to take it."""
        page.wait_for_function("() => performance.now() > 800")
        page.keyboard.press(key)

    def registry(self) -> None:
        tie = dashed(self.world.relations["Болат", "Ерлан"])
        with self.desk("registry_officer") as page:
            self.open(page, "/relations")
            self.key(page, "F2")
            expect(page.get_by_role("heading", name=self.said("Checks already made"))).to_be_visible()
            self.open(page, f"/relations/{tie}")
            self.press(page, "Ask the civil registry")
            self.look(page, "being-asked")
            RegistryAsker(LocalRegistry(Path("/nonexistent"))).turn(self.world.environment)
            page.reload()
            expect(page.get_by_text(self.said("The civil registry has the same"))).to_be_visible()
            page.get_by_label(self.said("Why you need the whole number")).fill("№ 14")
            self.press(page, "Show the whole number")
            expect(page.get_by_text(str(self.world.identities["Болат"].iin))).to_be_visible()
            self.look(page, "number")
            page.goto(f"{self.at.staff}/relations/{tie}")
            page.get_by_label(self.said("Number of the signed paper")).fill("№ 15")
            self.press(page, "The convict agrees")
            page.goto(f"{self.at.staff}/relations/{tie}")
            page.get_by_label(self.said("Which papers you have seen")).fill("жеке куәлік")
            self.look(page, "verify")
            self.key(page, "F8")
            expect(page.get_by_role("heading", name=self.said("Ties"))).to_be_visible()
            for path in ("/exceptions", "/exceptions/merge", "/exceptions/reopening", "/keys"):
                self.open(page, path)
        with self.desk("second_registry_officer") as page:
            page.goto(f"{self.at.staff}/relations/{tie}")
            self.look(page, "confirm")
            self.key(page, "F8")
            expect(page.get_by_role("heading", name=self.said("Ties"))).to_be_visible()

    def asking(self) -> None:
        with self.desk("duty_officer") as page:
            self.open(page, "/requests")
            self.open(page, "/late")
            self.open(page, "/exceptions/new")
            self.press(page, "Ask for it")
            self.look(page, "faults")
            page.get_by_label(self.said("Number of the convict's file")).fill(self.world.file_numbers["Ерлан"])
            page.locator("#kind").select_option("interval-before")
            page.locator("#appointment_kind").select_option("short")
            page.locator("#ground").select_option("grave-illness")
            page.get_by_label(self.said("Article"), exact=True).fill("PEC 106")
            page.get_by_label(self.said("Why, in your words")).fill("мать больна")
            for part, value in (("day", "1"), ("month", "4"), ("year", "2026")):
                page.locator(f"#usable_until-{part}").fill(value)
            self.press(page, "Ask for it")
            expect(page.get_by_text(self.said("waits for another officer"))).to_be_visible()
            assert page.get_by_role("button", name=self.said("Approve")).count() == 0
        with self.desk("commission_secretary") as page:
            self.open(page, "/exceptions")
            self.open(page, "/exceptions/new")

    def accounts(self) -> None:
        with self.desk("account_administrator") as page:
            self.open(page, "/officers")
            page.get_by_role("link", name=self.said("Appoint an officer")).click()
            self.look(page, "appoint")
            for label, value in (
                ("Family name", "Жаңа"),
                ("Given name", "Қызметкер"),
                ("IIN", iin(date(1990, 1, 1), 7001)),
                ("Employee number", "7001"),
                ("Login", "new.officer"),
            ):
                page.get_by_label(self.said(label), exact=True).fill(value)
            for part, typed in (("day", "1"), ("month", "1"), ("year", "1990")):
                page.locator(f"#birth_date-{part}").fill(typed)
            self.press(page, "Appoint")
            self.look(page, "invitation")
            page.goto(f"{self.at.staff}/officers")
            page.get_by_role("link", name="Жаңа Қызметкер").click()
            page.locator("#role").select_option("gate_officer")
            self.press(page, "Ask for this role")
            self.look(page, "asked-role")
            assert page.get_by_role("button", name=self.said("Give this role")).count() == 0
            answer = page.goto(f"{self.at.staff}/requests")
            assert answer is not None
            assert answer.status == 403

    def head(self) -> None:
        with self.desk("head") as page:
            self.open(page, "/requests")
            self.key(page, "F2")
            self.look(page, "request")
            self.key(page, "F9")
            expect(page.locator("#ground")).to_be_focused()
            page.reload()
            self.key(page, "F8")
            expect(page.get_by_text(self.said("No request waits."))).to_be_visible()
            self.open(page, "/exceptions")
            self.press(page, "Approve")
            expect(page.get_by_text(self.said("You have approved {count} of {most} this month.", count=1, most=20)))
            self.look(page, "approved")
            page.goto(f"{self.at.staff}/officers")
            page.get_by_role("link", name="Жаңа Қызметкер").click()
            self.press(page, "Give this role")
            self.look(page, "given-role")

    def whole(self) -> None:
        self.registry()
        self.asking()
        self.accounts()
        self.head()
        assert self.errors == []


@pytest.mark.parametrize(("language", "width"), [("kk", 320), ("ru", 1280), ("en", 320), ("kk", 1280)])
def test_the_day_of_everybody_at_the_desk(browser: Browser, at: Addresses, language: str, width: int) -> None:
    Day(browser, at, language, width).whole()


def test_the_keys_can_be_switched_off_and_leave_typing_alone(browser: Browser, at: Addresses) -> None:
    day = Day(browser, at, "ru", 1280)
    with day.desk("head") as page:
        page.goto(f"{at.staff}/keys")
        page.get_by_label(day.said("Use function keys on this computer")).uncheck()
        page.goto(f"{at.staff}/requests")
        day.key(page, "F2")
        expect(page).to_have_url(f"{at.staff}/requests")
        page.goto(f"{at.staff}/keys")
        page.get_by_label(day.said("Use function keys on this computer")).check()
        page.goto(f"{at.staff}/requests")
        day.key(page, "Control+F2")  # never with another key
        expect(page).to_have_url(f"{at.staff}/requests")
        day.key(page, "F2")
        expect(page.get_by_role("heading", name=day.said("Checks already made"))).to_be_visible()
