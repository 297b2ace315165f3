"""The officer's seat in a call: what the script of the page says to the room."""

from uuid import UUID

from flask import Response

from service.web.call_room import answer_page
from service.web.face import SignedIn
from service.web.pages import Pages
from service.web.staff.face import StaffFace

JOIN = "call.join"


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("call_rooms")

    @part.page("/calls/<uuid:call>/room/<op>", audience=("officer",), methods=("POST",))
    def room(caller: SignedIn, call: UUID, op: str) -> Response:
        face.enter(caller, JOIN)
        return answer_page(face.calls, face.environment, caller.actor, call, op)

    return part
