"""A kiosk at the real interface: the service behind it in this process, its screen before a browser or a client."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from flask import Flask
from flask.testing import FlaskClient

from kiosk.app import Kiosk, create_app
from kiosk.seat import Seat
from kiosk.service import Service
from kiosk.waiting import Queue
from service.app.card_issue import issue_card
from service.app.kiosk_pin import choose_pin
from service.app.kiosk_sign_in import find_convict, sign_in_convict
from service.domain.access import Actor
from service.web.api.app import create_app as create_api
from tests.cast import MEDIUM, World
from tests.web.api.v1.callers import SETTINGS

CARD, PIN = "04A1B2C3D4", "2704"


def wait_until(is_so: Callable[[], bool]) -> None:
    """Waits for a condition, a minute at most."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "a minute has passed"
        time.sleep(0.02)


class Line:
    """The line to the service, which can be cut: with `lost` the request arrives and its answer does not."""

    def __init__(self, api: Flask) -> None:
        self._way = httpx.Client(transport=httpx.WSGITransport(app=api), base_url="http://service")
        self.is_cut = False
        self.lost = 0

    def request(self, method: str, url: str, *, headers: dict[str, str], json: Any = None) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("the line is cut")
        answer = self._way.request(method, url, headers=headers, json=json)
        if self.lost > 0:
            self.lost -= 1
            raise httpx.ReadTimeout("the answer was lost")
        return answer


@dataclass
class Standing:
    """The world, the line, the kiosk and its screen. `passed` is the kiosk's own monotonic clock."""

    world: World
    folder: Path
    passed: list[float] = field(default_factory=lambda: [0.0])
    slips: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = Line(create_api(self.world.environment, SETTINGS, send_code=lambda _: None))
        key = self.world.devices[f"kiosk@{MEDIUM}"].key
        self.kiosk = Kiosk(
            Service(self.line, key),
            Queue(self.folder / "waiting"),
            Seat(lambda: self.passed[0]),
            slip=lambda slip: self.slips.append(slip) is None,
            now=lambda: self.world.clock.now,
        )
        self.kiosk.look()
        self.app = create_app(self.kiosk)

    def client(self) -> FlaskClient:
        """A browser of this screen, without one."""
        return self.app.test_client()

    @property
    def actor(self) -> Actor:
        """The kiosk as the service knows it."""
        device = self.world.devices[f"kiosk@{MEDIUM}"].device
        return Actor("kiosk", device, None, MEDIUM, device=device)

    def give_card(self, convict: str = "Ерлан", card: str = CARD, pin: str = PIN) -> str:
        """He has a card and has chosen his PIN; answers the first one, which opens nothing any more."""
        made = self.world.run(
            self.world.as_officer("registry_officer"),
            lambda unit: issue_card(unit, convict=self.world.people[convict], number=card),
        )
        first = sign_in_convict(self.world.environment, self.actor, card=card, pin=made.first_pin)
        him = find_convict(self.world.environment, self.actor, first.token, first_pin=True)
        choose_pin(self.world.environment, him, pin=pin)
        return made.first_pin


class Person:
    """Somebody at the screen without script: sends forms as the browser would."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self.client = standing.client()
        self.page = ""

    def get(self, path: str) -> str:
        answer = self.client.get(path, follow_redirects=True)
        self.page = answer.get_data(as_text=True)
        return self.page

    def send(self, path: str, **form: str) -> str:
        """Posts with the token and the key of the page before."""
        given = {name: found for name in ("token", "once") if (found := hidden(self.page, name)) is not None}
        answer = self.client.post(path, data={**given, **form}, follow_redirects=True)
        self.page = answer.get_data(as_text=True)
        return self.page

    def sign_in(self, card: str = CARD, pin: str = PIN, language: str = "ru") -> str:
        """Shows the card, touches a language if it is another, and types the PIN on the pad."""
        self._standing.kiosk.seat.show_card(card)
        self.get("/")
        if f'<html lang="{language}">' not in self.page:
            self.send("/language", language=language, back="/pin")
        return self.type_pin(pin)

    def type_pin(self, pin: str) -> str:
        """The digits, one after the other; the last one is the end of it."""
        for digit in pin:
            self.send("/pin", key=digit)
        return self.page

    def _hidden(self, name: str) -> str | None:
        return hidden(self.page, name)


def hidden(page: str, name: str) -> str | None:
    """The value of a hidden field of a page."""
    mark = f'name="{name}" value="'
    if mark not in page:
        return None
    start = page.index(mark) + len(mark)
    return page[start : page.index('"', start)]
