"""Which supplier carries which call is a setting; half a supplier is refused at the start."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from service.app.call_lines import call_lines, kind_of
from service.call_suppliers import call_hooks, call_provider
from service.config import Settings
from service.gateways.call_tickets import TicketedCalls
from service.gateways.calls import CallSpec, InMemoryCalls, NotInRoom, RoomView
from service.gateways.calls_by_kind import CallsByKind
from service.gateways.twilio_account import TwilioAccount
from service.gateways.twilio_voice import TwilioVoiceCalls
from service.store.tables import Appointment
from service.web.call_room import CallRooms, RoomAsked
from tests.app.calling import Calling
from tests.cast import World

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
TWILIO = {"twilio_account": "AC1", "twilio_token": "t", "twilio_callback": "https://api.kezdesu.example"}
PHONE: dict[str, Any] = {**TWILIO, "phone_calls": "twilio-voice", "twilio_caller": "+77172000000"}
VIDEO: dict[str, Any] = {**TWILIO, "calls": "twilio-video", "twilio_key": "SK1", "twilio_key_secret": "s"}
LIVEKIT: dict[str, Any] = {
    "calls": "livekit", "livekit_url": "https://v.example", "livekit_pages_url": "wss://v.example", "livekit_key": "k",
    "livekit_secret": "s", "call_library": Path("livekit.js"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "name", "heard"),
    [
        ({}, "memory", set()),
        (LIVEKIT, "livekit", set()),
        (VIDEO, "twilio-video", {"twilio-video"}),
        (PHONE, "memory", {"twilio-voice"}),
        ({**VIDEO, **PHONE}, "twilio-video", {"twilio-video", "twilio-voice"}),
    ],
)
def test_the_settings_choose(world: World, told: dict[str, Any], name: str, heard: set[str]) -> None:
    settings = Settings(**told)
    provider = call_provider(settings, world.environment)
    assert provider.name == name
    hooks = call_hooks(settings, world.environment)
    assert (set() if hooks is None else set(hooks.readers)) == heard
    assert (hooks is not None and hooks.livekit is not None) == (name == "livekit")
    assert isinstance(provider, TicketedCalls) == (name in ("livekit", "twilio-video") or "phone_calls" in told)


@pytest.mark.parametrize("whole", [PHONE, VIDEO, LIVEKIT])
def test_half_a_supplier_is_refused_by_the_name_of_what_is_missing(world: World, whole: dict[str, Any]) -> None:
    for left_out in whole.keys() - {"calls", "phone_calls"}:
        with pytest.raises(ValidationError, match=f"KEZDESU_{left_out.upper()}"):
            Settings(**{key: value for key, value in whole.items() if key != left_out})
    with pytest.raises(ValidationError, match="https"):
        Settings(**{**PHONE, "twilio_callback": "http://api.kezdesu.example"})


def test_a_secret_may_lie_in_a_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    told = {key: value for key, value in LIVEKIT.items() if key != "livekit_secret"}
    assert Settings(**told, livekit_secret_file=file).secret("livekit_secret") == "from-a-file"
    assert "from-a-file" not in repr(Settings(**told, livekit_secret_file=file))


def test_telephone_and_video_calls_go_their_own_ways(world: World) -> None:
    phone, video = InMemoryCalls(), InMemoryCalls()
    both = CallsByKind(phone, video, {"p": "call", "v": "video_call"}.__getitem__)
    seats = RoomView(live=True, seats={"relative": "r"})
    for call in ("p", "v"):
        both.open(CallSpec(call, "any"))
        both.arrange(call, seats)
        both.relay(call, "r", "relative", "publish", {})
        with pytest.raises(NotInRoom):
            both.ticket(call, "r", "relative", seats)
    assert [len(one.present("p")) + len(one.present("v")) for one in (phone, video)] == [1, 1]
    assert both.present("p") == [], "whose pages speak through us, the pages themselves tell of"
    both.announce("p", "two-minutes")
    assert both.end("p")
    assert (phone.ended, video.ended) == (["p"], [])


def test_whom_a_telephone_call_dials(world: World) -> None:
    calling = Calling(world)
    calling.arrange(calling.ask())
    with world.environment.database.reading() as session:
        slot = session.get(Appointment, calling.appointment)
        assert slot is not None
        placed = {slot.room_id: "sip:booth1@kezdesu.example", calling.officer.id: "client:officer1"}
    dialled = {"convict": "sip:booth1@kezdesu.example", "supervisor": "client:officer1"}
    mother = world.phones["Айгүл"]
    assert call_lines(world.environment, calling.call, placed) == {**dialled, "relative": mother}
    assert call_lines(world.environment, calling.call, {}) == {"relative": mother}
    assert call_lines(world.environment, "0" * 32, placed) == {}
    assert (kind_of(world.environment, calling.call), kind_of(world.environment, "0" * 32)) == ("call", "")


def test_a_call_for_legal_help_dials_the_number_that_was_written_down(world: World) -> None:
    calling = Calling(world)
    request = calling.ask(purpose="legal", relationship=None)
    calling.arrange(request, called="адвокат Нурова, 8 701 555 09 09 (до 19:00)")
    assert call_lines(world.environment, calling.call, {}) == {"relative": "+77015550909"}


def test_a_page_of_a_telephone_call_only_shows_it(world: World) -> None:
    calling = Calling(world)
    calling.arrange(calling.ask())
    calling.at(minutes=-5)
    phone = TwilioVoiceCalls(
        TwilioAccount("AC1", "AC1", "t"), "+77172000000", "https://api.kezdesu.example", lambda _: {}
    )
    for provider, by_page in ((CallsByKind(phone, InMemoryCalls(), lambda _: "call"), False), (InMemoryCalls(), True)):
        rooms = CallRooms(provider)
        told = rooms.act(world.environment, calling.officer, calling.call, "ping", RoomAsked(seat="0" * 32))
        assert (told.telephone, told.carried) == (not by_page, False)
