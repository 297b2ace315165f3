"""LiveKit's room service as its documentation has it, without media: rooms, participants, and what tokens grant.

No LiveKit server can be had from the package registries this project is built from, so none was ever run against it.
This stands for its HTTP side: each method insists on the grant that the documentation names for it.
"""

import base64
import contextlib
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

KEY, SECRET = "APItests", "secret-of-the-tests-that-is-long-enough"
GRANT = {
    "CreateRoom": "roomCreate", "DeleteRoom": "roomCreate", "ListRooms": "roomList", "ListParticipants": "roomAdmin",
    "RemoveParticipant": "roomAdmin", "UpdateParticipant": "roomAdmin", "SendData": "roomAdmin",
}  # fmt: skip
FIELDS = {
    "CreateRoom": {"name", "emptyTimeout", "departureTimeout", "maxParticipants"}, "DeleteRoom": {"room"},
    "ListRooms": {"names"}, "ListParticipants": {"room"}, "RemoveParticipant": {"room", "identity"},
    "UpdateParticipant": {"room", "identity", "permission"}, "SendData": {"room", "data", "kind", "topic"},
}  # fmt: skip
PERMISSION = {"canSubscribe", "canPublish", "canPublishSources", "canPublishData", "hidden"}


class Twirp(Exception):
    """Status and code of an error of Twirp's."""


@dataclass
class LiveKitServer:
    """`rooms`: by name, each participant's permission by identity. Nobody makes a room by entering one."""

    rooms: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    data: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    down: bool = False

    def asked(self, method: str, authorization: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.down:
            raise Twirp(503, "unavailable")
        grants = self._grants(authorization)
        if set(grants) - {"room"} != {GRANT[method]} or ("room" in grants and grants["room"] != body.get("room")):
            self.wrong.append(f"{method}: {grants}")
            raise Twirp(403, "permission_denied")
        if set(body) - FIELDS[method]:
            self.wrong.append(f"{method}: {sorted(body)}")
            raise Twirp(400, "malformed")
        return self._done(method, body)

    def enter(self, token: str) -> None:
        """What a page does with its ticket. Raises jwt.InvalidTokenError, Twirp."""
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=KEY, options={"verify_nbf": False})
        grants = dict(claims["video"])
        assert grants.pop("roomJoin") is True
        room = grants.pop("room")
        assert set(grants) == PERMISSION, "a ticket to enter and nothing else"
        assert not grants["canPublishData"]
        grants["canPublishSources"] = [one.upper() for one in grants["canPublishSources"]]
        if room not in self.rooms:
            raise Twirp(404, "not_found")
        self.rooms[room][claims["sub"]] = grants

    def sees(self, viewer: str, other: str) -> bool:
        return self._reaches(viewer, other, "CAMERA")

    def hears(self, viewer: str, other: str) -> bool:
        return self._reaches(viewer, other, "MICROPHONE")

    def _reaches(self, viewer: str, other: str, source: str) -> bool:
        for room in self.rooms.values():
            here = {identity.partition(".")[0]: may for identity, may in room.items()}
            if viewer in here and other in here:
                sends = here[other]["canPublish"] and source in here[other]["canPublishSources"]
                return bool(here[viewer]["canSubscribe"] and sends and not here[other]["hidden"])
        return False

    def _grants(self, authorization: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(authorization.removeprefix("Bearer "), SECRET, algorithms=["HS256"], issuer=KEY)
        except jwt.InvalidTokenError:
            raise Twirp(401, "unauthenticated") from None
        assert claims["exp"] - claims["nbf"] < 60
        return dict(claims["video"])

    def _done(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        name = body.get("room", "")
        if method == "CreateRoom":
            self.rooms.setdefault(body["name"], {})
            return {"name": body["name"], "sid": "RM_" + body["name"]}
        if method == "ListRooms":
            return {"rooms": [{"name": one} for one in body["names"] if one in self.rooms]}
        if name not in self.rooms:
            raise Twirp(404, "not_found")
        if method == "DeleteRoom":
            del self.rooms[name]
        elif method == "ListParticipants":
            return {"participants": [{"identity": one, "state": "ACTIVE"} for one in self.rooms[name]]}
        elif method == "SendData":
            self.data.append(json.loads(base64.b64decode(body["data"])))
        elif body["identity"] not in self.rooms[name]:
            raise Twirp(404, "not_found")
        elif method == "RemoveParticipant":
            del self.rooms[name][body["identity"]]
        else:
            assert set(body["permission"]) == PERMISSION
            self.rooms[name][body["identity"]] = body["permission"]
        return {}


def signed_event(event: dict[str, Any], *, secret: str = SECRET, key: str = KEY, now: int) -> tuple[bytes, str]:
    """An event as LiveKit posts it: the body, and a token that names the body's digest."""
    body = json.dumps(event).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    token = jwt.encode({"iss": key, "nbf": now, "exp": now + 300, "sha256": digest}, secret, algorithm="HS256")
    return body, token


@contextlib.contextmanager
def open_livekit(livekit: LiveKitServer) -> Iterator[str]:
    """Serves it on the loopback interface and yields its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service, _, method = self.path.removeprefix("/twirp/").partition("/")
            status, told = 200, dict[str, Any]()
            try:
                if service != "livekit.RoomService" or method not in GRANT:
                    raise Twirp(404, "bad_route")
                told = livekit.asked(method, self.headers.get("Authorization", ""), json.loads(body))
            except Twirp as fault:
                status, code = fault.args
                told = {"code": code, "msg": "no"}
            said = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: the tests read what happened."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
