"""A convict's seat in a call, for the kiosk: signalling passes through the service."""

from uuid import UUID

from flask import request

from service.app.call_own import stay_for_call
from service.domain.call_states import ROOM
from service.web.api.callers import SignedIn
from service.web.api.contract import Problem
from service.web.api.problem import NOT_FOUND, UNAVAILABLE
from service.web.api.refusals import CONFLICT
from service.web.api.v1.interface import Interface
from service.web.api.v1.kiosk import CONVICT, standing
from service.web.call_room import OPS, ROOM_PROBLEMS, RoomAnswer, RoomAsked

PROBLEMS: tuple[Problem, ...] = (CONFLICT, UNAVAILABLE, *ROOM_PROBLEMS)


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "POST", "/calls/<uuid:call>/room/<op>", summary="What the kiosk says to the room of a call", body=RoomAsked,
        answer=RoomAnswer, principals=("kiosk",), problems=PROBLEMS,
    )  # fmt: skip
    def speak_to_room(caller: SignedIn, call: UUID, op: str, body: RoomAsked) -> RoomAnswer:
        """`op` is one of join, publish, subscribe, answer, ping, leave. `ping` at least every 5 seconds: a seat that
        falls silent is held to be empty, and its media ends after 12 seconds."""
        if op not in OPS:
            raise NOT_FOUND.refused()
        answer = face.calls.act(environment, standing(environment, caller), call.hex, op, body)
        if answer.state in ROOM:  # a call is longer than a session at the screen may be; it ends soon after the call
            stay_for_call(environment, request.headers.get(CONVICT, ""))
        return answer
