"""A telephone exchange that speaks Twilio's conference and video APIs: what is asked of it happens, to nobody real.

It knows who would hear whom. Its events lie in `told` until a test posts them, signed, in whatever order and number.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener
from xml.etree import ElementTree

from twilio.request_validator import HMAC_SHA256, RequestValidator

ACCOUNT, TOKEN = "AC" + "0" * 32, "token-of-the-tests"
CREATED = "Mon, 02 Mar 2026 07:00:00 +0000"
PATIENCE = 60


class Refused(Exception):
    """Status and code of an error of Twilio's."""


@dataclass
class Line:
    sid: str
    conference: str
    asked: dict[str, str]
    muted: bool
    hold: bool = False
    coaching: str | None = None
    status: str = "ringing"

    @property
    def label(self) -> str:
        return self.asked.get("Label", "")

    def shown(self) -> dict[str, Any]:
        return {
            "account_sid": ACCOUNT, "call_sid": self.sid, "label": self.label, "call_sid_to_coach": self.coaching,
            "coaching": self.coaching is not None, "conference_sid": self.conference, "date_created": CREATED,
            "date_updated": CREATED, "end_conference_on_exit": self.asked.get("EndConferenceOnExit") == "true",
            "muted": self.muted, "hold": self.hold, "status": self.status, "queue_time": None,
            "start_conference_on_enter": self.asked.get("StartConferenceOnEnter") == "true",
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Conferences/{self.conference}/Participants/{self.sid}.json",
        }  # fmt: skip


@dataclass
class Conference:
    sid: str
    name: str
    status: str = "init"
    reason: str | None = None
    sequence: int = 0
    lines: dict[str, Line] = field(default_factory=dict)
    callback: str | None = None

    def shown(self) -> dict[str, Any]:
        return {
            "account_sid": ACCOUNT, "date_created": CREATED, "date_updated": CREATED, "api_version": "2010-04-01",
            "friendly_name": self.name, "region": "ie1", "sid": self.sid, "status": self.status,
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Conferences/{self.sid}.json", "subresource_uris": {},
            "reason_conference_ended": self.reason, "call_sid_ending_conference": None,
        }  # fmt: skip


