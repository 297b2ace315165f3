"""Calls by telephone: one Twilio conference a call, in which the supplier dials everybody.

Twilio has no picture of who may hear whom before a call is live. So the relative's telephone is dialled once the
officer sits, the convict's only when the call is live, and while it is paused the convict's line hears music alone.
Names of parameters: Twilio's OpenAPI description (2010-04-01), which the tests hold every request against.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from service.domain.call_states import CONVICT, SUPERVISOR
from service.gateways.call_tickets import Unrelayed
from service.gateways.calls import CallSpec, Capability, NotInRoom, Presence, RoomView
from service.gateways.twilio_account import NotTaken, TwilioAccount, asked

EVENTS_PATH = "/callbacks/calls/twilio-voice"
PROMPTS_PATH = "/callbacks/calls/prompts"
TIME_LIMIT = 900
"""Seconds after which Twilio itself hangs up the convict's line, whatever becomes of us: it is dialled when the call is
live (PEC 109(1))."""
BEFORE_LIVE = 900
"""Seconds more for the others, who are dialled earlier: five minutes before the slot to ten after its beginning."""
MOST_LINES = 6
RUNNING = ("init", "in-progress")
BY_US = "conference-ended-via-api"
OVER = ("complete", "failed")
EVENTS = ["start", "end", "join", "leave"]
LANGUAGES = ("kk", "ru")
_log = structlog.get_logger("kezdesu.calls")

Lines = Callable[[str], Mapping[str, str]]
"""Answers, for a call's id, what is dialled for each party: `+7…`, `sip:…`, `client:…`."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One line in a conference. A seat that no page gave is the line's own name (CallSid)."""

    sid: str
    party: str
    seat: str
    muted: bool
    hold: bool
    coaching: bool


@dataclass(frozen=True)
class TwilioVoiceCalls(Unrelayed):
    """`caller`: our number at Twilio; `callback`: the public address of the API face; `lines`: whom to dial."""

    account: TwilioAccount
    caller: str
    callback: str
    lines: Lines
    languages: Sequence[str] = LANGUAGES
    name = "twilio-voice"
    caps = frozenset[Capability]({"phone", "voice_in", "whisper", "mute_one", "server_limit"})

    def open(self, spec: CallSpec) -> None:
        """See `CallProvider.open`: the first line makes the conference."""

    def arrange(self, call: str, view: RoomView) -> None:
        """See `CallProvider.arrange`. Dials who is not there, hangs up who holds no seat, holds and mutes."""
        conference = self._find(call)
        legs = [] if conference is None else self._legs(conference)
        stay = []
        for leg in legs:
            if _seated(leg, view):
                stay.append(leg)
            else:
                self._hang_up(conference, leg)
        if conference is not None:
            for leg in stay:
                self._settle(conference, leg, view)
        there = {leg.party for leg in stay}
        for party, line in self.lines(call).items():
            if party not in there and _wanted(party, view):
                self._dial(call, party, line, view)

    def present(self, call: str) -> list[Presence]:
        """See `CallProvider.present`: whoever is in the conference or is being dialled into it."""
        try:
            conference = self._find(call)
        except NotInRoom:
            return []
        return [] if conference is None else [Presence(leg.party, leg.seat) for leg in self._legs(conference)]

    def announce(self, call: str, code: str) -> None:
        """See `CallProvider.announce`: everybody hears the prompt, recorded or spoken by Twilio where it can."""
        spoken = f"{self._base}{PROMPTS_PATH}/{code}/{'-'.join(self.languages)}"
        with asked():
            self._conference(self._insist(call)).update(announce_url=spoken, announce_method="POST")

    def end(self, call: str) -> bool:
        """See `CallProvider.end`."""
        try:
            conference = self._find(call)
            if conference is None:
                return False
            with asked():
                self._conference(conference).update(status="completed")
        except NotInRoom:
            return False
        return True

    def whisper(self, call: str, party: str | None) -> None:
        """The officer is heard by this party alone; with None, by nobody. Where the view says `voice`, by everybody.

        Raises NotInRoom where either is not there, ProviderAway.
        """
        conference = self._insist(call)
        legs = {leg.party: leg.sid for leg in self._legs(conference)}
        if SUPERVISOR not in legs or (party is not None and party not in legs):
            raise NotInRoom(party or SUPERVISOR)
        how: dict[str, Any] = {"muted": True, "coaching": False}
        if party is not None:
            how = {"muted": False, "coaching": True, "call_sid_to_coach": legs[party]}
        with asked():
            self._conference(conference).participants(legs[SUPERVISOR]).update(**how)

    def _dial(self, call: str, party: str, line: str, view: RoomView) -> None:
        officer = party == SUPERVISOR
        seat = view.seats.get(party)
        try:
            with asked():
                self.account.client.conferences(conference_name(call)).participants.create(
                    from_=self.caller,
                    to=line,
                    label=party if seat is None else f"{party}.{seat}",
                    muted=not view.voice if officer else party == view.muted,
                    beep="false",
                    start_conference_on_enter=officer,
                    end_conference_on_exit=False,
                    time_limit=TIME_LIMIT if party == CONVICT else TIME_LIMIT + BEFORE_LIVE,
                    max_participants=MOST_LINES,
                    conference_record="do-not-record",
                    wait_url=f"{self._base}{PROMPTS_PATH}/watched/{'-'.join(self.languages)}",
                    wait_method="POST",
                    conference_status_callback=f"{self._base}{EVENTS_PATH}/{call}",
                    conference_status_callback_method="POST",
                    conference_status_callback_event=EVENTS,
                )
        except NotTaken as fault:  # a number that is none: no try mends it, the officer sees an empty seat
            _log.warning("not dialled", call=call, party=party, why=str(fault))

    def _settle(self, conference: str, leg: Leg, view: RoomView) -> None:
        """Muted and held as the view says; an officer who whispers goes on, until he is to be heard by all."""
        if leg.party == SUPERVISOR:
            whispers = leg.coaching and not view.voice
            wanted = {} if whispers else {"muted": not view.voice, "coaching": False}
        else:
            wanted = {"muted": leg.party == view.muted, "hold": leg.party == CONVICT and not view.live}
        changed = {name: value for name, value in wanted.items() if value != getattr(leg, name)}
        if not changed:
            return
        try:
            with asked():
                self._conference(conference).participants(leg.sid).update(**changed)
        except NotInRoom:  # it went meanwhile
            return

    def _hang_up(self, conference: str | None, leg: Leg) -> None:
        try:
            with asked():
                self._conference(conference).participants(leg.sid).delete()
        except NotInRoom:
            return

    def _insist(self, call: str) -> str:
        conference = self._find(call)
        if conference is None:
            raise NotInRoom(call)
        return conference

    def _find(self, call: str) -> str | None:
        """The conference that runs; None where none began or all left. Raises NotInRoom for one that we ended."""
        with asked():
            found = self.account.client.conferences.list(friendly_name=conference_name(call), limit=20)
        for one in found:
            if one.status in RUNNING:
                return str(one.sid)
        if any(one.reason_conference_ended == BY_US for one in found):
            raise NotInRoom(call)
        return None

    def _legs(self, conference: str) -> list[Leg]:
        try:
            with asked():
                found = self._conference(conference).participants.list(limit=50)
        except NotInRoom:
            return []
        return [
            Leg(sid, *seat_of(one.label or "", sid), bool(one.muted), bool(one.hold), bool(one.coaching))
            for one in found
            if one.status not in OVER
            for sid in (str(one.call_sid),)
        ]

    def _conference(self, sid: str | None) -> Any:
        return self.account.client.conferences(sid)

    @property
    def _base(self) -> str:
        return self.callback.rstrip("/")


def conference_name(call: str) -> str:
    """Twilio's name for the conference of a call. It names nobody."""
    return f"kezdesu-{call}"


def seat_of(label: str, sid: str) -> tuple[str, str]:
    """Party and seat of a line by its label, as `relative` or `convict.<seat>`."""
    party, _, seat = label.partition(".")
    return party, seat or sid


def _wanted(party: str, view: RoomView) -> bool:
    """Whether a line is to be dialled now: nobody before the officer sits, the convict only when the call is live."""
    if SUPERVISOR not in view.seats:
        return False
    if party == CONVICT:
        return view.live and CONVICT in view.seats
    return True


def _seated(leg: Leg, view: RoomView) -> bool:
    """Whether the line holds its party's seat; one that we dialled and have not heard of yet does."""
    seat = view.seats.get(leg.party)
    return leg.party not in (CONVICT, SUPERVISOR) if seat is None else seat == leg.seat
