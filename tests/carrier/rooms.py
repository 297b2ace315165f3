"""Twilio's video rooms, to nobody real: who is in them by which ticket, and whose voice reaches whom."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import jwt

from tests.carrier.exchange import ACCOUNT, Refused

KEY, KEY_SECRET = "SK" + "0" * 32, "secret-of-the-tests-that-is-long-enough"
CREATED = "2026-03-02T07:00:00Z"
EVERYTHING: list[dict[str, Any]] = [{"type": "include", "all": True}]


@dataclass
class Guest:
    sid: str
    identity: str
    status: str = "connected"
    rules: list[dict[str, Any]] = field(default_factory=lambda: EVERYTHING)


@dataclass
class Room:
    sid: str
    asked: dict[str, str]
    status: str = "in-progress"
    guests: list[Guest] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        number = {name: int(self.asked.get(asked, "0")) for name, asked in (
            ("max_participants", "MaxParticipants"), ("max_participant_duration", "MaxParticipantDuration"),
            ("empty_room_timeout", "EmptyRoomTimeout"), ("unused_room_timeout", "UnusedRoomTimeout"),
        )}  # fmt: skip
        return {
            "sid": self.sid, "status": self.status, "date_created": CREATED, "date_updated": CREATED,
            "account_sid": ACCOUNT, "enable_turn": True, "unique_name": self.asked["UniqueName"],
            "status_callback": self.asked.get("StatusCallback"), "status_callback_method": "POST", "end_time": None,
            "duration": None, "type": self.asked.get("Type", "group"), **number, "max_concurrent_published_tracks": 170,
            "record_participants_on_connect": False, "video_codecs": ["VP8"], "media_region": "ie1",
            "audio_only": False, "large_room": False, "url": f"https://video.twilio.com/v1/Rooms/{self.sid}",
            "links": {},
        }  # fmt: skip

    def guest(self, name: str) -> Guest:
        for one in self.guests:
            if one.status == "connected" and name in (one.sid, one.identity):
                return one
        raise Refused(404, 20404)


@dataclass
class VideoRooms:
    rooms: list[Room] = field(default_factory=list)
    count: int = 0

    def enter(self, token: str) -> None:
        """What a page does with its ticket. Raises jwt.InvalidTokenError, Refused."""
        claims = jwt.decode(token, KEY_SECRET, algorithms=["HS256"], options={"verify_iat": False, "verify_nbf": False})
        assert (claims["iss"], claims["sub"]) == (KEY, ACCOUNT)
        grants = dict(claims["grants"])
        identity, room = grants.pop("identity"), grants.pop("video")["room"]
        assert grants == {}, "a ticket for the room and nothing else"
        self.count += 1
        self.room(room).guests.append(Guest(f"PA{self.count:032x}", identity))

    def hears(self, listener: str, speaker: str) -> bool:
        return self._reaches(listener, speaker, "audio")

    def sees(self, listener: str, speaker: str) -> bool:
        return self._reaches(listener, speaker, "video")

    def _reaches(self, listener: str, speaker: str, kind: str) -> bool:
        here = {
            one.identity.partition(".")[0]: one
            for room in self.rooms
            if room.status == "in-progress"
            for one in room.guests
            if one.status == "connected"
        }
        if listener not in here or speaker not in here:
            return False
        reaches = False
        for rule in here[listener].rules:
            fits = rule.get("all") or rule.get("publisher") == here[speaker].identity
            if fits and rule.get("kind", kind) == kind:
                reaches = rule["type"] == "include"
        return reaches

    def room(self, name: str) -> Room:
        for one in reversed(self.rooms):
            if name == one.sid or (name == one.asked["UniqueName"] and one.status == "in-progress"):
                return one
        raise Refused(404, 20404)

    def asked(self, method: str, path: str, query: dict[str, str], form: dict[str, str]) -> tuple[int, Any]:
        """Status and answer to a request of the video API. Raises Refused."""
        found = re.fullmatch(r"/v1/Rooms(?:/([^/]+))?(?:/(Participants)(?:/([^/]+)(/SubscribeRules)?)?)?", path)
        if found is None:
            raise Refused(404, 20404)
        name, people, guest, rules = found.groups()
        if name is None:
            return self._rooms(method, query, form)
        room = self.room(name)
        if people is None:
            if form.get("Status") == "completed":
                room.status = "completed"
                return 202, room.shown()
            return 200, room.shown()
        if guest is None:
            wanted = [one for one in room.guests if one.status == query.get("Status", one.status)]
            return 200, _page("participants", [_shown(room, one) for one in wanted], path)
        one = room.guest(guest)
        if rules:
            one.rules = json.loads(form["Rules"]) if method == "POST" else one.rules
            told = {"participant_sid": one.sid, "room_sid": room.sid, "rules": one.rules}
            return 200, {**told, "date_created": CREATED, "date_updated": CREATED}
        one.status = form.get("Status", one.status)
        return (202 if method == "POST" else 200), _shown(room, one)

    def _rooms(self, method: str, query: dict[str, str], form: dict[str, str]) -> tuple[int, Any]:
        if method == "POST":
            if any(one.asked["UniqueName"] == form["UniqueName"] and one.status == "in-progress" for one in self.rooms):
                raise Refused(400, 53113)
            self.count += 1
            self.rooms.append(Room(f"RM{self.count:032x}", form))
            return 201, self.rooms[-1].shown()
        wanted = [
            one.shown()
            for one in reversed(self.rooms)
            if one.asked["UniqueName"] == query.get("UniqueName") and one.status == query.get("Status", one.status)
        ]
        return 200, _page("rooms", wanted, "/v1/Rooms")


def _shown(room: Room, one: Guest) -> dict[str, Any]:
    return {
        "sid": one.sid, "room_sid": room.sid, "account_sid": ACCOUNT, "status": one.status, "identity": one.identity,
        "date_created": CREATED, "date_updated": CREATED, "start_time": CREATED, "end_time": None, "duration": None,
        "url": f"https://video.twilio.com/v1/Rooms/{room.sid}/Participants/{one.sid}", "links": {},
    }  # fmt: skip


def _page(name: str, found: list[dict[str, Any]], path: str) -> dict[str, Any]:
    address = f"https://video.twilio.com{path}?PageSize=50&Page=0"
    meta = {"first_page_url": address, "key": name, "next_page_url": None, "page": 0, "page_size": 50,
            "previous_page_url": None, "url": address}  # fmt: skip
    return {name: found, "meta": meta}
