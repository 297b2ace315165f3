"""LiveKit by its documented HTTP side: what each token grants, and what parties may do. No LiveKit server was run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.gateways.calls import CallSpec, NotInRoom, ProviderAway, RoomView
from service.gateways.livekit import LiveKitCalls
from service.gateways.signed_token import NotSigned, read_token, sign_token
from tests.gateways.livekit_server import KEY, SECRET, LiveKitServer, open_livekit

CALL = "0" * 31 + "1"
SEATS = {"convict": "c1", "relative": "r1", "supervisor": "s1"}
HELD, LIVE = RoomView(live=False, seats=SEATS), RoomView(live=True, seats=SEATS)
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[LiveKitServer]:
    made = LiveKitServer()
    yield made
    assert made.wrong == [], "a token that grants something else than what was asked"


@pytest.fixture
def calls(server: LiveKitServer) -> Iterator[LiveKitCalls]:
    with open_livekit(server) as base:
        made = LiveKitCalls(base, "wss://video.kezdesu.example", KEY, SECRET, lambda: datetime.now(UTC))
        made.open(CallSpec(CALL, "video_call"))
        yield made


def grants(calls: LiveKitCalls, party: str, view: RoomView) -> dict[str, object]:
    token = str(calls.ticket(CALL, SEATS[party], party, view)["token"])
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=KEY)
    assert claims["exp"] - claims["nbf"] <= 65
    return dict(claims["video"])


def test_a_ticket_grants_what_the_party_may_do_now_and_nothing_else(calls: LiveKitCalls) -> None:
    sides = {
        "roomJoin": True, "room": f"kezdesu-{CALL}", "canSubscribe": False, "canPublish": True,
        "canPublishSources": ["camera", "microphone"], "canPublishData": False, "hidden": False,
    }  # fmt: skip
    assert grants(calls, "convict", HELD) == grants(calls, "relative", HELD) == sides
    assert grants(calls, "convict", LIVE) == {**sides, "canSubscribe": True}
    watching = {**sides, "canSubscribe": True, "canPublish": False, "canPublishSources": [], "hidden": True}
    assert grants(calls, "supervisor", HELD) == watching
    with pytest.raises(NotInRoom):
        calls.ticket(CALL, "another", "relative", LIVE)


def test_the_officer_is_seen_by_nobody_until_he_speaks(server: LiveKitServer, calls: LiveKitCalls) -> None:
    for party, seat in SEATS.items():
        server.enter(str(calls.ticket(CALL, seat, party, HELD)["token"]))
    calls.arrange(CALL, LIVE)
    assert server.hears("supervisor", "relative")
    assert not server.hears("relative", "supervisor")
    calls.arrange(CALL, RoomView(live=True, seats=SEATS, voice=True))
    assert server.hears("relative", "supervisor")
    assert not server.sees("relative", "supervisor")


def test_a_warning_goes_to_the_pages_as_a_code(server: LiveKitServer, calls: LiveKitCalls) -> None:
    calls.announce(CALL, "two-minutes")
    assert server.data == [{"warning": "two-minutes"}]


def test_an_ended_room_is_not_opened_by_an_old_ticket(server: LiveKitServer, calls: LiveKitCalls) -> None:
    token = str(calls.ticket(CALL, "r1", "relative", LIVE)["token"])
    assert calls.end(CALL)
    assert not calls.end(CALL)
    with pytest.raises(NotInRoom):
        calls.ticket(CALL, "r1", "relative", LIVE)
    with pytest.raises(Exception, match="404"):
        server.enter(token)


def test_a_server_that_is_away_or_does_not_know_our_key_is_tried_again(
    server: LiveKitServer, calls: LiveKitCalls
) -> None:
    server.down = True
    with pytest.raises(ProviderAway, match="livekit-503"):
        calls.present(CALL)
    server.down = False
    wrong = LiveKitCalls(calls.url, "", KEY, "another-secret-of-the-tests-long-enough", lambda: datetime.now(UTC))
    with pytest.raises(ProviderAway, match="livekit-401"):
        wrong.present(CALL)
    nowhere = LiveKitCalls("http://127.0.0.1:9", "", KEY, SECRET, lambda: datetime.now(UTC))
    with pytest.raises(ProviderAway, match="not-reached"):
        nowhere.end(CALL)


CLAIMS = st.dictionaries(st.text(max_size=10), st.text(max_size=20) | st.integers(-(2**40), 2**40) | st.booleans())


@given(CLAIMS, st.text(min_size=32, max_size=60))
def test_our_tokens_are_those_of_pyjwt(claims: dict[str, object], secret: str) -> None:
    claims = {key: value for key, value in claims.items() if len(key) > 3} | {"exp": int(NOW.timestamp()) + 30}
    loose: Any = {"verify_exp": False, "verify_sub": False}
    assert jwt.decode(sign_token(claims, secret), secret, algorithms=["HS256"], options=loose) == claims
    assert read_token(jwt.encode(claims, secret, algorithm="HS256"), secret, NOW) == claims


def test_a_token_of_another_key_algorithm_or_time_is_not_believed() -> None:
    claims = {"exp": int(NOW.timestamp()) + 30, "nbf": int(NOW.timestamp())}
    good = sign_token(claims, SECRET)
    head, body, seal = good.split(".")
    bad = [
        sign_token(claims, SECRET + "x"),
        jwt.encode(claims, SECRET * 2, algorithm="HS512"),
        jwt.encode(claims, "", algorithm="none"),
        f"{head}.{body}.",
        f"{head}.{body}x.{seal}",
        "",
        "...",
        "\u0430.\u0431.\u0432",
        good * 40,
    ]
    for token in bad:
        with pytest.raises(NotSigned):
            read_token(token, SECRET, NOW)
    for apart in (timedelta(hours=1), -timedelta(hours=1)):
        with pytest.raises(NotSigned):
            read_token(good, SECRET, NOW + apart)
