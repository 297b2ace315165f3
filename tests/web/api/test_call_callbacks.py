"""What suppliers tell of calls is believed when signed, as was set up; what is to be said is theirs to fetch."""

import base64
import hashlib
from datetime import timedelta
from email.utils import format_datetime
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

from service.gateways.livekit_events import LiveKitEvents
from service.gateways.signed_token import sign_token
from service.gateways.twilio_events import TwilioVideoEvents, TwilioVoiceEvents
from service.gateways.twilio_signature import TwilioSignature
from service.language.prompts import SHIPPED
from service.store.columns import of
from service.store.tables import CallHeard, CallParty
from service.web.api.app import create_app
from service.web.api.call_callbacks import CallHooks
from service.web.base import audiences, undeclared
from tests.app.calling import Calling
from tests.browser.faces import SETTINGS
from tests.cast import World
from tests.gateways.livekit_server import KEY, SECRET, signed_event

TOKEN, SHARED, PUBLIC = "token-of-the-tests", "shared-secret", "https://api.kezdesu.example"
LINE = "CA" + "1" * 32
Signed = tuple[str, str]
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
"""The whole way on PostgreSQL: `tests/carrier/test_call_chain.py`."""
BOTH: tuple[Signed, Signed] = ((TOKEN, HMAC_SHA1), (SHARED, HMAC_SHA256))


@pytest.fixture
def calling(world: World) -> Calling:
    """A call whose room is open and in which the officer sits."""
    made = Calling(world)
    made.arrange(made.ask())
    made.at(minutes=-5)
    made.join(made.officer)
    return made


def client(world: World, secret: str = TOKEN) -> FlaskClient:
    signature = TwilioSignature(PUBLIC, secret, shared_key=secret == SHARED)
    hooks = CallHooks(
        PUBLIC,
        {"twilio-voice": TwilioVoiceEvents(signature), "twilio-video": TwilioVideoEvents(signature)},
        signature.check,
        LiveKitEvents(KEY, SECRET, world.clock).read,
    )
    return create_app(world.environment, SETTINGS, send_code=lambda _: None, hooks=hooks).test_client()


def event(calling: Calling, what: str, number: int, party: str = "relative", **more: str) -> dict[str, str]:
    return {
        "ConferenceSid": "CF" + "1" * 32, "FriendlyName": f"kezdesu-{calling.call}", "StatusCallbackEvent": what,
        "SequenceNumber": str(number), "Timestamp": format_datetime(calling.world.clock.now), "CallSid": LINE,
        "ParticipantLabel": party, **more,
    }  # fmt: skip


def headers(path: str, fields: dict[str, str], signed: Signed = BOTH[0], base: str = PUBLIC) -> dict[str, str]:
    secret, algorithm = signed
    found = {"X-Twilio-Signature": RequestValidator(secret).compute_signature(base + path, fields, algorithm)}
    if algorithm == HMAC_SHA256:
        found["X-Twilio-Webhooks-Signature-Settings"] = "key=k1,algorithm=HMAC_SHA256"
    return found


def post(face: FlaskClient, calling: Calling, fields: dict[str, str], signed: Signed = BOTH[0]) -> int:
    path = f"/callbacks/calls/twilio-voice/{calling.call}"
    return face.post(path, data=fields, headers=headers(path, fields, signed)).status_code


def seated(calling: Calling) -> dict[str, str]:
    stay = of(CallParty)
    with calling.world.environment.database.reading() as session:
        found = session.execute(sa.select(stay.party, stay.seat).where(stay.left_at.is_(None)))
        return {one.party: one.seat for one in found}


def heard(calling: Calling) -> int:
    with calling.world.environment.database.reading() as session:
        return session.execute(sa.select(sa.func.count(of(CallHeard).id))).scalar_one()


@pytest.mark.parametrize("signed", BOTH, ids=["token", "shared-key"])
def test_who_answered_a_telephone_sits_and_is_heard_of_once(calling: Calling, signed: Signed) -> None:
    face = client(calling.world, signed[0])
    for _ in range(3):
        assert post(face, calling, event(calling, "participant-join", 1), signed) == 204
    assert seated(calling)["relative"] == LINE
    assert heard(calling) == 1
    assert post(face, calling, event(calling, "participant-leave", 2), signed) == 204
    assert "relative" not in seated(calling)
    assert post(face, calling, event(calling, "participant-join", 3), signed) == 204
    assert "relative" not in seated(calling), "a line is used once"


