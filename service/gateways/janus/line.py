"""The HTTP interface of Janus on this machine: sessions, handles, requests to its rooms and their answers.

Janus manual, "RESTful, WebSockets, RabbitMQ, MQTT, Nanomsg and UnixSockets API" and "VideoRoom plugin".
"""

import http.client
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from service.gateways.calls import ProviderAway

PLUGIN = "janus.plugin.videoroom"
PATIENCE_SECONDS = 5.0
MOST_ANSWER = 1 << 20
UNAUTHORIZED = 403
NO_SESSION, NO_HANDLE = 458, 459
NO_ROOM, ROOM_EXISTS, NO_FEED = 426, 427, 428


class JanusRefused(Exception):
    """Janus answered with an error of its own. `code`: as in its `error_code`."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code} {why}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Said:
    """What a room answered: its data, and a session description where there is one."""

    data: Mapping[str, Any]
    sdp: str | None = None


def _new_mark() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class JanusLine:
    """Speaks to one Janus at `url` (`http://127.0.0.1:8088/janus`). Every question is one connection; nothing is kept.

    Raises ProviderAway where Janus does not answer within `patience` seconds, JanusRefused for what it refuses.
    """

    url: str
    secret: str
    patience: float = PATIENCE_SECONDS
    chance: Callable[[], str] = _new_mark

    def create(self) -> str:
        """A new session; it lives as long as it is asked something every `session_timeout` seconds."""
        return str(self._ask("", {"janus": "create"})["data"]["id"])

    def attach(self, session: str) -> str:
        """A new handle to the rooms, in a session."""
        return str(self._ask(f"/{session}", {"janus": "attach", "plugin": PLUGIN})["data"]["id"])

    def keep_alive(self, session: str) -> None:
        """The session lives on."""
        self._ask(f"/{session}", {"janus": "keepalive"})

    def detach(self, session: str, handle: str) -> None:
        """The handle goes, with the media it carried; one that is gone already is gone."""
        with _gone():
            self._ask(f"/{session}/{handle}", {"janus": "detach"})

    def destroy(self, session: str) -> None:
        """The session goes, with all its handles and their media."""
        with _gone():
            self._ask(f"/{session}", {"janus": "destroy"})

    def ask(self, session: str, handle: str, body: Mapping[str, object]) -> Said:
        """A request that rooms answer at once ('create', 'destroy', 'list', 'listparticipants', 'moderate')."""
        return _said(self._ask(f"/{session}/{handle}", {"janus": "message", "body": body}))

    def exchange(
        self, session: str, handle: str, body: Mapping[str, object], *, kind: str = "", sdp: str | None = None
    ) -> Said:
        """A request whose answer comes as an event ('join', 'publish', 'start'). `kind` and `sdp`: an 'offer' or
        'answer' that goes with it. One exchange of a session at a time: events are taken by whoever asks first."""
        mark = self.chance()
        message: dict[str, object] = {"janus": "message", "body": body}
        if sdp is not None:
            message["jsep"] = {"type": kind, "sdp": sdp, "trickle": False}
        self._ask(f"/{session}/{handle}", message, mark)
        for _ in range(20):
            for event in self._events(session):
                if event.get("transaction") == mark:
                    return _said(event)
        raise ProviderAway("Janus took a request and said nothing of it")

    @contextmanager
    def aside(self) -> Iterator[Callable[[Mapping[str, object]], Said]]:
        """A session for requests about rooms, gone afterwards."""
        session = self.create()
        try:
            handle = self.attach(session)
            yield lambda body: self.ask(session, handle, body)
        finally:
            with suppress(ProviderAway):
                self.destroy(session)

    def _ask(self, path: str, message: Mapping[str, object], mark: str | None = None) -> dict[str, Any]:
        body = {**message, "transaction": mark or self.chance(), "apisecret": self.secret}
        answer: dict[str, Any] = self._send("POST", path, json.dumps(body).encode())
        if answer.get("janus") == "error":
            if answer["error"]["code"] == UNAUTHORIZED:
                raise ProviderAway("Janus has another secret than ours")
            raise JanusRefused(answer["error"]["code"], answer["error"]["reason"])
        return answer

    def _events(self, session: str) -> list[dict[str, Any]]:
        query = urlencode({"maxev": 10, "apisecret": self.secret})
        answer = self._send("GET", f"/{session}?{query}", None)
        events: list[dict[str, Any]] = answer if isinstance(answer, list) else [answer]
        for event in events:
            if event.get("janus") == "error":
                raise JanusRefused(event["error"]["code"], event["error"]["reason"])
        return events

    def _send(self, method: str, path: str, body: bytes | None) -> Any:
        parts = urlsplit(self.url)
        line = http.client.HTTPConnection(parts.netloc, timeout=self.patience)
        try:
            line.request(method, parts.path + path, body, {"Content-Type": "application/json"} if body else {})
            answer = line.getresponse()
            if answer.status != http.client.OK:
                raise ProviderAway(f"Janus answered {answer.status}")
            return json.loads(answer.read(MOST_ANSWER))
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise ProviderAway(f"Janus: {type(fault).__name__}") from fault
        finally:
            line.close()


def _said(event: Mapping[str, Any]) -> Said:
    data = event.get("plugindata", {}).get("data", {})
    if "error_code" in data:
        raise JanusRefused(data["error_code"], str(data.get("error", "")))
    return Said(data, event.get("jsep", {}).get("sdp"))


@contextmanager
def _gone() -> Iterator[None]:
    try:
        yield
    except JanusRefused as refused:
        if refused.code not in (NO_SESSION, NO_HANDLE):
            raise
