"""At the interface, too, an officer who has a passkey signs what takes two; the same request is sent again, signed."""

import base64
import json

from service.app.passkey import add_passkey, ask_new_passkey
from service.gateways.passkeys import Party
from tests.authenticator import Authenticator
from tests.web.api.v1.callers import Face, new_key
from tests.web.api.v1.stage import exception_body, exception_to_decide

PARTY = Party("localhost", "http://localhost")


def passkey_of_the_head(face: Face) -> Authenticator:
    head, key = face.world.as_officer("head"), Authenticator(PARTY.origin, PARTY.host)
    options = face.world.run(head, lambda unit: ask_new_passkey(unit, token="t", party=PARTY, shown_as="head"))
    add_passkey(
        face.world.environment, head, token="t", party=PARTY, name="Кілт", answer=key.make(options)
    )  # fmt: skip
    return key


def header(answer: str) -> dict[str, str]:
    return {"Kezdesu-Passkey": base64.urlsafe_b64encode(answer.encode()).decode().rstrip("=")}


def test_what_the_head_has_not_signed_is_named_and_goes_through_once_signed(face: Face) -> None:
    asked, key, again = exception_to_decide(face), passkey_of_the_head(face), new_key()
    head = face.officer("head")
    unsigned = head.post(asked.path, asked.body, again)
    assert (unsigned.status_code, unsigned.json["code"]) == (422, "signature-needed")
    assert [one["code"] for one in unsigned.json["reasons"]] == ["passkey-signature-needed"]
    signed = header(key.sign(json.dumps(unsigned.json["sign"])))
    sent = {"Idempotency-Key": again, **signed}
    done = head.send("POST", asked.path, sent, json=asked.body)
    assert (done.status_code, done.json["state"]) == (200, "granted")
    assert head.send("POST", asked.path, sent, json=asked.body).headers["Idempotency-Replayed"] == "true"
    (shown,) = face.officer("duty_officer").get("/exceptions").json["exceptions"]
    assert (shown["asked"]["signed"], shown["decided"]["signed"]) == (False, True)


def test_a_signature_for_another_decision_or_none_at_all_changes_nothing(face: Face) -> None:
    first, second, key = exception_to_decide(face), exception_to_decide(face), passkey_of_the_head(face)
    head = face.officer("head")
    options = head.post(first.path, first.body).json["sign"]
    answer = key.sign(json.dumps(options))
    for path, body, sent in (
        (second.path, second.body, header(answer)),
        (first.path, {"grant": False}, header(answer)),
        (first.path, first.body, {"Kezdesu-Passkey": "%%%"}),
        (first.path, first.body, header("{}")),
    ):
        refused = head.send("POST", path, {"Idempotency-Key": new_key(), **sent}, json=body)
        assert (refused.status_code, refused.json["reasons"][0]["code"]) == (422, "signature-wrong")
    states = {one["state"] for one in face.officer("head").get("/exceptions").json["exceptions"]}
    assert states == {"asked"}


def test_an_officer_without_a_passkey_asks_as_before(face: Face) -> None:
    passkey_of_the_head(face)
    assert face.officer("duty_officer").post("/exceptions", exception_body(face)).status_code == 201
