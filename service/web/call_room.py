"""The room of a call as its pages reach it: signalling passes through here, so that the service alone decides who sends
and who receives. Relatives and officers send JSON with the token of their page; the kiosk sends it with its own key.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import structlog
from flask import Response, request
from pydantic import Field

from service.app.call_align import align_room
from service.app.call_arrange import LiveLimit
from service.app.call_join import join_call, leave_call
from service.app.call_room import wanted_room
from service.app.call_seat import Seat, find_seat, note_seen
from service.app.call_signs import call_signs
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.gateways.call_tickets import TicketedCalls
from service.gateways.calls import CallProvider, InMemoryCalls, NotInRoom, ProviderAway
from service.gateways.calls_by_kind import CallsByKind
from service.gateways.turn import IceServer, TurnServers
from service.store.environment import Environment
from service.web.api.answering import Problems
from service.web.api.problem import NOT_FOUND, UNAVAILABLE, Problem, Refused
from service.web.api.reading import read_body
from service.web.api.refusals import refused
from service.web.api.values import Answer, Body, Moment
from service.web.messages import N_

OPS = ("join", "publish", "subscribe", "answer", "ticket", "ping", "leave")
ELSEWHERE = Problem(
    "call-elsewhere",
    409,
    N_("The call was opened at another device"),
    N_("Only the device that came last takes part. Close this page, or open the call here again."),
)
CALL_OVER = Problem("call-over", 410, N_("The call is over"), N_("Nobody can take part in it any more."))
NOT_NOW = Problem(
    "call-not-now", 409, N_("This part of the call is not open to you now"), N_("Wait until the officer goes on.")
)
ROOM_PROBLEMS = (ELSEWHERE, CALL_OVER, NOT_NOW)
_SDP = 49152
_log = structlog.get_logger("web")


class RoomAsked(Body):
    """What a page says to its room; which of it is read, the operation says."""

    seat: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    sdp: Annotated[str, Field(max_length=_SDP)] | None = Field(
        default=None, description="A session description with all its candidates (RFC 8866)."
    )
    party: Annotated[str, Field(pattern="^(convict|relative|supervisor)$")] | None = None
    subscription: Annotated[str, Field(pattern="^[0-9]{1,24}$")] | None = None
    since: Moment | None = Field(default=None, description="Warnings up to then are known.")


class Ice(Answer):
    urls: list[str]
    username: str
    credential: str


class Ticket(Answer):
    """With what a page enters the room at a supplier whom it speaks to itself."""

    kind: str
    url: str = ""
    token: str


class Warning_(Answer):
    at: datetime
    code: str


class RoomAnswer(Answer):
    """How the call stands, and what the operation brought."""

    seat: str | None = Field(default=None, description="The page's own seat; empty where it has to join again.")
    sdp: str | None = None
    subscription: str | None = None
    ice_servers: list[Ice] = Field(default=[], description="Relays for the page, as RTCIceServer.")
    supplier: str = Field(default="", description="Whom the page speaks to itself, with a ticket; empty for nobody.")
    ticket: Ticket | None = None
    state: str | None = None
    live: bool = Field(default=False, description="The parties reach each other.")
    hard_end_at: datetime | None = Field(default=None, description="The limit; set once, when it first goes live.")
    now: datetime | None = Field(default=None, description="The service's clock.")
    ended_code: str | None = None
    warnings: list[Warning_] = Field(default=[])
    recording: bool = False
    muted: str | None = Field(default=None, description="The party that nobody hears.")
    voice: bool = Field(default=False, description="The officer speaks to both.")
    media: bool | None = Field(
        default=None, description="Whether the supplier still has this page; null while it does not answer."
    )
    peers: dict[str, str] = Field(default={}, description="Who may be received; a new value is to be asked for anew.")
    pictures: bool = Field(default=False, description="The call has pictures; otherwise sound alone.")
    carried: bool = Field(default=True, description="False where no page carries sound or picture.")
    telephone: bool = Field(default=False, description="The supplier dials everybody; pages only show the call.")


@dataclass(frozen=True)
class CallRooms:
    """The supplier of this installation and its relays."""

    provider: CallProvider = field(default_factory=InMemoryCalls)
    turn: TurnServers = field(default_factory=lambda: TurnServers((), ""))
    recordings: Path = Path("recordings")
    """Where sealed recordings lie."""
    limit: LiveLimit | None = None
    """How many calls the supplier carries at a time; None for one whose machines are not ours."""

    def act(self, environment: Environment, actor: Actor, call: str, op: str, asked: RoomAsked) -> RoomAnswer:
        """Carries out one operation of a page. Raises Refusal, and Refused for what the room does not take."""
        if op == "join":
            return self._join(environment, actor, call)
        name = asked.seat or ""
        seat = find_seat(environment, actor, call, name)
        if op == "leave":
            return self._leave(environment, actor, call, name)
        if op == "ping":
            return self._ping(environment, seat, name, asked.since)
        if not seat.open:
            raise CALL_OVER.refused()
        if not seat.sits:
            raise (ELSEWHERE if seat.elsewhere else NOT_NOW).refused()
        if op == "ticket":
            return self._told(environment, seat, None, {"ticket": self._ticket(environment, seat, name)})
        body: dict[str, object] = {"sdp": asked.sdp, "party": asked.party, "subscription": asked.subscription}
        found = self._relay(environment, seat, name, op, body)
        return self._told(environment, seat, None, found)

    def _join(self, environment: Environment, actor: Actor, call: str) -> RoomAnswer:
        name = environment.new_id()
        transact(environment, actor, lambda unit: join_call(unit, call=call, seat=name))
        seat = find_seat(environment, actor, call, name)
        note_seen(environment, seat, name)
        try:
            align_room(environment, self.provider, call)
        except (NotInRoom, ProviderAway) as fault:  # a worker goes on with it
            _log.warning("room not ready", call=call, why=str(fault))
        relays = self.turn.for_party(call, seat.party, seat.now)
        return self._told(environment, seat, None, {}).model_copy(
            update={"seat": name, "ice_servers": [_ice(one) for one in relays]}
        )

    def _leave(self, environment: Environment, actor: Actor, call: str, name: str) -> RoomAnswer:
        transact(environment, actor, lambda unit: leave_call(unit, call=call, seat=name))
        seat = find_seat(environment, actor, call, name)
        try:
            self.provider.relay(call, name, seat.party, "leave", {})
            align_room(environment, self.provider, call)
        except (NotInRoom, ProviderAway) as fault:
            _log.info("left", call=call, why=str(fault))
        return self._told(environment, seat, None, {})

    def _ping(self, environment: Environment, seat: Seat, name: str, since: datetime | None) -> RoomAnswer:
        if seat.elsewhere and seat.open:
            raise ELSEWHERE.refused()
        found: dict[str, object] = {}
        if seat.open and seat.sits:  # past the limit no page is kept alive, whatever else has failed
            note_seen(environment, seat, name)
            try:
                if self._supplier(seat):
                    return self._told(environment, seat, since, {})
                found = dict(self.provider.relay(seat.call, name, seat.party, "keepalive", {}))
            except NotInRoom:
                found = {"media": False}
            except ProviderAway as fault:
                _log.warning("supplier does not answer", call=seat.call, why=str(fault))
        elif seat.open:  # a seat that was held to be empty: the page may sit down again
            found = {"media": False}
        answer = self._told(environment, seat, since, found)
        return answer if seat.sits or not seat.open else answer.model_copy(update={"seat": ""})

    def _ticket(self, environment: Environment, seat: Seat, name: str) -> dict[str, object]:
        with environment.database.reading() as session:
            wanted = wanted_room(session, seat.call)
        try:
            if wanted is None or wanted.view is None or not isinstance(self.provider, TicketedCalls):
                raise NotInRoom("ticket")
            return dict(self.provider.ticket(seat.call, name, seat.party, wanted.view))
        except NotInRoom as no:
            raise NOT_NOW.refused() from no
        except ProviderAway as fault:
            _log.warning("supplier does not answer", call=seat.call, why=str(fault))
            raise UNAVAILABLE.refused(headers={"Retry-After": "2"}) from fault

    def _supplier(self, seat: Seat) -> str:
        """Whom the page of a call speaks to itself; "" where it speaks through us, or to nobody."""
        one = self.provider.carrier(seat.call) if isinstance(self.provider, CallsByKind) else self.provider
        return one.name if isinstance(one, TicketedCalls) and "video" in one.caps else ""

    def _relay(
        self, environment: Environment, seat: Seat, name: str, op: str, body: dict[str, object]
    ) -> dict[str, object]:
        body["pictures"] = seat.kind == "video_call"
        try:
            found = self.provider.relay(seat.call, name, seat.party, op, body)
            if op == "publish" and found.get("media") is False:  # the supplier has begun anew: so does the room
                align_room(environment, self.provider, seat.call)
                found = self.provider.relay(seat.call, name, seat.party, op, body)
            return dict(found)
        except NotInRoom as no:
            _log.info("refused", call=seat.call, party=seat.party, op=op, why=str(no))
            raise NOT_NOW.refused() from no
        except ProviderAway as fault:
            _log.warning("supplier does not answer", call=seat.call, why=str(fault))
            raise UNAVAILABLE.refused(headers={"Retry-After": "2"}) from fault

    def _told(self, environment: Environment, seat: Seat, since: datetime | None, found: dict[str, Any]) -> RoomAnswer:
        with environment.database.reading() as session:
            signs = call_signs(session, seat.call, seat.party, since, seat.now)
        by_page = not (isinstance(self.provider, CallsByKind) and self.provider.by_telephone(seat.call))
        return RoomAnswer(
            sdp=found.get("sdp"),
            supplier=self._supplier(seat),
            ticket=found.get("ticket"),
            subscription=found.get("subscription"),
            state=signs.state,
            live=signs.live,
            hard_end_at=signs.hard_end_at,
            now=signs.now,
            ended_code=signs.ended_code,
            warnings=[Warning_(at=one.at, code=one.code) for one in signs.warnings],
            recording=signs.recording,
            muted=signs.muted,
            voice=signs.voice,
            media=found.get("media"),
            peers=found.get("peers", {}),
            pictures=seat.kind == "video_call",
            carried=by_page and self.provider.name != "memory",
            telephone=not by_page,
        )


def answer_page(rooms: CallRooms, environment: Environment, actor: Actor, call: UUID, op: str) -> Response:
    """The answer to a page's request, JSON; refusals are problems (RFC 9457) in the reader's language."""
    problems = Problems("/problems", refusal_of=refused)
    try:
        if op not in OPS:
            raise NOT_FOUND.refused()
        find_seat(environment, actor, call.hex, "")  # whoever may not know of the call is told nothing of its form
        asked, _ = read_body(request, RoomAsked)
        told = rooms.act(environment, actor, call.hex, op, asked)
    except Refused as no:
        return problems.answer(no)
    except Refusal as refusal:
        return problems.answer(refused(refusal) or NOT_FOUND.refused())
    return Response(told.model_dump_json(), mimetype="application/json")


def _ice(one: IceServer) -> Ice:
    return Ice(urls=list(one.urls), username=one.username, credential=one.credential)
