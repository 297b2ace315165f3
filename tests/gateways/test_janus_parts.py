"""What goes to Janus and what does not: offers of pages, its configuration, relays, and rooms that nobody owns."""

import hashlib
import hmac
import stat
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.call_states import PARTIES
from service.gateways.call_book import MemoryBook
from service.gateways.calls import CallSpec, NotInRoom, ProviderAway, RoomView, may_see
from service.gateways.janus.configuration import JanusSetup, write_configuration
from service.gateways.janus.line import JanusLine
from service.gateways.janus.process import free_port, running_janus
from service.gateways.janus.rooms import JanusCalls
from service.gateways.janus.sdp import sound_of
from service.gateways.turn import LASTS, TurnServers

NOW = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)


def offer(*lines: tuple[str, str]) -> str:
    return "v=0\r\n" + "".join(f"m={kind} 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:{mid}\r\n" for kind, mid in lines)


def test_a_page_offers_one_sound_and_one_picture_and_nothing_else() -> None:
    assert sound_of(offer(("audio", "0"), ("video", "1")), pictures=True) == "0"
    assert sound_of(offer(("video", "a"), ("audio", "b")), pictures=True) == "b"
    assert sound_of(offer(("video", "0")), pictures=True) is None
    for lines in (
        [("audio", "0"), ("audio", "1")],
        [("audio", "0"), ("video", "1"), ("video", "2")],
        [("audio", "0"), ("application", "1")],
        [("text", "0")],
    ):
        with pytest.raises(NotInRoom):
            sound_of(offer(*lines), pictures=True)


def test_a_call_by_telephone_has_no_picture() -> None:
    with pytest.raises(NotInRoom):
        sound_of(offer(("audio", "0"), ("video", "1")), pictures=False)


@given(st.lists(st.sampled_from(("audio", "video", "application", "image")), max_size=5), st.booleans())
def test_no_offer_with_a_line_too_many_is_taken(kinds: list[str], pictures: bool) -> None:
    allowed = {"audio", "video"} if pictures else {"audio"}
    fits = len(set(kinds)) == len(kinds) and set(kinds) <= allowed
    try:
        sound_of(offer(*((kind, str(number)) for number, kind in enumerate(kinds))), pictures=pictures)
    except NotInRoom:
        assert not fits
    else:
        assert fits


def test_before_it_is_live_nobody_but_the_officer_sees_another_family_member() -> None:
    for live in (False, True):
        seen = {(one, other) for one in PARTIES for other in PARTIES if may_see(RoomView(live), one, other)}
        assert (("convict", "relative") in seen) == (("relative", "convict") in seen) == live
        assert {("supervisor", "relative"), ("supervisor", "convict"), ("relative", "supervisor")} <= seen


def test_a_relay_is_good_for_one_party_of_one_call_until_after_its_latest_end() -> None:
    (relay,) = TurnServers(("turns:turn.example.kz:443",), "secret").for_party("c1", "relative", NOW)
    assert relay.username == f"{int((NOW + LASTS).timestamp())}:c1:relative"
    expected = hmac.new(b"secret", relay.username.encode(), hashlib.sha1).digest()
    assert b64decode(relay.credential) == expected
    assert timedelta(minutes=20) <= LASTS <= timedelta(minutes=30)
    assert TurnServers((), "").for_party("c1", "relative", NOW) == ()


def test_the_configuration_is_readable_by_its_owner_only_and_listens_on_this_machine(tmp_path: Path) -> None:
    write_configuration(tmp_path / "janus", JanusSetup(8088, "s" * 40, "10.0.0.5", "203.0.113.7"))
    files = sorted((tmp_path / "janus").iterdir())
    assert [file.name for file in files] == [
        "janus.jcfg",
        "janus.plugin.videoroom.jcfg",
        "janus.transport.http.jcfg",
    ]
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "@" not in file.read_text()
    core, _, http = (file.read_text() for file in files)
    assert 'ip = "127.0.0.1"' in http
    assert "admin_http = false" in http
    assert 'nat_1_1_mapping = "203.0.113.7"' in core
    assert "session_timeout = 12" in core


@pytest.mark.parametrize(
    "setup",
    [
        JanusSetup(8088, "short"),
        JanusSetup(8088, 's" * 40'),
        JanusSetup(8088, "s" * 40, address='1.2.3.4"\n'),
        JanusSetup(8088, "s" * 40, media=(30000, 20000)),
    ],
)
def test_what_cannot_be_meant_is_not_written(tmp_path: Path, setup: JanusSetup) -> None:
    with pytest.raises(ValueError, match=r"secret|ports|address"):
        write_configuration(tmp_path / "janus", setup)
    assert not (tmp_path / "janus").exists()


def test_a_janus_that_is_not_there_is_a_supplier_that_is_away() -> None:
    away = JanusCalls(JanusLine(f"http://127.0.0.1:{free_port()}/janus", "s" * 40), MemoryBook())
    for act in (lambda: away.open(CallSpec("c1", "video_call")), away.rooms, lambda: away.present("c1")):
        with pytest.raises(ProviderAway):
            act()


def test_nobody_speaks_to_janus_without_its_secret(tmp_path: Path) -> None:
    with running_janus(tmp_path / "janus") as own:
        stranger = JanusCalls(JanusLine(own.line.url, "x" * 40), MemoryBook())
        for act in (lambda: stranger.open(CallSpec("c1", "video_call")), stranger.rooms):
            with pytest.raises(ProviderAway):
                act()
        ours = JanusCalls(own.line, MemoryBook())
        ours.open(CallSpec("c1", "video_call"))
        assert ours.rooms() == {"c1"}
        own.stop()
        own.start()
        assert ours.rooms() == frozenset()
