"""A day of an auditor in a real browser: every page, in three languages, on a small screen and a large one."""

import base64
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import Browser, Page, expect

from service.app.appointment_decide import refuse_appointment
from service.app.checkpoint_publish import publish_checkpoint
from service.app.dispute_raise import raise_dispute
from service.app.letter_seal import add_oversight_key, keep_letter
from service.app.reconcile_day import reconcile_day
from service.domain.access import Actor
from service.leads.lead import Lead
from service.store.columns import of
from service.store.tables import Appointment, Log
from service.web import oversight
from service.web.i18n import translate
from tests.app.booking import hold, request
from tests.app.test_reconcile import BEGINS, DAY, morning
from tests.browser.faces import SETTINGS, sqlite_world
from tests.browser.looking import assert_accessible, picture
from tests.browser.serving import served
from tests.browser.test_the_look import SMALL_TARGETS, SMALL_TEXT, TOO_WIDE
from tests.builders import CONSOLE, PASSWORD
from tests.cast import MEDIUM, Made, World
from tests.cli.test_letter import INFO, SUITE, kezdesu

PAGES = (
    "now", "late", "refusals", "exceptions", "reconciliation", "disputes", "recordings", "letters", "leads", "openings",
    "institution", "statistics",
)  # fmt: skip
PRIVATE = X25519PrivateKey.from_private_bytes(b"7" * 32)
LETTER = "Свиданий не дают с мая."
NIGHT = Actor("system", "reconcile")


def happened(world: World) -> None:
    """Something on every page: a refusal, a request left lying, a visit, its gate, a dispute, a letter, a question."""
    head, olegs = world.as_officer("head"), {"who": "Гульзат", "convict": "Олег"}
    held = hold(world, **olegs, day=date(2026, 4, 19))
    request(world, held, "Гульзат")
    world.run(
        head,
        lambda unit: refuse_appointment(
            unit, appointment=held.appointment, ground="ground-emergency", words="Карантин в учреждении"
        ),
    )
    request(world, hold(world, **olegs, day=date(2026, 4, 20)), "Гульзат")
    public = PRIVATE.public_key().public_bytes_raw().hex()
    key = world.run(CONSOLE, lambda unit: add_oversight_key(unit, body="prosecutor", public_key=public))
    sealed = base64.b64encode(SUITE.encrypt(LETTER.encode(), PRIVATE.public_key(), info=INFO)).decode()
    world.run(
        world.at_kiosk("Ерлан"),
        lambda unit: keep_letter(unit, key=key, sealed=sealed, sequence=1, asked_at=world.clock.now),
    )
    gate, text = morning(world)
    gate.beat(9 * 60 + 30)
    gate.show(text)
    gate.beat(15 * 60)
    world.clock.set(BEGINS + timedelta(hours=30))
    gate.tell_all()
    world.clock.tick(minutes=10)
    world.run(NIGHT, lambda unit: reconcile_day(unit, institution=MEDIUM, day=DAY))
    column = of(Appointment)
    with world.environment.database.reading() as session:
        visit = session.scalars(sa.select(column.id).where(column.convict_id == world.people["Ерлан"])).one()
    world.run(
        world.at_kiosk("Ерлан"), lambda unit: raise_dispute(unit, appointment=visit, code="other-time", words="иначе")
    )
    for log in (MEDIUM, "national"):
        world.run(Actor("system", "publish"), lambda unit, log=log: publish_checkpoint(unit, log=log))


@pytest.fixture
def at(sqlite_cast: Made, tmp_path: Path) -> Iterator[tuple[World, str]]:
    with sqlite_world(sqlite_cast, tmp_path) as world:
        happened(world)
        with served(oversight.create_app(world.environment, SETTINGS)) as address:
            yield world, address