@pytest.mark.parametrize("signed", BOTH, ids=["token", "shared-key"])
def test_the_other_algorithm_is_refused_even_with_a_right_key(calling: Calling, signed: Signed) -> None:
    face = client(calling.world, signed[0])
    other = next(one for one in BOTH if one != signed)
    fields = event(calling, "participant-join", 1)
    assert post(face, calling, fields, other) == 403
    assert post(face, calling, fields, (signed[0], other[1])) == 403
    assert (seated(calling).get("relative"), heard(calling)) == (None, 0)


@pytest.mark.parametrize("forgery", ["token", "field", "call", "host", "nothing", "no-number"])
def test_a_forged_event_is_refused(calling: Calling, forgery: str) -> None:
    face = client(calling.world)
    path, fields = f"/callbacks/calls/twilio-voice/{calling.call}", event(calling, "participant-join", 1)
    if forgery == "no-number":  # rightly signed, and of no use
        del fields["SequenceNumber"]
    base = "https://evil.example" if forgery == "host" else PUBLIC
    sent = headers(path, fields, ("guessed" if forgery == "token" else TOKEN, HMAC_SHA1), base)
    if forgery == "host":
        sent["Host"] = "evil.example"
    if forgery == "nothing":
        sent = {}
    if forgery == "field":
        fields["ParticipantLabel"] = "convict"
    if forgery == "call":
        path = "/callbacks/calls/twilio-voice/" + "0" * 32
    assert face.post(path, data=fields, headers=sent).status_code == 403
    assert (seated(calling).get("relative"), heard(calling)) == (None, 0)


def test_no_event_seats_an_officer_or_speaks_of_another_call(calling: Calling) -> None:
    calling.leave(calling.officer)
    face = client(calling.world)
    assert post(face, calling, event(calling, "participant-join", 1, "supervisor.officer-9")) == 204
    assert post(face, calling, event(calling, "participant-join", 2, FriendlyName="kezdesu-" + "0" * 32)) == 204
    assert post(face, calling, event(calling, "participant-join", 3, "interpreter")) == 204
    assert post(face, calling, event(calling, "participant-mute", 4)) == 204
    assert seated(calling) == {}


def test_the_end_of_a_conference_empties_seats_that_were_taken_before_it_and_no_later_ones(calling: Calling) -> None:
    face = client(calling.world)
    post(face, calling, event(calling, "participant-join", 1))
    ended = event(calling, "conference-end", 9)
    calling.world.clock.tick(seconds=2)
    calling.join(calling.officer, seat="2")
    assert post(face, calling, ended | {"Timestamp": format_datetime(calling.world.clock.now)}) == 204
    assert seated(calling) == {"supervisor": "officer-2"}, "the line is gone; who sat down later than that is not"
    assert post(face, calling, event(calling, "conference-end", 10)) == 204
    assert seated(calling) == {"supervisor": "officer-2"}


def test_who_comes_after_the_end_is_put_out_again(calling: Calling) -> None:
    calling.at(minutes=11)
    assert calling.row.state == "no_show"
    calling.tick()
    assert calling.timers()["room"] is not None
    assert post(client(calling.world), calling, event(calling, "participant-join", 1)) == 204
    assert calling.timers()["room"] is None, "the supplier is told of the end again"
    assert seated(calling) == {}


def test_an_event_from_the_future_is_of_now(calling: Calling) -> None:
    ahead = format_datetime(calling.world.clock.now + timedelta(hours=1))
    assert post(client(calling.world), calling, event(calling, "participant-join", 1, Timestamp=ahead)) == 204
    with calling.world.environment.database.reading() as session:
        (stay,) = session.scalars(sa.select(CallParty).where(of(CallParty).party == "relative"))
        assert stay.joined_at <= calling.world.clock.now


