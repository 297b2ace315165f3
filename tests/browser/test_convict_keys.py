"""The function keys of the frequent acts on convicts' pages: search, open, enter a paper, and back again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.faces import Addresses, make_faces, served_faces, sqlite_world
from tests.browser.test_the_desk import Day
from tests.cast import Made

expect.set_options(timeout=60_000)


@pytest.fixture
def at(sqlite_cast: Made, tmp_path: Path) -> Iterator[Addresses]:
    with sqlite_world(sqlite_cast, tmp_path) as world, served_faces(make_faces(world, tmp_path)) as addresses:
        yield addresses


def test_a_paper_is_entered_without_leaving_the_keyboard(browser: Browser, at: Addresses) -> None:
    day = Day(browser, at, "kk", 1280)
    with day.desk("head") as page:
        page.goto(f"{at.staff}/convicts")
        day.key(page, "F4")
        expect(page.locator("#name")).to_be_focused()
        page.keyboard.type("Ерлан")
        page.keyboard.press("Enter")
        expect(page.locator("tbody tr")).to_have_count(1)
        day.key(page, "F2")
        expect(page.get_by_role("heading", name=day.said("The file"))).to_be_visible()
        file = page.url
        day.key(page, "F9")
        expect(page.locator("form#entry")).to_be_visible()
        page.locator("#value").select_option(index=1)
        page.locator("#paper").fill("№ 31")
        day.key(page, "F8")
        expect(page.get_by_role("button", name=day.said("Save"))).to_be_visible()
        day.key(page, "F8")
        expect(page).to_have_url(file)
        expect(page.get_by_text("№ 31")).to_be_visible()
        day.key(page, "F2")
        expect(page.get_by_role("heading", name=day.said("Convicts"))).to_be_visible()
    assert day.errors == []


def test_every_key_that_a_page_names_is_on_the_page_of_keys(browser: Browser, at: Addresses) -> None:
    day = Day(browser, at, "en", 1280)
    with day.desk("head") as page:
        page.goto(f"{at.staff}/keys")
        listed = set(page.locator("kbd").all_inner_texts())
        for path in ("/convicts", "/requests", "/relations", "/asked"):
            page.goto(f"{at.staff}{path}")
            named = page.eval_on_selector_all(
                "[aria-keyshortcuts]", "found => found.map(one => one.getAttribute('aria-keyshortcuts'))"
            )
            assert set(named) <= listed, path
