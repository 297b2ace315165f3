"""What fails around the service is said in the same form, and nothing is half done."""

import sqlalchemy as sa
from flask import Flask

from service.gateways.sms import NotSent
from service.store.columns import of
from service.store.tables import Log
from service.web.api.app import create_app
from tests.cast import MEDIUM
from tests.web.api.v1.callers import SETTINGS, Caller, Face
from tests.web.api.v1.stage import BINDING


def with_broken_texts(face: Face) -> Flask:
    def send(_code: str) -> None:
        raise NotSent("the supplier does not answer", again=True)

    return create_app(face.world.environment, SETTINGS, send_code=send)


def test_a_supplier_of_texts_that_does_not_answer_is_no_fault_of_ours(face: Face) -> None:
    nobody = Caller(with_broken_texts(face))
    answer = nobody.post("/sessions/codes", {"phone": "+7 701 123 45 67", "binding": BINDING})
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_what_the_database_says_of_its_troubles_reaches_nobody(face: Face) -> None:
    aigul = face.relative("Айгүл")
    with face.world.environment.database.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE appointment_visitor RENAME TO gone"))
    answer = aigul.get("/appointments")
    assert answer.status_code in (500, 503)
    assert answer.mimetype == "application/problem+json"
    assert "appointment_visitor" not in answer.get_data(as_text=True)
    assert aigul.get("/health").status_code == 200


def test_a_refused_write_leaves_no_event_and_no_kept_answer(face: Face) -> None:
    def size() -> int:
        with face.world.environment.database.reading() as session:
            return session.scalar(sa.select(of(Log).size).where(of(Log).id == MEDIUM)) or 0

    before = size()
    refused = face.relative("Айгүл").post("/holds", face.hold_body(day="2026-03-03", kind="marriage_registration"))
    assert refused.status_code in (404, 409, 422)
    assert size() == before
