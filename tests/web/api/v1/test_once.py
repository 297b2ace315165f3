"""One request, one effect, however often and in whatever order it arrives."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Appointment, Event, IdempotentAnswer
from tests.cast import MEDIUM
from tests.web.api.v1.callers import Face, new_key, uid

KEY = "the-same-request-again"


def count(face: Face, table: type) -> int:
    with face.world.environment.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_hold_sent_twice_is_one_hold_and_one_answer(face: Face) -> None:
    aigul = face.relative("Айгүл")
    first = aigul.post("/holds", face.hold_body(), key=KEY)
    events = count(face, Event)
    face.world.clock.tick(minutes=5)
    again = aigul.post("/holds", face.hold_body(), key=KEY)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (count(face, Event), count(face, Appointment)) == (events, 1)


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(face: Face) -> None:
    aigul = face.relative("Айгүл")
    aigul.post("/holds", face.hold_body(), key=KEY)
    events = count(face, Event)
    other = aigul.post("/holds", face.hold_body(day="2026-03-21"), key=KEY)
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    elsewhere = aigul.post("/appointments", {"appointment": uid("0" * 32)}, key=KEY)
    assert (elsewhere.status_code, elsewhere.json["code"]) == (422, "idempotency-key-reused")
    assert count(face, Event) == events


def test_a_key_is_ones_own(face: Face) -> None:
    assert face.relative("Айгүл").post("/holds", face.hold_body("Айгүл"), key=KEY).status_code == 201
    other = face.relative("Гульзат").post("/holds", face.hold_body("Гульзат", convict="Олег"), key=KEY)
    assert other.status_code == 201, other.json
    assert "Idempotency-Replayed" not in other.headers


def test_the_answer_of_an_earlier_session_is_found_again_after_signing_in_anew(face: Face) -> None:
    first = face.relative("Айгүл").post("/holds", face.hold_body(), key=KEY)
    again = face.relative("Айгүл").post("/holds", face.hold_body(), key=KEY)
    assert again.json == first.json


def test_an_answer_without_a_body_is_repeated_too(face: Face) -> None:
    path = f"/relationships/{face.relationship('Айгүл')}/withdrawal"
    first = face.relative("Айгүл").post(path, key=KEY)
    again = face.relative("Айгүл").post(path, key=KEY)
    assert (first.status_code, again.status_code, again.data) == (204, 204, b"")
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_refusal_is_not_kept_so_that_the_request_may_succeed_later(face: Face) -> None:
    held = face.held()
    strange = face.relative("Гульзат").post("/appointments", {"appointment": held}, key=KEY)
    assert strange.status_code == 404
    assert face.relative("Айгүл").post("/appointments", {"appointment": held}, key=KEY).status_code == 201


def test_without_a_key_nothing_is_written(face: Face) -> None:
    answer = face.relative("Айгүл").send("POST", "/holds", json=face.hold_body())
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-missing")
    assert count(face, Appointment) == 0


def test_eight_senders_of_one_request_make_one_hold_and_all_hear_of_it(face: Face) -> None:
    aigul, body = face.relative("Айгүл"), face.hold_body()
    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(lambda _: aigul.post("/holds", body, key=KEY), range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}, [answer.json for answer in answers]
    made = {answer.json["appointment"] for answer in answers if answer.status_code == 201}
    assert len(made) == count(face, Appointment) == 1
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} <= {"request-in-flight"}


def test_a_hold_in_a_full_room_is_answered_with_the_next_free_times(face: Face) -> None:
    head = face.officer("head")
    for place in face.world.places[MEDIUM, "short"][:3]:
        assert head.post(f"/places/{uid(place)}/closing", {"on": "2026-03-02"}).status_code == 204
    first = face.relative("Гульзат").post("/holds", _short(face, "Гульзат", "Олег"), key=new_key())
    assert first.status_code == 201, first.json
    late = face.relative("Айгүл").post("/holds", _short(face, "Айгүл", "Ерлан"))
    assert (late.status_code, late.json["code"]) == (409, "conflict")
    assert late.json["reasons"][0]["code"] == "place-taken"
    assert len(late.json["alternatives"]) == 5
    free = late.json["alternatives"][0]
    other = _short(face, "Айгүл", "Ерлан") | {"template": free["template"], "day": free["day"]}
    assert face.relative("Айгүл").post("/holds", other).status_code == 201


def _short(face: Face, name: str, convict: str) -> dict[str, object]:
    body = face.hold_body(name, convict=convict, day="2026-03-12")
    return body | {"kind": "short", "template": face.template("short")}


def test_the_kept_answers_belong_to_their_principals(face: Face) -> None:
    face.relative("Айгүл").post("/holds", face.hold_body(), key=KEY)
    with face.world.environment.database.reading() as session:
        row = session.execute(sa.select(of(IdempotentAnswer).principal)).one()
    assert row.principal == f"relative:{face.world.accounts['Айгүл'].account}"
