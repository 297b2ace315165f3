"""A family's way through the interface, from the first text message to the receipt."""

from datetime import UTC, datetime

from service.app.checkpoint_publish import publish_checkpoint
from service.domain.access import Actor
from service.record.checkpoint import open_checkpoint
from service.record.keys import NoteVerifier
from service.record.receipt import parse_receipt
from service.record.tiles import decode_bundle
from service.record.tree import leaf_hash, root
from tests.cast import MEDIUM
from tests.web.api.v1.callers import Caller, Face, uid

BINDING = "b" * 32


def publish(face: Face) -> None:
    face.world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))


def test_a_relative_signs_in_by_a_code_and_out_again(face: Face) -> None:
    phone = face.world.phones["Айгүл"]
    asked = face.nobody().post("/sessions/codes", {"phone": phone, "language": "kk", "binding": BINDING})
    assert asked.status_code == 202, asked.json
    wrong = "000000" if face.codes[-1] != "000000" else "111111"
    refused = face.nobody().post("/sessions", {"phone": phone, "code": wrong, "binding": BINDING})
    assert (refused.status_code, refused.json["reasons"][0]["code"]) == (422, "code-wrong")
    opened = face.nobody().post("/sessions", {"phone": phone, "code": face.codes[-1], "binding": BINDING})
    assert (opened.status_code, opened.json["next"]) == (201, "ready")
    me = Caller(face.app, opened.json["token"])
    assert me.get("/me").json == {
        "kind": "relative", "name": "Ахметова Айгүл", "language": "kk", "institution": None, "roles": []
    }  # fmt: skip
    assert me.send("DELETE", "/sessions/current").status_code == 204
    assert me.get("/me").status_code == 401


def test_a_code_answered_by_another_client_opens_nothing(face: Face) -> None:
    phone = face.world.phones["Айгүл"]
    face.nobody().post("/sessions/codes", {"phone": phone, "language": "kk", "binding": BINDING})
    other = face.nobody().post("/sessions", {"phone": phone, "code": face.codes[-1], "binding": "c" * 32})
    assert (other.status_code, other.json["reasons"][0]["code"]) == (422, "code-expired")


def test_the_sixth_code_in_an_hour_is_one_too_many_and_says_how_long_to_wait(face: Face) -> None:
    body = {"phone": "+7 701 999 00 00", "language": "ru", "binding": BINDING}
    answers = [face.nobody().post("/sessions/codes", body) for _ in range(6)]
    assert [one.status_code for one in answers] == [202] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].json["reasons"][0]["code"] == "too-many-tries"


def test_a_newcomer_registers_claims_and_is_told_nothing_until_the_convict_has_answered(face: Face) -> None:
    phone = {"phone": "+7 701 777 11 22", "binding": BINDING}
    face.nobody().post("/sessions/codes", {**phone, "language": "kk"})
    opened = face.nobody().post("/sessions", {**phone, "code": face.codes[-1]})
    assert opened.json["next"] == "register"
    newcomer = Caller(face.app, opened.json["token"])
    assert newcomer.get("/relationships").json == {"relationships": []}
    who = {
        "family_name": "Әбілқасымқызы", "given_name": "Іңкәр", "birth_date": "1990-06-15",
        "document": "KGZ passport AN7654321", "language": "kk",
    }  # fmt: skip
    registered = newcomer.post("/accounts", {"who": who, "consent_version": "1"})
    assert registered.status_code == 201, registered.json
    assert newcomer.get("/me").status_code == 401, "the session of the code is over"
    relative = Caller(face.app, registered.json["token"])
    assert relative.get("/me").json["name"] == "Әбілқасымқызы Іңкәр"

    def claim(number: str) -> tuple[int, bytes]:
        convict = {"file_number": number, "family_name": "Одиноков", "birth_date": "1970-07-07"}
        answer = relative.post("/relationships", {"convict": convict, "kind": "full-sibling"})
        return answer.status_code, answer.data

    assert claim("8/2025-0500") == claim("8/1999-9999") == (202, b"")
    assert relative.get("/relationships").json == {"relationships": []}
    kiosk = face.kiosk(convict="Иван")
    asked = kiosk.get("/kiosk/relationships").json["relationships"]
    assert [(one["person_name"], one["state"]) for one in asked] == [("Әбілқасымқызы Іңкәр", "claimed")]
    made = asked[0]["id"]
    assert kiosk.post(f"/kiosk/relationships/{made}/acceptance").status_code == 204
    shown = relative.get("/relationships").json["relationships"]
    assert [(one["state"], one["convict_name"]) for one in shown] == [("accepted", None)]
    registry, second = face.officer("registry_officer"), face.officer("second_registry_officer")
    basis = {"basis": "свидетельства о рождении обоих", "listed": True}
    assert registry.post(f"/relationships/{made}/verification", basis).status_code == 204
    assert registry.post(f"/relationships/{made}/confirmation").status_code == 403
    assert second.post(f"/relationships/{made}/confirmation").status_code == 204
    shown = relative.get("/relationships").json["relationships"]
    assert [(one["state"], one["convict_name"]) for one in shown] == [("confirmed", "Одиноков Иван")]
    assert relative.post(f"/relationships/{made}/withdrawal").status_code == 204


