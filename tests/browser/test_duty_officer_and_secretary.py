"""A duty officer's and a commission secretary's day in a real browser, in three languages, every page looked at."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.app.convict_enter import enter_file
from service.app.rehearse import review_now
from service.store.tables import CommissionDecision, ReviewFlag
from tests.app.booking import granted
from tests.app.registers import as_csv, line
from tests.app.rows import rows
from tests.app.test_convict import TODAY
from tests.browser.faces import Addresses, make_faces, served_faces, sqlite_world
from tests.browser.test_families_and_gate import Walk
from tests.cast import Made
from tests.web.clicking import dashed


@pytest.fixture
def at(sqlite_cast: Made, tmp_path: Path) -> Iterator[Addresses]:
    """Every face of a copy of the cast, served."""
    with sqlite_world(sqlite_cast, tmp_path) as world, served_faces(make_faces(world, tmp_path)) as addresses:
        yield addresses


class Desk(Walk):
    """An officer at the desk."""

    def open(self, page: Page, path: str, name: str) -> None:
        page.goto(f"{self.at.staff}{path}")
        self.look(page, name)

    def day(self, page: Page, field: str, day: int, month: int, year: int = 2026) -> None:
        """Types a day into its three fields."""
        for part, value in (("day", day), ("month", month), ("year", year)):
            page.locator(f"#{field}-{part}").fill(str(value))

    def save(self, page: Page, name: str) -> None:
        """Looks at what a change touches, and saves it."""
        page.get_by_role("button", name=self.said("See what this changes")).click()
        self.look(page, f"{name}-preview")
        page.get_by_role("button", name=self.said("Save"), exact=True).click()


@pytest.mark.parametrize(("language", "width"), [("kk", 1280), ("ru", 390), ("en", 1280)])
def test_the_duty_officers_day(browser: Browser, at: Addresses, language: str, width: int) -> None:
    world = at.faces.world
    granted(world)
    walk = Desk(browser, at, language, width)
    with walk.browsing() as page:
        walk.sign_in_officer(page, "duty_officer")
        walk.open(page, "/board", "board")
        walk.open(page, "/board?from=2026-03-09", "board-next-week")
        expect(page.get_by_text("Ахметов Ерлан Серікұлы").first).to_be_visible()
        for name in ("today", "rooms", "journal", "figures"):
            walk.open(page, f"/lists/{name}", f"list-{name}")
        walk.open(page, "/timetable", "timetable")
        page.get_by_role("link", name=walk.said("Close days"), exact=True).click()
        walk.day(page, "first", 14, 3)
        walk.day(page, "last", 14, 3)
        page.get_by_label(walk.said("Why, in words that families read")).fill("жөндеу · ремонт")
        walk.save(page, "block")
        walk.open(page, "/timetable/session", "session")
        walk.open(page, "/timetable/pause", "pause")
        walk.open(page, "/flags", "flags")
        page.get_by_role("link", name=walk.said("Settle"), exact=True).click()
        walk.look(page, "settle")
        page.get_by_label(walk.said("It is moved")).check()
        page.locator("#time").select_option(index=3)
        page.get_by_role("button", name=walk.said("Settle"), exact=True).click()
        expect(page.get_by_text(walk.said("Everything fits."))).to_be_visible()
        walk.open(page, "/convicts", "convicts")
    assert [one.outcome for one in rows(world, ReviewFlag)] == ["moved"]
    assert walk.errors == []


@pytest.mark.parametrize(("language", "width"), [("kk", 390), ("ru", 1280), ("en", 390)])
def test_the_secretarys_day(browser: Browser, at: Addresses, language: str, width: int) -> None:
    world = at.faces.world
    convict = world.people["Олег"]
    world.run(
        world.as_officer("head"),
        lambda unit: enter_file(
            unit, convict=convict, kind="penalty", value="isolator:malicious", since=TODAY, paper="№ 3"
        ),
    )
    walk = Desk(browser, at, language, width)
    with walk.browsing() as page:
        walk.sign_in_officer(page, "commission_secretary")
        walk.open(page, "/convicts", "secretary-convicts")
        page.get_by_label(walk.said("Part of a name or of the file's number")).fill("ким")
        page.get_by_role("button", name=walk.said("Find")).click()
        page.get_by_role("link", name="Ким Олег Викторович").click()
        walk.look(page, "file")
        page.get_by_role("link", name=walk.said("Illness that bears on visits"), exact=True).click()
        page.locator("#value").select_option("tuberculosis")
        page.get_by_label(walk.said("Number of the paper")).fill("анықтама № 4")
        walk.save(page, "illness")
        page.get_by_role("link", name=walk.said("Decision on the condition"), exact=True).click()
        walk.look(page, "decide")
        page.locator("#value").select_option("strict")
        page.get_by_label(walk.said("Decided beside the facts")).check()
        page.get_by_label(walk.said("Number of the minutes")).fill("№ 12")
        page.get_by_label(walk.said("Who sat, one name a line")).fill("Сейтқали Мұрат\nИванова Анна\nКим Виктор")
        page.get_by_label(walk.said("Why not as the facts say")).fill("Сот қаулысы.")
        walk.save(page, "decision")
        expect(page.get_by_text("Сейтқали Мұрат, Иванова Анна, Ким Виктор")).to_be_visible()
        walk.look(page, "decided")
    (decision,) = rows(world, CommissionDecision)
    assert (decision.outcome, decision.proposed) == ("beside", "strict")
    assert walk.errors == []


@pytest.mark.parametrize(("language", "width"), [("kk", 1280), ("ru", 390)])
def test_the_registry_brings_a_register_and_sees_somebody_off(
    browser: Browser, at: Addresses, tmp_path: Path, language: str, width: int
) -> None:
    world = at.faces.world
    booked = granted(world)
    broken, whole = tmp_path / "broken.csv", tmp_path / "whole.csv"
    broken.write_bytes(as_csv([line(1), line(2, ИИН="123")], "kz1048"))
    whole.write_bytes(as_csv([line(number) for number in range(1, 30)], "kz1048"))
    walk = Desk(browser, at, language, width)
    with walk.browsing() as page:
        walk.sign_in_officer(page, "registry_officer")
        walk.open(page, "/convicts/import", "import")
        for file, name in ((broken, "import-faults"), (whole, "import-checked")):
            page.locator("#file").set_input_files(file)
            page.get_by_role("button", name=walk.said("Check")).click()
            walk.look(page, name)
        page.locator("#file").set_input_files(whole)
        page.get_by_role("button", name=walk.said("Import"), exact=True).click()
        expect(page.locator(".answer.granted")).to_contain_text(re.compile("29"))
        walk.look(page, "imported")
        walk.open(page, "/convicts/admit", "admit")
        file = f"/convicts/{dashed(world.people['Ерлан'])}"
        walk.open(page, f"{file}/contact", "contact")
        walk.open(page, f"{file}/leave", "leave")
        walk.open(page, f"{file}/quarantine", "quarantine")
        walk.open(page, f"{file}/transfer", "transfer")
        page.locator("#institution").select_option("la-155-14")
        page.get_by_label(walk.said("Number of the paper")).fill("наряд № 5")
        walk.save(page, "transfer")
    review_now(world.environment, [booked.appointment])
    assert [one.code for one in rows(world, ReviewFlag)] == ["ground-transfer"]
    assert walk.errors == []
