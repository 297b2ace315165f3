"""Requests at the kiosk and at its desk, prepared by those whose acts come before them."""

import base64

from service.app.card_issue import issue_card, live_card
from service.app.letter_seal import add_oversight_key
from service.store.unit_of_work import UnitOfWork
from tests.builders import CONSOLE
from tests.web.api.v1.callers import Face, uid
from tests.web.api.v1.stage import Ask, Prepare

ASKED_AT = "2026-03-02T09:00:00+05:00"
SEALED = base64.b64encode(b"x" * 64).decode()


def kiosk_dispute(face: Face) -> Ask:
    return Ask(f"/kiosk/appointments/{face.granted()}/disputes", {"code": "not-asked-for"})


def card_shown(face: Face) -> dict[str, object]:
    """The card of somebody who has just got one, and its first PIN."""
    convict = face.world.people["Олег"]
    made = face.world.run(CONSOLE, lambda unit: issue_card(unit, convict=convict, number="04AABBCCDD"))
    return {"card": "04AABBCCDD", "pin": made.first_pin}


def pin_in_use(face: Face) -> str:
    """The PIN of whoever stands at the kiosk: he has a card and has done with the first use of it."""

    def in_use(unit: UnitOfWork) -> str:
        convict = face.world.people["Ерлан"]
        made = issue_card(unit, convict=convict, number="04AABBCCDE")
        card = live_card(unit, convict)
        assert card is not None
        unit.change(card, first_pin=False)
        return made.first_pin

    return face.world.run(CONSOLE, in_use)


def card_to_end(face: Face) -> Ask:
    card_shown(face)
    return Ask(f"/convicts/{face.convict('Олег')}/card-ending", {"code": "lost"}, "registry_officer")


def request_body(face: Face, sequence: int = 1) -> dict[str, object]:
    """A visit of his mother, any day of the month."""
    return {
        "kind": "visit",
        "appointment_kind": "long",
        "sequence": sequence,
        "asked_at": ASKED_AT,
        "relationship": face.relationship("Айгүл"),
        "words": "Анам келсе екен",
    }


def convict_asked(tail: str, body: object = None, at: str = "/convict-requests") -> Prepare:
    def prepare(face: Face) -> Ask:
        made = face.kiosk().post("/kiosk/requests", request_body(face))
        return Ask(f"{at}/{made.json['id']}{tail}", body)

    return prepare


def letter_body(face: Face) -> dict[str, object]:
    key = face.world.run(CONSOLE, lambda unit: add_oversight_key(unit, body="prosecutor", public_key="1" * 64))
    return {"sequence": 2, "asked_at": ASKED_AT, "key": uid(key), "sealed": SEALED}


def letter_to_fetch(face: Face) -> Ask:
    made = face.kiosk().post("/kiosk/letters", letter_body(face))
    return Ask(f"/letters/{made.json['id']}/fetching")
