"""Every page of the relatives' site, in every language: no barrier, no sideways scrolling, light on the wire.

The addresses are those of the app itself: a page that is added is tried, or this test says which was not.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from service.app.appointment_decide import grant_appointment
from service.app.appointment_hold import hold_place
from service.app.appointment_weigh import Wish
from service.app.institution_guide import Guide, set_guide
from service.app.pass_show import list_passes
from service.app.queue_join import join_queue
from service.app.room_open import close_place
from service.jobs.tasks import publish_heads
from tests.browser.faces import Faces, make_faces, sqlite_world
from tests.browser.looking import barriers, picture
from tests.browser.serving import served
from tests.browser.test_the_look import LONG_LINES, SMALL_TARGETS, SMALL_TEXT, TOO_WIDE
from tests.cast import MEDIUM, Made, World
from tests.web.clicking import Clicker, dashed, signed_in
from tests.web.staff.test_desk import requested

DAY, FULL = date(2026, 3, 19), date(2026, 3, 24)
LONG = Wish("long")
FILES = re.compile(r"\.(pdf|png|svg|csv|ics|js|json|jpg|tlog-proof|html)$")
FIRST_LOAD, LATER_PAGE = 60 * 1024, 20 * 1024
GUIDE = Guide("Заречный кенті, Бірлік көшесі, 1", "Автобус 233, «Қала орталығы»", "+7 727 000 00 00", "төсек-орын")
LANGUAGES = ("kk", "ru", "en")
BY_HAND = {
    "/sign-in/code",
    "/sign-in/second",
    "/register",
    "/messages/email/code",
    "/account/phone/code",
    "/appointments/<uuid:appointment>/call",
}
"""Pages that need somebody in the middle of something; the tests of those ways look at them."""


KIND = "short"


@dataclass(frozen=True)
class Site:
    """The site served, one of everything in it, and the places of the addresses."""

    faces: Faces
    address: str
    parts: dict[str, str]
    who: Clicker
    """Айгүл, signed in once: nobody is sent a code for each page."""


@pytest.fixture(scope="module")
def site(sqlite_cast: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Айгүл waits for a full day and has a granted long visit on another."""
    folder = tmp_path_factory.mktemp("site")
    with sqlite_world(sqlite_cast, folder) as world:
        faces = make_faces(world, folder)
        entry = _waits(world)
        asked = requested(faces, "Айгүл", "Ерлан", DAY)
        world.run(world.as_officer("head"), lambda unit: grant_appointment(unit, appointment=asked))
        (entry_pass,) = list_passes(world.environment, world.as_relative("Айгүл"), asked)
        for language in LANGUAGES:
            world.run(
                world.as_officer("duty_officer"),
                partial(set_guide, institution=MEDIUM, language=language, guide=GUIDE),
            )
        publish_heads(world.environment)
        template = dashed(world.templates[MEDIUM, KIND])
        parts = {
            "/<kind>/party": f"/{KIND}/party?template={template}&day={FULL}",
            "/<kind>/queue": f"/{KIND}/queue?day={FULL}",
            "/pass/<uuid:entry>": f"/pass/{dashed(entry_pass.row.id)}",
            "/queue/<uuid:entry>": f"/queue/{dashed(entry)}",
            "<uuid:appointment>": dashed(asked),
            "<uuid:relationship>": dashed(world.relations["Айгүл", "Ерлан"]),
            "<kind>": KIND,
            "<house>": "medium",
        }
        with served(faces.public) as address:
            yield Site(faces, address, parts, signed_in(faces, "Айгүл", "kk"))


def _waits(world: World) -> str:
    """Гульзат has the only room of the day, for which Айгүл waits; answers her entry."""
    head, template = world.as_officer("head"), world.templates[MEDIUM, "long"]
    for place in world.places[MEDIUM, "long"][1:]:
        world.run(head, partial(close_place, place=place, on=FULL))

    def family(name: str, convict: str) -> dict[str, object]:
        return {
            "convict": world.people[convict],
            "relationships": [world.relations[name, convict]],
            "day": FULL,
            "wish": LONG,
        }

    taken = family("Гульзат", "Олег")
    world.run(world.as_relative("Гульзат"), lambda unit: hold_place(unit, template=template, **taken))  # type: ignore[arg-type]
    waits = family("Айгүл", "Ерлан")
    return world.run(world.as_relative("Айгүл"), lambda unit: join_queue(unit, **waits)).entry  # type: ignore[arg-type]