class Auditor:
    """An auditor at a browser of their own, in one language, on one width, with script or without."""

    def __init__(self, browser: Browser, at: tuple[World, str], language: str, width: int, script: bool) -> None:
        self.world, self.address = at
        self.language, self.width, self.script = language, width, script
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
        context.add_cookies([{"name": "kezdesu_language", "value": language, "url": self.address}])
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda one: self.errors.append(one.text) if "Content Security" in one.text else None)

    def said(self, sentence: str) -> str:
        return translate(sentence, self.language)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")
        self.look(path.strip("/").split("/")[0])

    def look(self, name: str) -> None:
        page = self.page
        picture(page, f"oversight-{name}-{self.language}-{self.width}")
        assert page.locator("html").get_attribute("lang") == self.language
        if not self.script:
            return
        assert page.evaluate(TOO_WIDE) <= 0, f"{name} scrolls sideways"
        assert page.evaluate(SMALL_TARGETS) == [], name
        assert page.evaluate(SMALL_TEXT) == [], name
        assert_accessible(page)

    def sign_in(self) -> None:
        self.open("/sign-in")
        self.page.get_by_label(self.said("Login")).fill(f"auditor@{MEDIUM}")
        self.page.get_by_label(self.said("Password")).fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name=self.said("In the rooms now"))).to_be_visible()

    def save(self, word: str, folder: Path) -> Path:
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=word).first.click()
        file = folder / coming.value.suggested_filename
        coming.value.save_as(file)
        return file


@pytest.mark.parametrize(
    ("language", "width", "script"),
    [("kk", 360, True), ("ru", 1280, True), ("en", 360, True), ("ru", 360, False)],
)
def test_the_day_of_an_auditor(
    browser: Browser, at: tuple[World, str], tmp_path: Path, language: str, width: int, script: bool
) -> None:
    who, world = Auditor(browser, at, language, width, script), at[0]
    page = who.page
    who.sign_in()
    for place in PAGES:
        who.open(f"/{place}")
    who.open("/now")
    page.locator("tbody th a").first.click()
    who.look("look")
    page.locator("#paper").fill("№ 7/12")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ахметов").first).to_be_visible()
    who.look("named")

    who.open("/letters")
    letter = who.save(who.said("Save the file"), tmp_path)
    (tmp_path / "letters.key").write_text(PRIVATE.private_bytes_raw().hex())
    assert kezdesu("letter", "open", str(letter), "--key", str(tmp_path / "letters.key")).output.strip() == LETTER
    page.get_by_role("button", name=who.said("We have it")).click()
    expect(page.get_by_role("button", name=who.said("We have it"))).to_have_count(0)

    with world.environment.database.reading() as session:
        key = session.get_one(Log, MEDIUM).verifier_key
    who.open("/late")
    for word in (who.said("This page with its proof, JSON"), "CSV"):
        file = who.save(word, tmp_path)
        done = kezdesu("oversight", "check", str(file), "--log", key, "--json")
        assert (done.exit_code, json.loads(done.output)["rows"]) == (0, 1), done.output

    officer = world.as_officer("head").id
    lead = Lead("officer-exceptions", MEDIUM, (officer,), 3, {"count": 9, "chances": 20}, ("b" * 32,), 0.001, 0.01)
    units = [
        [officer, MEDIUM, 9, 20],
        *([f"officer {number}", MEDIUM, number % 3, 20 + number] for number in range(30)),
    ]
    told = {"leads": [lead.told()], "funnels": {"officer-exceptions": {"rate": 0.06, "spread": 0.01, "units": units}}}
    leads = tmp_path / "leads.json"
    leads.write_text(json.dumps(told))
    who.open("/leads")
    page.locator("#file").set_input_files(leads)
    page.get_by_role("button", name=who.said("Show the questions")).click()
    expect(page.locator(".scroll svg")).to_be_visible()
    who.look("questions")
    page.locator("#paper-1").fill("№ 9")
    page.get_by_role("button", name=who.said("Record the outcome")).click()
    expect(page.get_by_role("cell", name=who.said("Explained: there is a good reason"))).to_be_visible()

    who.open("/openings")
    page.locator("#paper").fill("№ 10")
    page.get_by_role("button", name=who.said("Ask another auditor")).click()
    expect(page.get_by_text(who.said("waits for another auditor"))).to_be_visible()
    who.look("asked")
    page.get_by_role("button", name=who.said("Sign out")).click()
    expect(page.get_by_role("heading", name=who.said("Oversight: sign in"))).to_be_visible()
    assert who.errors == []
