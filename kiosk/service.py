"""The kiosk's way to the service: `/api/v1` with the device's key, and the session of whoever stands here."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

import httpx

PREFIX = "/api/v1"
PATIENCE = httpx.Timeout(6.0, connect=2.0)
NOT_HEARD = frozenset(
    {
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.CONFLICT,
    }
)


class Offline(Exception):
    """The service was not heard, or cannot answer now."""


class DeviceRefused(Exception):
    """The service does not know this kiosk any more: its key was revoked."""


class SessionOver(Exception):
    """Nobody is signed in any more."""


class SignInFailed(Exception):
    """Card and PIN do not go together."""


class TooManyTries(Exception):
    """Signing in has to wait."""


@dataclass(frozen=True)
class Refused(Exception):
    """The service refuses, with reasons in three languages."""

    code: str
    reasons: tuple[Mapping[str, Any], ...]

    def said(self, language: str) -> list[str]:
        """The reasons as sentences."""
        return [str(one["text"][language]) for one in self.reasons]


class Way(Protocol):
    """What carries requests: an `httpx.Client`, or a test's."""

    def request(self, method: str, url: str, *, headers: dict[str, str], json: Any = None) -> httpx.Response: ...


class Service:
    """Asks the service. Every method raises Offline, DeviceRefused, SessionOver, Refused or what it names."""

    def __init__(self, way: Way, key: str) -> None:
        self._way = way
        self._key = key

    def kiosk(self) -> dict[str, Any]:
        """Where this kiosk stands, and the keys it seals to."""
        return self._ask("GET", "/kiosk")

    def sign_in(self, card: str, pin: str) -> dict[str, Any]:
        """A session for a card and PIN. Raises SignInFailed, TooManyTries."""
        return self._entering("/kiosk/sessions", {"card": card, "pin": pin})

    def change_pin(self, which: str, session: str, told: Mapping[str, object]) -> None:
        """Another "pin" or "second-pin" of the convict. Raises SignInFailed, TooManyTries for the current one."""
        self._entering(f"/kiosk/{which}", told, session)

    def _entering(self, path: str, body: Mapping[str, object], session: str | None = None) -> dict[str, Any]:
        try:
            return self._ask("POST", path, session=session, body=body)
        except Refused as refused:
            if refused.code == "too-many-requests":
                raise TooManyTries from refused
            if refused.code in ("sign-in-failed", "invalid"):
                raise SignInFailed from refused
            raise

    def sign_out(self, session: str) -> None:
        """Ends a session."""
        self._ask("DELETE", "/kiosk/session", session=session)

    def get(self, path: str, session: str) -> dict[str, Any]:
        """Something of the convict's own."""
        return self._ask("GET", f"/kiosk/{path}", session=session)

    def stay(self, session: str) -> None:
        """He is here still, though he asks for nothing: typing, choosing a PIN."""
        try:
            self.get("notices", session)
        except Refused:
            return

    def post(self, path: str, session: str, body: object = None, key: str = "") -> dict[str, Any]:
        """An act of the convict, once under its key."""
        return self._ask("POST", f"/kiosk/{path}", session=session, body=body, key=key)

    def room(self, call: str, op: str, session: str, body: object) -> tuple[int, bytes]:
        """Hands on what a page says to the room of a call; answers status and octets as the service does.

        A refusal is told to the page, not raised. Raises Offline.
        """
        headers = {"Authorization": f"Bearer {self._key}", "Accept-Language": "en", "Kezdesu-Convict": session}
        try:
            answer = self._way.request("POST", f"{PREFIX}/calls/{call}/room/{op}", headers=headers, json=body)
        except httpx.HTTPError as error:
            raise Offline from error
        return answer.status_code, answer.content

    def send_queued(self, sequence: int, asked_at: str, sealed: str) -> dict[str, Any]:
        """One request that waited for the line."""
        return self._ask("POST", "/kiosk/queue", body={"sequence": sequence, "asked_at": asked_at, "sealed": sealed})

    def _ask(
        self, method: str, path: str, *, session: str | None = None, body: object = None, key: str = ""
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}", "Accept-Language": "en"}
        if session is not None:
            headers["Kezdesu-Convict"] = session
        if key:
            headers["Idempotency-Key"] = key
        more: dict[str, Any] = {} if body is None else {"json": body}
        try:
            answer = self._way.request(method, f"{PREFIX}{path}", headers=headers, **more)
        except httpx.HTTPError as error:
            raise Offline from error
        if answer.is_success:
            return {} if answer.status_code == HTTPStatus.NO_CONTENT else dict(answer.json())
        raise _refusal(answer)


def _refusal(answer: httpx.Response) -> Exception:
    try:
        problem = dict(answer.json())
    except ValueError:
        return Offline()
    reasons = tuple(problem.get("reasons", ()))
    codes = {one["code"] for one in reasons}
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        return DeviceRefused()
    if "not-signed-in" in codes:
        return SessionOver()
    if answer.status_code in NOT_HEARD and not reasons:
        return Offline()
    return Refused(str(problem.get("code", "")), reasons)
