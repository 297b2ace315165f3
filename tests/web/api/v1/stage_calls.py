"""A supervised call whose room is open, as the convict's kiosk finds it."""

from datetime import date

from service.app.call_arrange import arrange_call
from service.app.call_record import set_recording_rule
from service.app.convict_request_make import Asked, make_request
from service.store.tables import Call
from service.store.unit_of_work import UnitOfWork
from tests.builders import CONSOLE
from tests.cast import MEDIUM
from tests.web.api.v1.callers import Face, uid
from tests.web.api.v1.stage import Ask, Prepare

DAY = date(2026, 3, 4)


def room(op: str, body: object) -> Prepare:
    def prepare(face: Face) -> Ask:
        world = face.world
        wish = Asked(
            kind="video_call",
            sequence=9,
            asked_at=world.clock.now,
            relationship=world.relations["Айгүл", "Ерлан"],
        )
        asked = world.run(world.at_kiosk("Ерлан"), lambda unit: make_request(unit, wish)).request
        slot = world.templates[MEDIUM, "call"]
        head = world.as_officer("head")
        made = world.run(head, lambda unit: arrange_call(unit, request=asked, template=slot, day=DAY))

        def opened(unit: UnitOfWork) -> None:
            unit.change(unit.get(Call, made.call, lock=True), state="open", opened_at=unit.now)
            unit.tell("call.opened", MEDIUM)

        world.run(CONSOLE, opened)
        return Ask(f"/calls/{uid(made.call)}/room/{op}", body)

    return prepare


def agreement(face: Face) -> Ask:
    """The institution records calls, and the convict agrees to it for this one."""
    call = room("join", {})(face).path.split("/")[2]
    head = face.world.as_officer("head")
    face.world.run(head, lambda unit: set_recording_rule(unit, institution=MEDIUM, days=90))
    return Ask(f"/kiosk/calls/{call}/agreement")