def test_what_is_said_aloud_is_played_in_kazakh_and_spoken_in_russian(calling: Calling) -> None:
    face = client(calling.world)
    path = "/callbacks/calls/prompts/two-minutes/kk-ru"
    assert face.post(path, data={"a": "b"}).status_code == 403
    answer = face.post(path, data={"a": "b"}, headers=headers(path, {"a": "b"}))
    assert answer.content_type == "text/xml; charset=utf-8"
    play, say = ElementTree.fromstring(answer.data)
    assert (play.tag, play.text) == ("Play", f"{PUBLIC}/callbacks/calls/prompts/kk/two-minutes.wav")
    assert (say.tag, say.attrib, say.text) == ("Say", {"language": "ru-RU"}, "Осталось две минуты.")
    heard = face.get(path.replace("two-minutes/kk-ru", "kk/two-minutes.wav"))
    assert (heard.status_code, heard.mimetype) == (200, "audio/wav")
    assert heard.data == (SHIPPED / "kk" / "two-minutes.wav").read_bytes()
    heard.close()
    for wrong in ("/callbacks/calls/prompts/two-minutes/de", "/callbacks/calls/prompts/nonsense/kk"):
        assert face.post(wrong, data={}, headers=headers(wrong, {})).status_code == 404
    assert face.get("/callbacks/calls/prompts/kk/..%2f..%2fkk.wav").status_code == 404


def test_livekit_signs_the_body_by_its_digest(calling: Calling) -> None:
    face, now = client(calling.world), int(calling.world.clock.now.timestamp())
    said = {
        "event": "participant_joined", "id": "EV_1", "createdAt": str(now),
        "room": {"sid": "RM_1", "name": f"kezdesu-{calling.call}"},
        "participant": {"sid": "PA_1", "identity": "relative.seat-r"},
    }  # fmt: skip
    body, token = signed_event(said, now=now)

    def post(body: bytes, token: str) -> int:
        return face.post("/callbacks/calls/livekit", data=body, headers={"Authorization": token}).status_code

    for wrong in (body + b" ", body.replace(b"seat-r", b"seat-x")):
        assert post(wrong, token) == 403
    assert post(body, signed_event(said, now=now, secret=SECRET + "x")[1]) == 403
    assert post(body, signed_event(said, now=now, key="another")[1]) == 403
    assert post(body, signed_event(said, now=now - 3600)[1]) == 403
    bare = sign_token({"iss": KEY, "exp": now + 9}, SECRET)
    assert post(body, bare) == 403, "our own token for asking names no body"
    digest = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    assert post(b"", sign_token({"iss": KEY, "exp": now + 9, "sha256": digest}, SECRET)) == 403
    assert heard(calling) == 0
    assert [post(body, token), post(body, token)] == [204, 204]
    assert (seated(calling)["relative"], heard(calling)) == ("seat-r", 1)
    gone, token = signed_event({**said, "event": "participant_left", "id": "EV_2"}, now=now)
    assert post(gone, token) == 204
    assert "relative" not in seated(calling)


def test_twilios_video_rooms_tell_by_identity(calling: Calling) -> None:
    face, path = client(calling.world), f"/callbacks/calls/twilio-video/{calling.call}"
    fields = {
        "RoomSid": "RM" + "1" * 32, "RoomName": f"kezdesu-{calling.call}", "SequenceNumber": "3",
        "StatusCallbackEvent": "participant-connected", "ParticipantIdentity": "relative.seat-r",
        "Timestamp": calling.world.clock.now.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    assert face.post(path, data=fields, headers=headers(path, fields)).status_code == 204
    assert seated(calling)["relative"] == "seat-r"


def test_without_a_contract_there_are_no_such_addresses(calling: Calling) -> None:
    face = create_app(calling.world.environment, SETTINGS, send_code=lambda _: None).test_client()
    assert post(face, calling, event(calling, "participant-join", 1)) == 404
    assert face.get("/callbacks/calls/prompts/kk/two-minutes.wav").status_code == 404


def test_only_the_recordings_are_open_to_anybody(world: World) -> None:
    app = client(world).application
    assert undeclared(app) == []
    assert {rule: who for rule, who in audiences(app).items() if "/callbacks/" in rule} == {
        "POST /callbacks/calls/twilio-voice/<string(length=32):call>": ("supplier",),
        "POST /callbacks/calls/twilio-video/<string(length=32):call>": ("supplier",),
        "POST /callbacks/calls/livekit": ("supplier",),
        "POST /callbacks/calls/prompts/<code>/<languages>": ("supplier",),
        "GET /callbacks/calls/prompts/<language>/<code>.wav": ("anyone",),
    }
