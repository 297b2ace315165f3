"""A call at the kiosk: the screen before it, the room handed on to the service, what he reads after it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from kiosk import words
from service.app.call_record import set_recording_rule
from service.app.call_supervise import end_call, warn_parties
from service.gateways.recordings import InMemoryRecording
from service.web.api.app import create_app as create_api
from service.web.call_room import CallRooms
from tests.app.calling import Calling
from tests.browser.looking import STANDARD, picture
from tests.cast import MEDIUM, World
from tests.kiosk.standing import Line, Person, Standing, hidden
from tests.kiosk.test_touch import MEASURE, sign_in, touching
from tests.web.api.v1.callers import SETTINGS
from tests.web.clicking import dashed

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@pytest.fixture
def kiosk(world: World, tmp_path: Path) -> Standing:
    standing = Standing(world, tmp_path / "kiosk")
    standing.give_card()
    return standing


def arranged(kiosk: Standing, **after: float) -> Calling:
    calling = Calling(kiosk.world)
    calling.arrange(calling.ask("video_call"))
    calling.at(**(after or {"minutes": -20}))
    return calling


def speak(him: Person, calling: Calling, op: str, **body: object) -> tuple[int, dict[str, object]]:
    token = hidden(him.page, "token") or ""
    answer = him.client.post(
        f"/call/{dashed(calling.call)}/room/{op}", data=json.dumps(body),
        headers={"X-Form-Token": token, "Content-Type": "application/json"},
    )  # fmt: skip
    return answer.status_code, json.loads(answer.data or b"{}") if answer.is_json else {}


def test_the_first_screen_shows_the_call_that_is_due_and_leads_to_it(kiosk: Standing) -> None:
    calling = arranged(kiosk)
    him = Person(kiosk)
    him.sign_in()
    address = f"/call/{dashed(calling.call)}"
    assert f'href="{address}"' in him.get("/home")
    assert "Войти можно через 15 мин." in him.get(address)
    assert dashed(calling.appointment) in him.get("/join")
    assert "Войти можно через 15 мин." in him.get(f"/call/of/{dashed(calling.appointment)}")
    assert "call.js" not in him.page
    calling.at(minutes=-5)
    him.sign_in()
    assert "call.js" in him.get(address)


def test_he_comes_in_by_the_kiosk_and_stays_signed_in_as_long_as_the_call_lasts(kiosk: Standing) -> None:
    calling = arranged(kiosk, minutes=-5)
    him = Person(kiosk)
    him.sign_in()
    him.get(f"/call/{dashed(calling.call)}")
    status, told = speak(him, calling, "join")
    assert (status, told["state"]) == (200, "waiting_monitor")
    for _ in range(10):
        kiosk.passed[0] += 40
        kiosk.world.clock.now += timedelta(seconds=40)
        status, now = speak(him, calling, "ping", seat=told["seat"])
        assert status == 200, "six minutes, though a session is five at most"
    status, now = speak(him, calling, "publish", seat="0" * 32, sdp="x")
    assert status == 409
    assert now["code"] in ("call-not-now", "call-elsewhere")


def test_without_the_token_of_the_screen_nothing_is_said_to_the_room(kiosk: Standing) -> None:
    calling = arranged(kiosk, minutes=-5)
    him = Person(kiosk)
    him.sign_in()
    him.page = ""
    status, _ = speak(him, calling, "join")
    assert status == 302
    assert calling.row.state == "open"


def test_after_it_he_reads_how_long_why_and_how_to_complain(kiosk: Standing) -> None:
    calling = Calling(kiosk.world)
    calling.go_live()
    calling.do(calling.officer, warn_parties, code="frame")
    calling.tick(minutes=3, seconds=5)
    calling.do(calling.officer, end_call, code="rules-broken")
    him = Person(kiosk)
    him.sign_in()
    said = him.get(f"/call/{dashed(calling.call)}")
    for part in ("Нарушены правила.", "3 мин 5 с", "Его завершил сотрудник.", "Оставайтесь в кадре"):
        assert part in said
    assert f"/record/{dashed(calling.appointment)}" in said


def test_he_agrees_to_be_recorded_where_the_institution_records(kiosk: Standing, tmp_path: Path) -> None:
    calling = arranged(kiosk)
    head = kiosk.world.as_officer("head")
    kiosk.world.run(head, lambda unit: set_recording_rule(unit, institution=MEDIUM, days=30))
    rooms = CallRooms(InMemoryRecording(tmp_path))
    kiosk.line = Line(create_api(kiosk.world.environment, SETTINGS, send_code=lambda _: None, calls=rooms))
    kiosk.kiosk.service._way = kiosk.line
    him = Person(kiosk)
    him.sign_in()
    page = f"/call/{dashed(calling.call)}"
    assert "Даю согласие на запись" in him.get(page)
    assert "Вы согласились на запись." in him.send(f"{page}/agree")


@pytest.mark.parametrize(("language", "size"), [("kk", "1024"), ("ru", "1280"), ("en", "1024")])
def test_the_screens_of_a_call_by_touch(browser: Browser, kiosk: Standing, language: str, size: str) -> None:
    calling = arranged(kiosk)
    with touching(browser, kiosk, size) as (page, at):
        sign_in(page, kiosk, at, language)
        looks = [("home", "/home"), ("before", f"/call/{dashed(calling.call)}")]
        for name, path in looks:
            _look(page, f"{at}{path}", f"kiosk-call-{name}-{language}")
        calling.at(minutes=-5)
        sign_in(page, kiosk, at, language)
        _look(page, f"{at}/call/{dashed(calling.call)}", f"kiosk-call-room-{language}")
        page.tap("[data-do=enter]")
        page.wait_for_selector("[data-do=leave]:visible", timeout=60_000)
        calling.join(calling.officer, calling.mother)
        calling.do(calling.officer, end_call, code="party-asks")
        expect(page.locator("[data-status]")).to_have_text(words.said(language, "call_end.party-asks"), timeout=60_000)
        _look(page, f"{at}/call/{dashed(calling.call)}", f"kiosk-call-after-{language}")


def _look(page, address: str, name: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(address)
    picture(page, name)
    found = page.evaluate(MEASURE)
    assert (found["small"], found["tiny"], found["wide"]) == ([], [], False), name
    options = {"runOnly": {"type": "tag", "values": [*STANDARD, "wcag2aaa"]}}
    assert [one["id"] for one in Axe().run(page, options=options).response["violations"]] == [], name


def test_a_kiosk_with_a_suppliers_program_serves_it_and_may_speak_to_its_server_alone(
    kiosk: Standing, tmp_path: Path
) -> None:
    calling = arranged(kiosk, minutes=-5)
    him = Person(kiosk)
    him.sign_in()
    address = f"/call/{dashed(calling.call)}"
    assert "library.js" not in him.get(address)
    assert him.client.get("/call/library.js").status_code == 404
    kiosk.kiosk.call_library = tmp_path / "livekit.js"
    kiosk.kiosk.call_library.write_text("window.LivekitClient = {};")
    kiosk.kiosk.call_server = "wss://video.example"
    page = him.get(address)
    assert page.index("/call/library.js") < page.index("call_livekit.js") < page.index("call.js")
    answer = him.client.get("/call/library.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://video.example https://video.example;" in policy
