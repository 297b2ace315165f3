"""A page of a call that speaks to the supplier itself: LiveKit's own program, our ticket, what is said when it fails.

No LiveKit server can be had from the registries this project is built from. What is tried here is everything up to its
door: the real program in a real browser knocks with the ticket that the service gave, and is turned away.
"""

import fcntl
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from playwright.sync_api import Browser, expect

from service.gateways.livekit import LiveKitCalls
from service.jobs.calling import CallWatch
from service.web import public
from service.web.call_room import CallRooms
from tests.app.calling import Calling
from tests.browser.faces import SETTINGS, sqlite_world
from tests.browser.serving import served
from tests.cast import Made, World
from tests.gateways.livekit_server import KEY, SECRET, LiveKitServer, open_livekit
from tests.web.api.v1.callers import Face
from tests.web.clicking import dashed

LOCK = Path(__file__).parents[2] / "docs" / "deploy" / "call-library"
PATIENCE = 300


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LiveKit's program, installed as an administrator does, once for all processes of a test run."""
    for program in ("node", "npm"):
        assert shutil.which(program), f"{program} is missing: install Debian's nodejs and npm (see .ci/system-packages)"
    shared = tmp_path_factory.getbasetemp().parent
    folder = shared / "call-library"
    with (shared / "call-library.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = folder / "node_modules" / "livekit-client" / "dist" / "livekit-client.umd.js"
        if not found.exists():
            shutil.copytree(LOCK, folder, dirs_exist_ok=True)
            laid = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True,
                text=True, timeout=PATIENCE, check=False,
            )  # fmt: skip
            assert laid.returncode == 0, laid.stderr[-2000:]
    return found


@dataclass
class Door:
    """Where pages knock. Nobody is let in; `knocked` has the tickets that were shown."""

    address: str = ""
    knocked: list[str] = field(default_factory=list)


@pytest.fixture
def door() -> Iterator[Door]:
    found = Door()

    class Turned(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = parse_qs(urlsplit(self.path).query).get("access_token", [])
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            found.knocked.extend([*shown, *filter(None, [bearer])])
            self.send_response(401)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_OPTIONS(self) -> None:
            self.send_response(204)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "*, Authorization")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Turned)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.address = f"ws://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def world(sqlite_cast: Made, tmp_path: Path) -> Iterator[World]:
    with sqlite_world(sqlite_cast, tmp_path) as made:
        yield made


def test_the_suppliers_own_program_knocks_with_our_ticket_and_the_page_says_what_became_of_it(
    world: World, door: Door, library: Path, calling: Browser
) -> None:
    server = LiveKitServer()
    with ExitStack() as stack:
        base = stack.enter_context(open_livekit(server))
        provider = LiveKitCalls(base, door.address, KEY, SECRET, lambda: datetime.now(UTC))
        made = Calling(world)
        made.provider, made.watch = provider, CallWatch(provider)  # type: ignore[assignment]
        made.arrange(made.ask("video_call"), provider="livekit")
        made.at(minutes=-5)
        made.join(made.officer)
        settings = replace(SETTINGS, call_library=library, call_server=door.address)
        app = public.create_app(world.environment, settings, send_code=lambda _: None, calls=CallRooms(provider))
        address = stack.enter_context(served(app))
        context = calling.new_context(permissions=["camera", "microphone"], locale="kk-KZ")
        stack.callback(context.close)
        token = Face(world).session("relative", world.accounts["Айгүл"].account)
        context.add_cookies([{"name": "kezdesu_public", "value": token, "url": address}])
        page = context.new_page()
        blocked: list[str] = []
        page.on("console", lambda one: blocked.append(one.text) if "Content Security" in one.text else None)
        answer = page.goto(f"{address}/calls/{dashed(made.call)}")
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert f"connect-src 'self' {door.address} {door.address.replace('ws', 'http')};" in policy
        page.locator("[data-do=enter]").click()
        page.locator(".call-room[data-state=line]").wait_for(timeout=60_000)
        said = page.locator("[data-say=line]").text_content() or ""
        expect(page.locator("[data-status]")).to_have_text(said)
        assert "байланыс" in said.lower()
        first = len(door.knocked)
        giving_up = time.monotonic() + 60
        while len(door.knocked) == first:
            assert time.monotonic() < giving_up, "it knocks again"
            page.wait_for_timeout(200)
        assert page.locator(".call-room").get_attribute("data-state") == "line", "nobody is told that he is in"
        assert blocked == []
    assert door.knocked, "the program knocked at the address of the settings"
    claims = jwt.decode(door.knocked[0], SECRET, algorithms=["HS256"], issuer=KEY, options={"verify_exp": False})
    assert claims["sub"].startswith("relative.")
    assert claims["video"]["room"] == f"kezdesu-{made.call}"
    assert claims["video"]["canSubscribe"] is False, "it is not live yet"
    assert claims["video"]["canPublishSources"] == ["camera", "microphone"]
    assert server.wrong == []


def test_no_other_page_may_speak_to_the_supplier_and_no_other_installation_loads_its_program(
    world: World, door: Door, library: Path
) -> None:
    settings = replace(SETTINGS, call_library=library, call_server=door.address)
    with_it = public.create_app(world.environment, settings, send_code=lambda _: None).test_client()
    assert door.address not in with_it.get("/").headers["Content-Security-Policy"]
    made = Calling(world)
    made.arrange(made.ask("video_call"))
    made.at(minutes=-5)
    plain = public.create_app(world.environment, SETTINGS, send_code=lambda _: None).test_client()
    token = Face(world).session("relative", world.accounts["Айгүл"].account)
    plain.set_cookie("kezdesu_public", token)
    page = plain.get(f"/calls/{dashed(made.call)}")
    assert "livekit" not in page.text
    assert "connect-src 'self';" in page.headers["Content-Security-Policy"]