def test_a_long_visit_from_the_calendar_to_the_receipt(face: Face) -> None:
    aigul = face.relative("Айгүл")
    left = aigul.get(f"/relationships/{face.relationship('Айгүл')}/entitlement?kind=long&day=2026-03-14")
    assert left.status_code == 200, left.json
    assert (left.json["allowed"], left.json["due"]) == (True, "2026-03-14")
    times = aigul.get(f"/relationships/{face.relationship('Айгүл')}/times?kind=long&month=2026-03").json
    saturday = next(one for one in times["times"] if one["day"] == "2026-03-14")
    assert (saturday["places"], saturday["places_left"]) == (3, 3)
    held = aigul.post("/holds", face.hold_body("Айгүл", template=saturday["template"]))
    assert held.status_code == 201, held.json
    appointment = held.json["appointment"]
    asked = aigul.post("/appointments", {"appointment": appointment})
    assert (asked.status_code, asked.json["state"]) == (201, "requested")
    granted = face.officer("head").post(f"/appointments/{appointment}/grant")
    assert (granted.status_code, granted.json["state"], len(granted.json["passes"])) == (200, "granted", 1)
    passes = aigul.get(f"/appointments/{appointment}/passes").json["passes"]
    assert [one["name"] for one in passes] == ["Ахметова Айгүл"]
    drawing = aigul.get(f"/passes/{passes[0]['id']}.svg")
    assert (drawing.status_code, drawing.mimetype) == (200, "image/svg+xml")
    assert aigul.get(f"/passes/{passes[0]['id']}.png").data.startswith(b"\x89PNG")

    face.world.clock.set(datetime(2026, 3, 14, 4, 30, tzinfo=UTC))
    bundle = face.bridge().get(f"/gates/{face.gate()}/bundle").json
    assert [one["id"] for one in bundle["expected"]] == [passes[0]["id"]]
    scanned = face.bridge().post("/scans", face.scan_body(passes[0]["token"]))
    assert (scanned.status_code, scanned.json["verdict"], scanned.json["reason"]) == (200, "admit", None)
    matched = face.officer("gate_officer").post(f"/admissions/{scanned.json['admission']}/identity", {"matched": True})
    assert (matched.status_code, matched.json["state"]) == (200, "underway")
    again = face.bridge().post("/scans", face.scan_body(passes[0]["token"], 2))
    assert (again.json["verdict"], again.json["reason"]["code"]) == ("refuse", "already-inside")
    face.world.clock.set(datetime(2026, 3, 16, 4, 0, tzinfo=UTC))
    left_ = face.bridge().post("/scans", face.scan_body(passes[0]["token"], 3, direction="exit"))
    assert left_.json["verdict"] == "leave"
    duty = face.officer("duty_officer")
    assert duty.post(f"/appointments/{appointment}/completion").json["state"] == "completed"
    own = face.kiosk().get("/kiosk/appointments").json["appointments"]
    assert [(one["id"], one["state"]) for one in own] == [(appointment, "completed")]

    assert aigul.get(f"/appointments/{appointment}").status_code == 401, "a day later one signs in again"
    aigul = face.relative("Айгүл")
    assert aigul.get(f"/appointments/{appointment}/receipt").json["code"] == "not-published-yet"
    publish(face)
    receipt = aigul.get(f"/appointments/{appointment}/receipt")
    assert receipt.status_code == 200
    assert parse_receipt(receipt.data).encode() == receipt.data


