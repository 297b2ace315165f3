"""What a supplier says of a message is believed when it signed it, kept once, and right in whatever order it comes."""

import hashlib
import itertools
import json
from collections.abc import Mapping
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import HMAC_SHA256, RequestValidator

from service.app.notice_send import claim_notice, due_notices
from service.gateways.twilio import TwilioReceipts
from service.jobs.delivering import ALMATY
from service.store.tables import DeliveryReceipt, Event, Message
from service.web.api.app import create_app
from tests.app.rows import rows
from tests.browser.faces import SETTINGS
from tests.carrier.carrier import TOKEN
from tests.carrier.gateway import PUBLIC
from tests.cast import World

SID = "SM" + "1" * 32


@pytest.fixture
def client(world: World) -> FlaskClient:
    reader = TwilioReceipts(PUBLIC, TOKEN)
    return create_app(world.environment, SETTINGS, send_code=lambda _: None, receipts=reader).test_client()


@pytest.fixture
def message(world: World) -> str:
    """A text that a worker is handing over, and whose answer has not come."""
    with world.environment.database.reading() as session:
        one = next(each for each in due_notices(session, world.clock(), ALMATY) if each.channel == "sms")
    claim_notice(world.environment, one.message)
    return one.message


def path(message: str) -> str:
    return f"/callbacks/twilio/{UUID(message)}"


def post(client: FlaskClient, message: str, status: str, *, token: str = TOKEN, **more: str) -> int:
    fields = {"MessageSid": SID, "MessageStatus": status, **more}
    signature = RequestValidator(token).compute_signature(PUBLIC + path(message), fields)
    return client.post(path(message), data=fields, headers={"X-Twilio-Signature": signature}).status_code


def state(world: World, message: str) -> tuple[str | None, str | None, str | None]:
    (row,) = rows(world, Message, id=message)
    return (row.supplier_reference, row.outcome, row.outcome_code)


def events(world: World) -> list[str]:
    return [one.type for one in rows(world, Event) if one.type.startswith("notice.")]


def test_receipts_in_every_order_and_twice_end_alike(world: World, client: FlaskClient, message: str) -> None:
    with world.environment.database.reading() as session:
        texts = [one.message for one in due_notices(session, world.clock(), ALMATY) if one.channel == "sms"]
    orders = list(itertools.permutations(("queued", "sent", "delivered")))
    for one, order in zip([message, *texts], orders, strict=False):
        for status in (*order, *order):
            assert post(client, one, status) == 204
        assert state(world, one) == (SID, "delivered", None)
    kept = {(one.message_id, one.status) for one in rows(world, DeliveryReceipt)}
    assert len(kept) == len(rows(world, DeliveryReceipt)) == 3 * min(len(orders), len(texts) + 1)


def test_what_did_not_arrive_says_why_and_is_an_event(world: World, client: FlaskClient, message: str) -> None:
    before = events(world)
    assert post(client, message, "undelivered", ErrorCode="30005") == 204
    assert state(world, message) == (SID, "undelivered", "twilio-30005")
    assert events(world)[len(before) :] == ["notice.undelivered"]
    post(client, message, "sent")
    assert state(world, message)[1] == "undelivered", "an earlier word that comes later changes nothing"


def test_a_receipt_is_the_answer_that_was_lost(world: World, client: FlaskClient, message: str) -> None:
    before = events(world)
    post(client, message, "queued")
    (row,) = rows(world, Message, id=message)
    assert row.sent_at == world.clock.now
    assert events(world)[len(before) :] == ["notice.sent"]
    world.clock.tick(hours=3)
    with world.environment.database.reading() as session:
        assert message not in {one.message for one in due_notices(session, world.clock(), ALMATY)}


def test_another_message_of_the_suppliers_changes_nothing(world: World, client: FlaskClient, message: str) -> None:
    post(client, message, "sent")
    assert post(client, message, "failed", MessageSid="SM" + "2" * 32) == 204
    assert post(client, message, "received") == 204
    assert post(client, "0" * 32, "delivered") == 204
    assert state(world, message) == (SID, None, None)
    assert len(rows(world, DeliveryReceipt)) == 1


@pytest.mark.parametrize("forgery", ["token", "field", "address", "missing", "no-signature", "algorithm", "host"])
def test_a_forged_receipt_is_refused(world: World, client: FlaskClient, message: str, forgery: str) -> None:
    fields = {"MessageSid": SID, "MessageStatus": "delivered"}
    address = PUBLIC + path(message)
    headers: dict[str, str] = {}
    if forgery == "host":  # signed for another address, which the request then claims as its own
        address, headers["Host"] = "https://evil.example" + path(message), "evil.example"
    signature = RequestValidator("guessed" if forgery == "token" else TOKEN).compute_signature(address, fields)
    headers["X-Twilio-Signature"] = "" if forgery == "no-signature" else signature
    if forgery == "algorithm":
        headers["X-Twilio-Webhooks-Signature-Settings"] = "key=k,algorithm=HMAC_SHA256"
    if forgery == "field":
        fields["MessageStatus"] = "failed"
    if forgery == "missing":
        del fields["MessageStatus"]
    target = path("0" * 32) if forgery == "address" else path(message)
    assert client.post(target, data=fields, headers=headers).status_code == 403
    assert state(world, message) == (None, None, None)
    assert rows(world, DeliveryReceipt) == []


def json_receipt(client: FlaskClient, message: str, body: Mapping[str, str], sent: Mapping[str, str]) -> int:
    digest = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    target = f"{path(message)}?bodySHA256={digest}"
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + target, {})
    return client.post(
        target, data=json.dumps(sent), content_type="application/json", headers={"X-Twilio-Signature": signature}
    ).status_code


def test_a_receipt_in_json_is_bound_to_its_body(world: World, client: FlaskClient, message: str) -> None:
    said = {"MessageSid": SID, "MessageStatus": "delivered"}
    assert json_receipt(client, message, said, {**said, "MessageStatus": "failed"}) == 403
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path(message), {})
    unbound = client.post(path(message), json=said, headers={"X-Twilio-Signature": signature})
    assert unbound.status_code == 403, "an address alone says nothing of a body"
    assert state(world, message) == (None, None, None)
    assert json_receipt(client, message, said, said) == 204
    assert state(world, message) == (SID, "delivered", None)


def test_a_shared_key_signs_with_sha256_and_nothing_else_is_taken(message: str) -> None:
    reader = TwilioReceipts(PUBLIC, "shared", shared_key=True)
    fields = {"MessageSid": SID, "MessageStatus": "sent"}
    signature = RequestValidator("shared").compute_signature(PUBLIC + path(message), fields, HMAC_SHA256)
    headers = {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256"}
    assert reader.read(target=path(message), headers=headers, form=fields, body=b"").status == "sent"


def test_without_a_supplier_there_is_no_such_address(world: World) -> None:
    app = create_app(world.environment, SETTINGS, send_code=lambda _: None)
    assert app.test_client().post(path("0" * 32)).status_code == 404