@dataclass
class Exchange:
    """`pick_up`: whoever is dialled answers at once; `reached_at`: where our app answers in place of its address."""

    pick_up: bool = True
    reached_at: str | None = None
    shared_key: str | None = None
    refused_numbers: set[str] = field(default_factory=set)
    down: bool = False
    now: datetime = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    conferences: list[Conference] = field(default_factory=list)
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    announced: list[ElementTree.Element] = field(default_factory=list)
    played: list[bytes] = field(default_factory=list)
    dialled: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    count: int = 0

    def sid(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count:032x}"

    # What people and time do.

    def answer(self, line: Line) -> None:
        conference = self.conference(line.conference)
        line.status = "connected"
        self.tell(conference, "participant-join", line)
        if conference.status == "init" and line.asked.get("StartConferenceOnEnter") == "true":
            conference.status = "in-progress"
            self.tell(conference, "conference-start")

    def leave(self, line: Line, reason: str = "last-participant-left") -> None:
        conference = self.conference(line.conference)
        del conference.lines[line.sid]
        line.status = "complete"
        self.tell(conference, "participant-leave", line)
        if not conference.lines or line.asked.get("EndConferenceOnExit") == "true":
            self.finish(conference, reason)

    def finish(self, conference: Conference, reason: str) -> None:
        conference.status, conference.reason = "completed", reason
        for line in list(conference.lines.values()):
            del conference.lines[line.sid]
            self.tell(conference, "participant-leave", line)
        self.tell(conference, "conference-end", ReasonConferenceEnded=reason)

    def line(self, party: str) -> Line:
        (found,) = (
            line
            for conference in self.conferences
            for line in conference.lines.values()
            if line.label.partition(".")[0] == party
        )
        return found

    def hears(self, listener: str, speaker: str) -> bool:
        """Whether what one says reaches the other now."""
        here = {line.label.partition(".")[0]: line for one in self.conferences for line in one.lines.values()}
        ear, mouth = here.get(listener), here.get(speaker)
        return (
            self.reaches(listener, speaker)
            and mouth is not None
            and not mouth.muted
            and mouth.coaching
            in (
                None,
                ear.sid if ear else None,
            )
        )

    def reaches(self, listener: str, speaker: str) -> bool:
        """Whether both are in the running conference, and neither is held."""
        here = {line.label.partition(".")[0]: line for one in self.conferences for line in one.lines.values()}
        if listener not in here or speaker not in here:
            return False
        both = (here[listener], here[speaker])
        running = self.conference(both[0].conference).status == "in-progress"
        return running and all(one.status == "connected" and not one.hold for one in both)

    # What it tells, signed.

    def tell(self, conference: Conference, event: str, line: Line | None = None, **more: str) -> None:
        if conference.callback is None:
            return
        conference.sequence += 1
        fields = {
            "AccountSid": ACCOUNT, "ConferenceSid": conference.sid, "FriendlyName": conference.name,
            "StatusCallbackEvent": event, "SequenceNumber": str(conference.sequence),
            "Timestamp": format_datetime(self.now), **more,
        }  # fmt: skip
        if line is not None:
            fields |= {
                "CallSid": line.sid, "ParticipantLabel": line.label, "Muted": str(line.muted).lower(),
                "Hold": str(line.hold).lower(), "Coaching": str(line.coaching is not None).lower(),
                "StartConferenceOnEnter": line.asked.get("StartConferenceOnEnter", "true"),
                "EndConferenceOnExit": line.asked.get("EndConferenceOnExit", "false"),
            }  # fmt: skip
        self.told.append((conference.callback, fields))

    def headers(self, url: str, fields: dict[str, str]) -> dict[str, str]:
        if self.shared_key is None:
            return {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, fields)}
        signature = RequestValidator(self.shared_key).compute_signature(url, fields, HMAC_SHA256)
        settings = "key=k1,algorithm=HMAC_SHA256"
        return {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": settings}

    def post(self, url: str, fields: dict[str, str]) -> tuple[int, bytes]:
        asked = Request(self._reached(url), urlencode(fields).encode(), self.headers(url, fields))
        with build_opener(ProxyHandler({})).open(asked, timeout=PATIENCE) as answer:
            return int(answer.status), answer.read()

    def _reached(self, url: str) -> str:
        assert self.reached_at is not None
        parts = urlsplit(url)
        return self.reached_at + parts.path + (f"?{parts.query}" if parts.query else "")

    def announce(self, conference: Conference, url: str) -> None:
        """Fetches what is to be said, and what is to be played of it, as Twilio does."""
        if self.reached_at is None:
            return
        _, said = self.post(url, {"ConferenceSid": conference.sid, "AccountSid": ACCOUNT})
        words = ElementTree.fromstring(said)
        self.announced.append(words)
        for play in words.iter("Play"):
            assert play.text
            with build_opener(ProxyHandler({})).open(self._reached(play.text), timeout=PATIENCE) as answer:
                assert answer.headers["Content-Type"] == "audio/wav"
                self.played.append(answer.read())

    # What is asked of it.

    def asked(self, method: str, path: str, query: dict[str, str], form: dict[str, str]) -> tuple[int, Any]:
        """Status and answer to a request of the conference API. Raises Refused."""
        base = f"/2010-04-01/Accounts/{ACCOUNT}/Conferences"
        found = re.fullmatch(rf"{base}(?:/([^/]+?))?(?:/Participants(?:/([^/]+?))?)?\.json", path)
        if found is None:
            raise Refused(404, 20404)
        sid, line = found.groups()
        if "/Participants" not in path:
            return self._conference(method, sid, query, form)
        if line is None and method == "POST":
            return 201, self._dial(sid, form).shown()
        conference = self.conference(sid)
        if conference.status == "completed":
            raise Refused(404, 20404)
        if line is None:
            return 200, _page("participants", [one.shown() for one in conference.lines.values()], path)
        return self._line(method, conference, line, form)

    def _conference(self, method: str, sid: str | None, query: dict[str, str], form: dict[str, str]) -> tuple[int, Any]:
        if sid is None:
            wanted = [one for one in reversed(self.conferences) if one.name == query.get("FriendlyName", one.name)]
            return 200, _page("conferences", [one.shown() for one in wanted], "/2010-04-01/Conferences.json")
        conference = self.conference(sid)
        if method == "POST" and conference.status == "completed":
            raise Refused(404, 20404)
        if form.get("Status") == "completed":
            self.finish(conference, "conference-ended-via-api")
        if "AnnounceUrl" in form:
            self.announce(conference, form["AnnounceUrl"])
        return 200, conference.shown()

    def _dial(self, name: str, form: dict[str, str]) -> Line:
        self.dialled.append(form)
        if form["To"] in self.refused_numbers:
            raise Refused(400, 13224)
        running = [one for one in self.conferences if name in (one.name, one.sid) and one.status != "completed"]
        if not running:
            running = [Conference(self.sid("CF"), name)]
            self.conferences += running
        conference = running[0]
        label = form.get("Label", "")
        if label and any(one.label == label for one in conference.lines.values()):
            raise Refused(400, 16025)
        if conference.callback is None:  # counts only from whoever came first
            conference.callback = form.get("ConferenceStatusCallback")
        line = Line(self.sid("CA"), conference.sid, form, form.get("Muted", "false").lower() == "true")
        conference.lines[line.sid] = line
        if self.pick_up:
            self.answer(line)
        return line

    def _line(self, method: str, conference: Conference, name: str, form: dict[str, str]) -> tuple[int, Any]:
        found = [one for one in conference.lines.values() if name in (one.sid, one.label)]
        if not found:
            raise Refused(404, 20404)
        line = found[0]
        if method == "DELETE":
            self.leave(line, "last-participant-kicked")
            return 204, None
        if method == "POST":
            line.muted = form.get("Muted", str(line.muted)).lower() == "true"
            line.hold = form.get("Hold", str(line.hold)).lower() == "true"
            if form.get("Coaching", "").lower() == "true" and form.get("CallSidToCoach") not in conference.lines:
                raise Refused(400, 16024)
            if "Coaching" in form:
                line.coaching = form["CallSidToCoach"] if form["Coaching"].lower() == "true" else None
        return 200, line.shown()

    def conference(self, sid: str | None) -> Conference:
        for one in self.conferences:
            if one.sid == sid:
                return one
        raise Refused(404, 20404)


def _page(name: str, found: list[dict[str, Any]], path: str) -> dict[str, Any]:
    return {
        name: found, "page": 0, "page_size": 50, "start": 0, "end": max(0, len(found) - 1), "uri": path,
        "first_page_uri": f"{path}?Page=0", "next_page_uri": None, "previous_page_uri": None,
    }  # fmt: skip
