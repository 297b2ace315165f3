"""The cast at the JSON interface: everybody with a token of their own, every request as a client would send it."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.test import TestResponse

from service.app.account_sign_in import code_to_send
from service.app.card_issue import issue_card, live_card
from service.app.session_open import open_session
from service.app.transact import transact
from service.store.unit_of_work import UnitOfWork
from service.web.api.app import create_app
from service.web.settings import WebSettings
from tests.builders import CONSOLE
from tests.cast import MEDIUM, World

SETTINGS = WebSettings(key=b"k" * 32, secure=False, time_zone=ZoneInfo("Asia/Almaty"), pause=lambda _: None)
_keys = count(1)


def new_key() -> str:
    """An idempotency key nobody used before."""
    return f"test-request-{next(_keys):08}"


def uid(hex_: str) -> str:
    """An id as the interface writes it."""
    return str(UUID(hex_))


@dataclass
class Caller:
    """One principal with a token, or without one; at a kiosk, with the session of the convict who stands there."""

    app: Flask
    token: str | None = None
    convict: str | None = None

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, body: object = None, key: str | None = None, **more: Any) -> TestResponse:
        """A write under a key, a new one unless given."""
        given = {} if body is None else {"json": body}
        return self.send("POST", path, headers={"Idempotency-Key": key or new_key()}, **given, **more)

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        carried = {"Accept-Language": "en", **(headers or {})}
        if self.token is not None:
            carried["Authorization"] = f"Bearer {self.token}"
        if self.convict is not None:
            carried["Kezdesu-Convict"] = self.convict
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=carried, **more)


@dataclass
class Face:
    """The interface over a world. `codes` are the one-time codes sent, newest last."""

    world: World
    app: Flask = field(init=False)
    codes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = create_app(self.world.environment, SETTINGS, send_code=self._send)

    def _send(self, code_id: str) -> None:
        sent = code_to_send(self.world.environment, code_id)
        assert sent is not None
        self.codes.append(sent.code)

    def nobody(self) -> Caller:
        return Caller(self.app)

    def relative(self, name: str) -> Caller:
        return Caller(self.app, self.session("relative", self.world.accounts[name].account))

    def officer(self, role: str, institution: str = MEDIUM) -> Caller:
        return Caller(self.app, self.session("officer", self.world.officers[institution, role].id))

    def auditor(self) -> Caller:
        return self.officer("auditor")

    def kiosk(self, institution: str = MEDIUM, convict: str | None = "Ерлан") -> Caller:
        """A kiosk with the convict who has signed in at it, as if he had; with None, nobody has."""
        device = self.world.devices[f"kiosk@{institution}"]
        session = None if convict is None else self._standing(device.device, self.world.people[convict])
        return Caller(self.app, device.key, session)

    def _standing(self, device: str, convict: str) -> str:
        def stand(unit: UnitOfWork) -> str:
            card = live_card(unit, convict)
            if card is None:
                issue_card(unit, convict=convict, number=convict[:16])
                card = live_card(unit, convict)
                assert card is not None
                unit.change(card, first_pin=False)
            return open_session(unit, "convict", convict, device)

        return transact(self.world.environment, CONSOLE, stand)

    def bridge(self, institution: str = MEDIUM) -> Caller:
        return Caller(self.app, self.world.devices[f"bridge@{institution}"].key)

    def session(self, principal: str, id_: str) -> str:
        """The token of a new session, as if they had signed in."""
        return transact(self.world.environment, CONSOLE, lambda unit: open_session(unit, principal, id_))

    def convict(self, name: str) -> str:
        return uid(self.world.people[name])

    def relationship(self, relative: str, convict: str = "Ерлан") -> str:
        return uid(self.world.relations[relative, convict])

    def template(self, called: str = "long", institution: str = MEDIUM) -> str:
        return uid(self.world.templates[institution, called])

    def gate(self, institution: str = MEDIUM) -> str:
        return uid(self.world.gates[institution])

    def hold_body(self, *who: str, convict: str = "Ерлан", day: str = "2026-03-14", **more: object) -> dict[str, Any]:
        """A long visit of these relatives on a Saturday, unless told otherwise."""
        return {
            "kind": "long",
            "convict": self.convict(convict),
            "relationships": [self.relationship(one, convict) for one in who or ("Айгүл",)],
            "template": self.template("long"),
            "day": day,
            **more,
        }

    def held(self, name: str = "Айгүл", **more: Any) -> str:
        """A hold of this relative; its appointment."""
        answer = self.relative(name).post("/holds", self.hold_body(name, **more))
        assert answer.status_code == 201, answer.json
        return str(answer.json["appointment"])

    def requested(self, name: str = "Айгүл", **more: Any) -> str:
        """A request of this relative."""
        held = self.held(name, **more)
        answer = self.relative(name).post("/appointments", {"appointment": held})
        assert answer.status_code == 201, answer.json
        return held

    def granted(self, name: str = "Айгүл", **more: Any) -> str:
        """A request that the head granted."""
        asked = self.requested(name, **more)
        answer = self.officer("head").post(f"/appointments/{asked}/grant")
        assert answer.status_code == 200, answer.json
        return asked

    def tokens(self, appointment: str, name: str = "Айгүл") -> list[str]:
        """The texts of its passes."""
        return [one["token"] for one in self.relative(name).get(f"/appointments/{appointment}/passes").json["passes"]]

    def scan_body(self, token: str, sequence: int = 1, **more: object) -> dict[str, Any]:
        """A pass read at the entry, now."""
        return {
            "gate": self.gate(),
            "reader": "entry",
            "direction": "entry",
            "token": token,
            "scanned_at": self.world.clock().isoformat(),
            "sequence": sequence,
            **more,
        }
