"""What cannot be so is said to be so, with its place; what people write comes back as they wrote it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Log
from tests.cast import MEDIUM, NOW
from tests.web.api.v1.callers import Caller, Face, uid
from tests.web.api.v1.stage import BINDING
from tests.web.api.v1.stage_kiosk import ASKED_AT

NAMES = (
    ("Әбілқасымқызы", "Іңкәр"),
    ("Өтеғұлов", "Ұлдана-Гүлһан"),
    ("Павлов-Ё́жиков", "Наталья"),
    ("بن يوسف", "فاطمة"),
    ("Nguyễn", "Thị Ánh"),
    ("O’Neill", "Siân"),
)
WORDS = "Біз кешігіп қалдық 😔\nبإذن الله مشى كل شيء جيدا 👨‍👩‍👧‍👦 <script>alert('x')</script> \"=HYPERLINK(1)\""


def events(face: Face) -> int:
    with face.world.environment.database.reading() as session:
        return session.scalar(sa.select(sa.func.sum(of(Log).size))) or 0


def registered(face: Face, **who: object) -> Any:
    phone = {"phone": "+7 701 777 11 22", "binding": BINDING}
    face.nobody().post("/sessions/codes", phone)
    newcomer = Caller(face.app, face.nobody().post("/sessions", {**phone, "code": face.codes[-1]}).json["token"])
    identity = {
        "family_name": "Ким", "given_name": "Анна", "birth_date": "1990-01-01", "document": "KGZ passport AN7654321",
        **who,
    }  # fmt: skip
    return newcomer.post(
        "/accounts", {"who": {k: v for k, v in identity.items() if v is not None}, "consent_version": "1"}
    )


@pytest.mark.parametrize(("family", "given"), NAMES)
def test_a_name_in_any_script_comes_back_as_it_was_written(face: Face, family: str, given: str) -> None:
    answer = registered(face, family_name=family, given_name=given)
    assert answer.status_code == 201, answer.json
    import unicodedata

    name = Caller(face.app, answer.json["token"]).get("/me").json["name"]
    assert name == unicodedata.normalize("NFC", f"{family} {given}")


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({"iin": "900101300123", "document": None}, "iin-wrong"),
        ({"document": None}, "identity-missing"),
        ({"document": "passport"}, "document-wrong"),
        ({"birth_date": "2031-01-01"}, "date-impossible"),
        ({"given_name": "12345"}, "name-not-a-name"),
    ],
)
def test_an_identity_that_cannot_be_is_refused_with_its_reason(face: Face, who: dict[str, Any], code: str) -> None:
    answer = registered(face, **who)
    assert answer.status_code == 422, answer.json
    assert [one["code"] for one in answer.json["reasons"]] == [code]
    assert answer.json["reasons"][0]["text"]


@pytest.mark.parametrize(
    ("who", "pointer"),
    [
        ({"birth_date": "1990-02-30"}, "#/who/birth_date"),
        ({"birth_date": 641520000}, "#/who/birth_date"),
        ({"family_name": "А" * 65536}, None),
        ({"family_name": "А" * 81}, "#/who/family_name"),
        ({"family_name": "Ким\u202eнна"}, "#/who/family_name"),
        ({"family_name": "Ким\u0000"}, "#/who/family_name"),
        ({"given_name": ""}, "#/who/given_name"),
        ({"nickname": "Аня"}, "#/who/nickname"),
        ({"language": "de"}, "#/who/language"),
    ],
)
def test_a_body_that_cannot_be_names_the_place(face: Face, who: dict[str, Any], pointer: str | None) -> None:
    answer = registered(face, **who)
    if pointer is None:
        assert (answer.status_code, answer.json["code"]) == (413, "too-large")
    else:
        assert answer.status_code == 422
        assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_words_in_any_script_reach_the_family_as_they_were_written(face: Face) -> None:
    made = face.requested()
    body = {"ground": "ground-medical", "words": WORDS}
    assert face.officer("head").post(f"/appointments/{made}/refusal", body).status_code == 200
    assert face.relative("Айгүл").get(f"/appointments/{made}").json["ended"]["words"] == WORDS


def test_a_call_is_refused_with_no_ground_of_visits(face: Face) -> None:
    asked = {"kind": "call", "relationship": face.relationship("Айгүл"), "sequence": 1, "asked_at": ASKED_AT}
    made = face.kiosk().post("/kiosk/requests", asked).json["id"]
    head, path = face.officer("head"), f"/convict-requests/{made}/refusal"
    answer = head.post(path, {"ground": "ground-smuggling", "words": WORDS})
    assert (answer.status_code, answer.json["code"]) == (422, "not-possible")
    assert [one["code"] for one in answer.json["reasons"]] == ["not-true-of-this-call"]
    assert head.post(path, {"ground": "ground-transfer", "words": WORDS}).status_code < 300


def test_a_time_without_its_zone_is_no_time(face: Face) -> None:
    token = face.tokens(face.granted())[0]
    before = events(face)
    answer = face.bridge().post("/scans", face.scan_body(token, scanned_at="2026-03-14T10:00:00"))
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "not-a-moment")
    listed = face.relative("Айгүл").get("/appointments?since=2026-03-14T10:00:00")
    assert (listed.status_code, listed.json["errors"][0]["pointer"]) == (422, "#/since")
    assert events(face) == before


def test_a_text_that_is_no_pass_is_refused_and_kept_as_a_scan(face: Face) -> None:
    answer = face.bridge().post("/scans", face.scan_body("KZP1:HELLO WORLD"))
    assert (answer.status_code, answer.json["verdict"], answer.json["reason"]["code"]) == (200, "refuse", "malformed")
    assert answer.json["reason"]["text"]["ru"]


def test_names_of_what_is_not_there_are_not_found(face: Face) -> None:
    nothing = uid("0" * 32)
    aigul, head, bridge, auditor = face.relative("Айгүл"), face.officer("head"), face.bridge(), face.auditor()
    assert aigul.get(f"/appointments/{nothing}").status_code == 404
    assert aigul.get("/appointments/42").status_code == 404
    assert head.post(f"/appointments/{nothing}/grant").status_code == 404
    assert aigul.get(f"/relationships/{nothing}/times?kind=long&month=2026-03").status_code == 404
    assert bridge.get(f"/gates/{nothing}/bundle").status_code == 404
    assert bridge.post("/scans", face.scan_body("KZP1:AB", gate=nothing)).status_code == 404
    assert auditor.get("/logs/nowhere/checkpoint").status_code == 404
    assert auditor.get("/logs/%00/checkpoint").status_code == 404
    assert auditor.get(f"/logs/{MEDIUM}/tile/-1/000").status_code == 404
    assert auditor.get(f"/logs/{MEDIUM}/tile/0/..%2F..%2Fcheckpoint").status_code == 404
    strange = face.hold_body() | {"convict": nothing}
    assert aigul.post("/holds", strange).status_code == 404
    assert aigul.post("/holds", face.hold_body() | {"template": nothing}).status_code == 404
    assert aigul.post("/holds", face.hold_body() | {"exception": nothing}).status_code in (409, 422)


def test_a_strangers_appointment_is_answered_to_the_byte_like_one_that_is_not_there(face: Face) -> None:
    made, nothing = face.granted(), uid("0" * 32)
    stranger = face.relative("Қайрат")

    def without_its_number(path: str) -> dict[str, Any]:
        answer = stranger.get(path)
        assert answer.status_code == 404
        return {name: value for name, value in answer.json.items() if name != "instance"}

    for tail in ("", "/passes", "/receipt"):
        assert without_its_number(f"/appointments/{made}{tail}") == without_its_number(f"/appointments/{nothing}{tail}")
    away = face.officer("head", "la-155-14")
    for path in ("/appointments/{}/grant", "/relationships/{}/confirmation"):
        real = made if "appointments" in path else face.relationship("Сергей")
        there, not_there = away.post(path.format(real)).json, away.post(path.format(nothing)).json
        assert there | {"instance": ""} == not_there | {"instance": ""}


def test_every_reason_of_the_law_comes_with_its_article_in_three_languages(face: Face) -> None:
    face.granted()
    path = f"/relationships/{face.relationship('Динара')}/entitlement?kind=long&day=2026-04-01"
    answer = face.relative("Динара").get(path).json
    assert (answer["allowed"], answer["last"]) == (False, "2026-03-14")
    reason = answer["reasons"][0]
    assert reason["code"] == "interval-before"
    assert reason["article"]
    assert len({reason["text"][language] for language in ("kk", "ru", "en")}) == 3
    assert answer["due"] > "2026-04-01"


def test_the_calendar_hides_what_the_law_forbids_and_says_why(face: Face) -> None:
    face.granted()
    relationship = face.relationship("Динара")
    march = face.relative("Динара").get(f"/relationships/{relationship}/times?kind=long&month=2026-03").json
    assert march["times"] == []
    hidden = march["not_allowed"]
    assert (hidden[0]["first"], hidden[-1]["last"]) == ("2026-03-02", "2026-03-31")
    assert all(span["reasons"] for span in hidden)
    due = datetime.fromisoformat(march["due"]).date()
    then = face.relative("Динара").get(f"/relationships/{relationship}/times?kind=long&month={due:%Y-%m}").json
    assert min(one["day"] for one in then["times"]) == due.isoformat()


def test_a_relationship_not_yet_confirmed_has_no_calendar(face: Face) -> None:
    path = f"/relationships/{face.relationship('Сергей')}/times?kind=short&month=2026-03"
    answer = face.relative("Сергей").get(path)
    assert (answer.status_code, answer.json["reasons"][0]["code"]) == (409, "not-confirmed")
    claimed = f"/relationships/{face.relationship('Болат')}/times?kind=short&month=2026-03"
    assert face.relative("Болат").get(claimed).status_code == 404


def test_a_clock_that_goes_back_refuses_writes_and_goes_on_reading(face: Face) -> None:
    face.held()
    aigul = face.relative("Айгүл")
    face.world.clock.set(NOW - timedelta(minutes=1))
    assert aigul.post("/holds", face.hold_body(day="2026-03-21")).status_code == 201, "within two minutes time waits"
    face.world.clock.set(NOW - timedelta(hours=3))
    aigul = face.relative("Айгүл")
    back = aigul.post("/holds", face.hold_body(day="2026-03-28"))
    assert (back.status_code, back.json["reasons"][0]["code"]) == (409, "clock-behind-record")
    assert aigul.get("/appointments").status_code == 200
    face.world.clock.set(datetime(2026, 3, 2, 5, 0, tzinfo=UTC))
    assert face.relative("Айгүл").post("/holds", face.hold_body(day="2026-03-28")).status_code == 201


def test_pages_of_a_list_follow_one_another_and_are_never_longer_than_a_hundred(face: Face) -> None:
    for day in ("2026-03-14", "2026-03-21", "2026-03-28"):
        face.held(day=day)
    head = face.officer("head")
    everything = [one["id"] for one in head.get("/appointments").json["appointments"]]
    first = head.get("/appointments?limit=2").json["appointments"]
    second = head.get(f"/appointments?limit=2&after={first[-1]['id']}").json["appointments"]
    assert [one["id"] for one in (*first, *second)] == everything
    assert len(everything) == 3
    assert head.get("/appointments?limit=101").status_code == 422
    held = head.get("/appointments?state=held&state=granted").json["appointments"]
    assert [one["state"] for one in held] == ["held"]


def test_a_revoked_device_is_a_stranger_at_the_next_request(face: Face) -> None:
    bridge = face.bridge()
    assert bridge.get("/me").json["kind"] == "bridge"
    device = uid(face.world.devices[f"bridge@{MEDIUM}"].device)
    assert face.officer("duty_officer").post(f"/devices/{device}/revocation", {"code": "stolen"}).status_code == 204
    assert bridge.get("/me").status_code == 401


def test_a_role_that_ends_bites_at_the_next_request(face: Face) -> None:
    from service.app.role_give import end_role
    from service.store.tables import OfficerRole

    head = face.officer("head")
    assert head.get("/appointments").status_code == 200
    role, officer = of(OfficerRole), face.world.officers[MEDIUM, "head"].id
    with face.world.environment.database.reading() as session:
        held = session.scalar(sa.select(role.id).where(role.officer_id == officer, role.ended_at.is_(None)))
    assert held is not None
    administrator = face.world.officers[MEDIUM, "account_administrator"]
    face.world.run(administrator, lambda unit: end_role(unit, role=held, reason="left"))
    assert head.get("/me").json["roles"] == []
    assert head.get("/appointments").status_code == 403