def pages_of(site: Site) -> list[str]:
    """The address of every page that can be opened: all GET routes of the app but files and those by hand."""
    found = []
    for rule in site.faces.public.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or rule.rule in BY_HAND:
            continue
        address = rule.rule
        for part, value in site.parts.items():
            address = address.replace(part, value)
        if "<" not in address and not FILES.search(address):
            found.append(address)
    return sorted(found)


def opened(browser: Browser, site: Site, language: str, width: int, scheme: str = "light") -> Page:
    """A page of somebody who is signed in as Айгүл."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    session = site.who.client.get_cookie("kezdesu_public")
    assert session is not None
    cookies = [("kezdesu_language", language), ("kezdesu_public", session.value)]
    context.add_cookies([{"name": name, "value": value, "url": site.address} for name, value in cookies])
    return context.new_page()


def whole(page: Page, address: str) -> list[str]:
    """What keeps somebody from using the page."""
    found = barriers(page)
    if page.evaluate(TOO_WIDE) > 0:
        found.append("scrolls sideways")
    if not address.endswith("check"):  # a file of its own, with a look of its own
        found += [f"small target: {one}" for one in page.evaluate(SMALL_TARGETS)]
        found += [f"small text: {one}" for one in page.evaluate(SMALL_TEXT)]
        if page.evaluate(LONG_LINES):
            found.append("lines over 70 characters")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_used_by_everybody(browser: Browser, site: Site, language: str) -> None:
    page = opened(browser, site, language, 320)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    found = pages_of(site)
    assert len(found) > 25
    for address in found:
        answer = page.goto(f"{site.address}{address}")
        assert answer is not None
        name = re.sub(r"[^a-z]+", "-", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", address)).strip("-") or "home"
        picture(page, f"site-{name}-{language}-320")
        if answer.status != 200 or page.locator("html").get_attribute("lang") != language:
            faults.append(f"{address}: {answer.status}, not in {language}")
            continue
        faults += [f"{address}: {one}" for one in whole(page, address)]
    assert faults == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_whole_on_a_desk_by_day_and_by_night(browser: Browser, site: Site, scheme: str) -> None:
    page, faults = opened(browser, site, "kk", 1280, scheme), list[str]()
    for address in pages_of(site):
        page.goto(f"{site.address}{address}")
        faults += [f"{address}: {one}" for one in whole(page, address)]
    assert faults == []
    page.context.close()


def test_the_code_is_dark_on_white_also_at_night(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "kk", 320, "dark")
    page.goto(f"{site.address}/appointments/{site.parts['<uuid:appointment>']}/pass")
    picture(page, "site-pass-kk-320-dark")
    fills = page.locator(".qr svg path").evaluate_all("all => all.map(one => getComputedStyle(one).fill)")
    assert fills == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    page.context.close()


ASSETS = re.compile(r'(?:href|src)="(/static/[^"]+)"')
BLOCKING = re.compile(r'<link rel="stylesheet"[^>]*>|<script(?![^>]*(?:defer|async|type="application/json"))[^>]*src=')


def test_pages_are_light_on_the_wire(site: Site) -> None:
    """Gzip, as a proxy sends pages; style, fonts and scripts once, for a first visit to the month."""
    who = site.who
    heavy: dict[str, int] = {}
    for address in pages_of(site):
        page = who.see(address).get_data()
        size = len(gzip.compress(page, 6))
        if size > LATER_PAGE:
            heavy[address] = size
        assert len(BLOCKING.findall(page.decode())) <= 1, f"{address} waits for more than one file"
    assert heavy == {}
    for address in (f"/ties/{site.parts['<uuid:relationship>']}/{KIND}", "/"):
        html = who.see(address).get_data()
        assets = {
            found: who.client.get(found, headers={"Accept-Encoding": "gzip"}) for found in ASSETS.findall(html.decode())
        }
        styles = "".join(gzip.decompress(one.data).decode() for found, one in assets.items() if ".css" in found)
        assert "@import" not in styles
        named = set(re.findall(r"url\(['\"]?(/static/[^'\")]+)", styles))
        more = {font: who.client.get(font) for font in named - assets.keys()}
        first = len(gzip.compress(html, 6)) + sum(len(one.data) for one in [*assets.values(), *more.values()])
        assert first <= FIRST_LOAD, (address, first)
