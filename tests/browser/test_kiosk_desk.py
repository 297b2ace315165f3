"""The kiosk's side of the desk in real browsers: requests, cards, alarms, devices; three languages, two widths."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service.app.kiosk_sign_in import sign_in_convict
from service.domain.refusal import Refusal
from service.store.tables import ConvictRequest
from tests.app.rows import rows
from tests.browser.faces import Addresses
from tests.browser.test_the_desk import Day, at
from tests.cast import MEDIUM
from tests.kiosk.standing import CARD, Person, Standing
from tests.web.api.v1.callers import uid
from tests.web.clicking import dashed

__all__ = ["at"]


def what_happened_at_the_kiosk(kiosk: Standing) -> str:
    """A call asked for, a copy asked for, a card locked; answers the id of the call."""
    kiosk.give_card()
    him = Person(kiosk)
    him.sign_in()
    path = f"/ask/call/{uid(kiosk.world.relations['Айгүл', 'Ерлан'])}"
    him.get(path)
    him.send(path, window="soon")
    him.get("/copy")
    him.send("/copy")
    for number in range(6):
        with pytest.raises(Refusal):
            sign_in_convict(kiosk.world.environment, kiosk.actor, card=CARD, pin=f"31{number}7")
    return dashed(next(one.id for one in rows(kiosk.world, ConvictRequest) if one.kind == "call"))


@pytest.mark.parametrize(("language", "width"), [("kk", 1280), ("ru", 1280), ("en", 1280), ("ru", 320)])
def test_the_desk_of_the_kiosk_reads_well_and_keeps_nobody_out(
    browser: Browser, at: Addresses, tmp_path: Path, language: str, width: int
) -> None:
    world = at.faces.world
    call = what_happened_at_the_kiosk(Standing(world, tmp_path / "kiosk"))
    day = Day(browser, at, language, width)
    with day.desk("head") as page:
        for path in ("/asked", f"/asked/{call}", "/alarms", "/devices"):
            day.open(page, path)
    with day.desk("duty_officer") as page:
        day.open(page, f"/devices/{dashed(world.devices[f'kiosk@{MEDIUM}'].device)}")
    with day.desk("registry_officer") as page:
        day.open(page, f"/convicts/{dashed(world.people['Олег'])}/card")
        page.fill("input[name=number]", "0400AA00BB")
        page.locator("form button[type=submit]", has_text=day.said("Give this card")).click()
        page.wait_for_selector(f"h1:has-text('{day.said('First PIN')}')")
        day.look(page, "first-pin")
    assert day.errors == []
