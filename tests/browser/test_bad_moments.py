"""What goes wrong between a family and its browser: pressed twice, gone back, two tabs, too late, another language,
a session that ended. Each time a clear page, and nothing lost."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.app.appointment_show import Wanted, list_appointments
from service.app.session_end import end_session
from service.domain.access import Actor
from tests.browser.faces import Faces, make_faces, sqlite_world
from tests.browser.looking import assert_accessible, picture
from tests.browser.serving import served
from tests.cast import MEDIUM, Made
from tests.web.clicking import dashed, signed_in

DAY = date(2026, 3, 19)


class AtHome:
    """Айгүл at a browser, signed in, in English."""

    def __init__(self, context: BrowserContext, faces: Faces, address: str) -> None:
        self.context, self.faces, self.address = context, faces, address
        found = signed_in(faces, "Айгүл").client.get_cookie("kezdesu_public")
        assert found is not None
        self.token = found.value
        cookies = [("kezdesu_language", "en"), ("kezdesu_public", self.token)]
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])

    def party(self) -> Page:
        """A page on which a place can be kept."""
        world, page = self.faces.world, self.context.new_page()
        tie, template = dashed(world.relations["Айгүл", "Ерлан"]), dashed(world.templates[MEDIUM, "long"])
        page.goto(f"{self.address}/ties/{tie}/long/party?template={template}&day={DAY}")
        return page

    def held(self) -> Page:
        page = self.party()
        page.get_by_role("button", name="Keep the place").click()
        expect(page.get_by_role("button", name="Ask for this visit")).to_be_visible()
        return page

    def states(self) -> list[str]:
        world = self.faces.world
        found = list_appointments(world.environment, world.as_relative("Айгүл"), Wanted())
        return sorted(one.row.state for one in found)


@pytest.fixture
def home(browser: Browser, sqlite_cast: Made, tmp_path: Path) -> Iterator[AtHome]:
    context = browser.new_context(viewport={"width": 320, "height": 800})
    with sqlite_world(sqlite_cast, tmp_path) as world:
        faces = make_faces(world, tmp_path)
        with served(faces.public) as address:
            yield AtHome(context, faces, address)
    context.close()


def looked_at(page: Page, name: str) -> None:
    picture(page, f"bad-{name}-en-320")
    assert_accessible(page)


def test_asking_pressed_twice_asks_once(home: AtHome) -> None:
    page = home.held()
    page.get_by_role("button", name="Ask for this visit").dblclick()
    expect(page.get_by_text("Waiting for the decision")).to_be_visible()
    assert home.states() == ["requested"]


def test_back_after_asking_and_pressing_again_shows_what_it_is_now(home: AtHome) -> None:
    page = home.held()
    page.get_by_role("button", name="Ask for this visit").click()
    expect(page.get_by_text("Waiting for the decision")).to_be_visible()
    page.go_back()
    again = page.get_by_role("button", name="Ask for this visit")
    if again.count():
        again.click()
    expect(page.get_by_text("Waiting for the decision")).to_be_visible()
    looked_at(page, "back")
    assert home.states() == ["requested"]


def test_two_tabs_keep_one_place_and_both_say_which(home: AtHome) -> None:
    one, other = home.party(), home.party()
    for page in (one, other):
        page.get_by_role("button", name="Keep the place").click()
        expect(page.get_by_role("button", name="Ask for this visit")).to_be_visible()
    one.get_by_role("button", name="Ask for this visit").click()
    expect(one.get_by_text("The time to fill in the form is over.")).to_be_visible()
    looked_at(one, "two-tabs")
    other.get_by_role("button", name="Ask for this visit").click()
    expect(other.get_by_text("Waiting for the decision")).to_be_visible()
    assert home.states() == ["lapsed", "requested"]


def test_a_place_kept_too_long_is_said_to_be_over_and_nothing_was_used_up(home: AtHome) -> None:
    page = home.held()
    home.faces.world.clock.tick(minutes=16)
    page.get_by_role("button", name="Ask for this visit").click()
    expect(page.get_by_text("Nothing was asked for, and nothing was used up.")).to_be_visible()
    looked_at(page, "too-late")
    page.get_by_role("link", name="Choose a day again").click()
    expect(page.get_by_text("Possible now").first).to_be_visible()


def test_the_countdown_counts_and_says_when_it_is_over(home: AtHome) -> None:
    page = home.context.new_page()
    page.clock.install()
    tie, template = dashed(home.faces.world.relations["Айгүл", "Ерлан"]), home.faces.world.templates[MEDIUM, "long"]
    page.goto(f"{home.address}/ties/{tie}/long/party?template={dashed(template)}&day={DAY}")
    page.get_by_role("button", name="Keep the place").click()
    expect(page.locator("#hold-left")).to_contain_text("15:00")
    page.clock.run_for(timedelta(minutes=5).seconds * 1000)
    expect(page.locator("#hold-left")).to_contain_text("10:00")
    page.clock.run_for(timedelta(minutes=11).seconds * 1000)
    expect(page.locator("#hold-left")).to_contain_text("The time is over.")


def test_the_language_changed_in_the_middle_keeps_what_was_typed(home: AtHome) -> None:
    page = home.context.new_page()
    page.goto(f"{home.address}/convicts/link")
    page.get_by_label("Family name of the convict").fill("Ахметов")
    page.locator("#file_number").fill("8/2025-0117")
    page.locator("#tie").select_option("parent")
    page.get_by_role("button", name="Қазақша").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    assert page.locator("#convict_family_name").input_value() == "Ахметов"
    assert page.locator("#file_number").input_value() == "8/2025-0117"
    assert page.locator("#tie").input_value() == "parent"


def test_a_session_ended_in_the_middle_leads_through_signing_in_and_the_place_is_still_kept(home: AtHome) -> None:
    page = home.held()
    held = page.url
    world = home.faces.world
    account = world.accounts["Айгүл"]
    world.run(Actor("relative", account.account, account.person), lambda unit: end_session(unit, home.token))
    page.get_by_role("button", name="Ask for this visit").click()
    looked_at(page, "session-ended")
    assert home.states() == ["held"]
    session = signed_in(home.faces, "Айгүл").client.get_cookie("kezdesu_public")
    assert session is not None
    home.context.add_cookies([{"name": "kezdesu_public", "value": session.value, "url": home.address}])
    page.goto(held)
    page.get_by_role("button", name="Ask for this visit").click()
    expect(page.get_by_text("Waiting for the decision")).to_be_visible()
    assert home.states() == ["requested"]