def test_an_auditor_reads_the_record_and_no_names(face: Face) -> None:
    appointment = face.granted()
    publish(face)
    auditor = face.auditor()
    logs = {one["id"]: one for one in auditor.get("/logs").json["logs"]}
    assert set(logs) == {"la-155-14", "la-155-8", "national", "si-18"}
    size = logs[MEDIUM]["head_size"]
    note = auditor.get(f"/logs/{MEDIUM}/checkpoint").data
    head = open_checkpoint(note, NoteVerifier.from_vkey(logs[MEDIUM]["verifier_key"])).checkpoint
    assert (head.size, size < 256) == (size, True)
    tile = auditor.get(f"/logs/{MEDIUM}/tile/0/000.p/{size}").data
    entries = decode_bundle(auditor.get(f"/logs/{MEDIUM}/tile/entries/000.p/{size}").data)
    assert b"".join(map(leaf_hash, entries)) == tile
    assert root(list(map(leaf_hash, entries))) == head.root
    assert auditor.get(f"/logs/{MEDIUM}/tile/0/000.p/{size + 1}").status_code == 404
    assert auditor.get(f"/logs/{MEDIUM}/tile/0/0.p/1").status_code == 404
    shown = auditor.get(f"/appointments/{appointment}").json
    assert (shown["convict_name"], [one["name"] for one in shown["visitors"]]) == (None, [None])


def test_an_appointment_is_moved_disputed_and_cancelled_and_everybody_reads_why(face: Face) -> None:
    appointment = face.granted()
    aigul = face.relative("Айгүл")
    moved = aigul.post(f"/appointments/{appointment}/move", {"template": face.template(), "day": "2026-03-21"})
    assert moved.status_code == 200, moved.json
    assert aigul.get(f"/appointments/{appointment}").json["starts_at"].startswith("2026-03-21T05:00")
    disputed = aigul.post(
        f"/appointments/{appointment}/disputes", {"code": "other-time", "words": "Біз сұраған жоқпыз"}
    )
    assert disputed.status_code == 201
    answered = face.officer("head").post(f"/disputes/{disputed.json['id']}/answer", {"outcome": "record-stands"})
    assert answered.status_code == 204
    duty = face.officer("duty_officer")
    bare = duty.post(f"/appointments/{appointment}/cancellation", {"ground": "ground-emergency"})
    assert bare.status_code == 422
    body = {"ground": "ground-emergency", "words": "Карантин. Позвоните +7 7172 000 000"}
    assert duty.post(f"/appointments/{appointment}/cancellation", body).json["state"] == "cancelled"
    ended = aigul.get(f"/appointments/{appointment}").json["ended"]
    assert (ended["code"], ended["words"]) == ("ground-emergency", "Карантин. Позвоните +7 7172 000 000")
    assert all(ended["text"][language] for language in ("kk", "ru", "en"))
    assert aigul.get(f"/appointments/{appointment}/passes").json == {"passes": []}
    assert uid(face.world.people["Ерлан"]) == aigul.get(f"/appointments/{appointment}").json["convict"]
