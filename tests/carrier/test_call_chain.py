"""A call by telephone from the dialled number to its end, over every real part there is.

twilio-python asks Prism, which reads Twilio's own description; Prism asks the exchange, which dials nobody real; the
exchange posts its signed events to the service and fetches from it what is to be said. Needs Node, and says so.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from service.app.call_align import align_room
from service.app.call_lines import call_lines
from service.app.call_supervise import confirm_identity, mute_party, start_call
from service.gateways.twilio_events import TwilioVoiceEvents
from service.gateways.twilio_signature import TwilioSignature
from service.gateways.twilio_voice import TwilioVoiceCalls
from service.jobs.calling import CallWatch
from service.store.tables import Appointment
from service.web.api.app import create_app
from service.web.api.call_callbacks import CallHooks
from tests.app.calling import Calling
from tests.browser.faces import SETTINGS
from tests.browser.serving import served
from tests.carrier.described import description
from tests.carrier.exchange import ACCOUNT, TOKEN, Exchange
from tests.carrier.gateway import PUBLIC, twilio_sms
from tests.carrier.prism_proxy import proxied_by
from tests.carrier.switchboard import Switchboard, account_at, open_switchboard
from tests.cast import World

pytestmark = pytest.mark.parametrize("world", ["postgresql"], indirect=True)
INTERPRETER = "+77015550199"


@dataclass
class Chain:
    """Everything between a call and the telephones of those in it."""

    calling: Calling
    board: Switchboard
    phone: TwilioVoiceCalls
    proxy: str

    def sits(self, *who: str) -> None:
        """Somebody's page joins, and brings the room into line as pages do."""
        for one in who:
            self.calling.join(getattr(self.calling, one))
        align_room(self.calling.world.environment, self.phone, self.calling.call)
        self.hear()

    def hear(self) -> None:
        """The service hears what the exchange has told, out of order and twice, and acts on it."""
        while self.board.exchange.told:
            told, self.board.exchange.told = self.board.exchange.told[::-1], []
            for url, fields in [*told, *told]:
                assert self.board.exchange.post(url, fields)[0] == 204
            self.calling.tick()

    def act(self, act: object, **more: object) -> None:
        self.calling.do(self.calling.officer, act, **more)  # type: ignore[arg-type]
        self.calling.tick()
        self.hear()


@pytest.fixture(scope="module")
def proxied(prism: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Switchboard, str]]:
    """Prism before an exchange."""
    board, folder = Switchboard(), tmp_path_factory.mktemp("chain")
    with open_switchboard(board) as base, proxied_by(prism, description(), base, folder) as proxy:
        yield board, proxy


@pytest.fixture
def chain(world: World, proxied: tuple[Switchboard, str]) -> Iterator[Chain]:
    calling, (board, proxy) = Calling(world), proxied
    board.exchange = Exchange()
    signature = TwilioSignature(PUBLIC, TOKEN)
    hooks = CallHooks(PUBLIC, {"twilio-voice": TwilioVoiceEvents(signature)}, signature.check)
    app = create_app(world.environment, SETTINGS, send_code=lambda _: None, hooks=hooks)
    with served(app) as board.exchange.reached_at:
        calling.arrange(calling.ask())
        placed = {calling.officer.id: "client:officer1", _booth(calling): "sip:booth1@kezdesu.example"}

        def lines(call: str) -> dict[str, str]:
            return call_lines(world.environment, call, placed) | {"interpreter": INTERPRETER}

        phone = TwilioVoiceCalls(account_at(proxy), "+77172000000", PUBLIC, lines)
        calling.watch = CallWatch(phone)
        yield Chain(calling, board, phone, proxy)
    assert board.faults == []


def _booth(calling: Calling) -> str:
    with calling.world.environment.database.reading() as session:
        slot = session.get(Appointment, calling.appointment)
        assert slot is not None
        return slot.room_id


def test_a_call_by_telephone_from_the_dialled_number_to_its_end(chain: Chain) -> None:
    calling, exchange = chain.calling, chain.board.exchange
    calling.at(minutes=-5)
    chain.sits("convict")
    assert exchange.dialled == [], "nobody is dialled before the officer sits"
    chain.sits("officer")
    assert {one["Label"].partition(".")[0] for one in exchange.dialled} == {"supervisor", "relative", "interpreter"}
    dialled = {one["Label"].partition(".")[0]: one["To"] for one in exchange.dialled}
    assert dialled["supervisor"] == "client:officer1"
    assert dialled["relative"] == calling.world.phones["Айгүл"]
    chain.act(confirm_identity, matched=True)
    chain.act(start_call)
    assert calling.row.state == "live"
    people = ("convict", "relative", "supervisor", "interpreter")
    assert {one.party for one in chain.phone.present(calling.call)} == set(people)
    assert exchange.hears("convict", "relative")
    assert exchange.hears("relative", "interpreter")

    chain.act(mute_party, party="relative")
    assert not any(exchange.hears(one, "relative") for one in people)
    chain.act(mute_party, party=None)
    chain.phone.whisper(calling.call, "convict")
    assert [one for one in people if exchange.hears(one, "supervisor")] == ["convict"]
    chain.phone.whisper(calling.call, None)

    calling.tick(minutes=13)
    (said,) = exchange.announced
    assert [one.tag for one in said] == ["Play", "Say"]
    assert exchange.played[0][:4] == b"RIFF"

    calling.tick(minutes=2)
    chain.hear()
    assert (calling.row.state, calling.row.ended_code) == ("ended", "time-limit")
    assert [one.reason for one in exchange.conferences] == ["conference-ended-via-api"]
    assert not chain.phone.end(calling.call)
    assert calling.told("call.ended") == ["call.ended"]


def test_what_nobody_signed_is_refused_and_what_nobody_described_is_not_taken(chain: Chain) -> None:
    calling, exchange = chain.calling, chain.board.exchange
    assert exchange.reached_at is not None
    path = f"/callbacks/calls/twilio-voice/{calling.call}"
    forged = {"StatusCallbackEvent": "participant-join", "ParticipantLabel": "relative", "X": "1"}
    assert answered(exchange.reached_at + path, forged, {"X-Twilio-Signature": "AAAA"}) == 403
    sms = twilio_sms(chain.proxy, timeout=60)
    known = account_at(chain.proxy).client.conferences("kezdesu-x").participants
    assert known.create(from_="+77172000000", to=INTERPRETER, label="x", muted=True).status == "connected"
    headers = {"Authorization": _basic()}
    participants = f"{chain.proxy}/2010-04-01/Accounts/{ACCOUNT}/Conferences/kezdesu-x/Participants.json"
    right = {"From": "+77172000000", "To": INTERPRETER}
    assert answered(participants, {**right, "TimeLimit": "soon"}, headers) == 422, "Prism objects"
    assert answered(participants, {**right, "StartOnEnter": "true"}, headers) == 400, "the exchange does"
    assert chain.board.faults == ["unknown: ['StartOnEnter']"]
    chain.board.faults.clear()
    sent = sms.send(to=INTERPRETER, text="Сөйлесу 18:00-де басталады.", reference="0" * 32)
    assert [one["sid"] for one in chain.board.carrier.taken] == [sent.reference]


def answered(url: str, fields: dict[str, str], headers: dict[str, str]) -> int:
    asked = Request(url, urlencode(fields).encode(), headers)
    try:
        with build_opener(ProxyHandler({})).open(asked, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as fault:
        with fault:
            return fault.code


def _basic() -> str:
    return "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
