"""What the pages of the desk share: who may open them, and the institution they are about."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from service.app.desk_show import place_of_work
from service.app.witnessed_show import show_witnessed
from service.domain.access import Target, may, require
from service.domain.grounds import REFUSAL_GROUNDS
from service.store.tables import Institution
from service.web.call_room import CallRooms
from service.web.face import Face, SignedIn, ground_text
from service.web.i18n import speak_in
from service.web.messages import N_, Message
from service.web.settings import WebSettings
from service.web.staff.desk_words import WITNESS_STEPS

MENU = (
    ("/requests", "calendar", N_("Requests"), "appointment.see_times"),
    ("/calls", "phone", N_("Calls"), "call.see"),
    ("/relations", "people", N_("Ties"), "relationship.see"),
    ("/asked", "help", N_("Asked by convicts"), "convict_request.see"),
    ("/convicts", "person", N_("Convicts"), "convict.see_file"),
    ("/board", "calendar", N_("Week board"), "board.see"),
    ("/lists", "print", N_("Lists"), "lists.see"),
    ("/timetable", "waiting", N_("Timetable"), "timetable.change"),
    ("/flags", "attention", N_("No longer fits"), "flag.resolve"),
    ("/disputes", "shield", N_("Disputes"), "dispute.answer"),
    ("/exceptions", "record", N_("Exceptions"), "exception.see"),
    ("/alarms", "attention", N_("Kiosk alarms"), "kiosk_alarm.see"),
    ("/devices", "shield", N_("Devices"), "device.see"),
    ("/officers", "people", N_("Officers"), "officer.see"),
    ("/gate", "door", N_("Gate"), "gate.see"),
    ("/gate/pin", "shield", N_("Gate PIN"), "gate_pin.set"),
    ("/gate/keys", "shield", N_("New keys of gates"), "bridge_key.approve"),
)
"""The main menu: address, picture, name, and the act of the access policy that opens it."""


@dataclass(frozen=True)
class Place:
    """The institution of a page, and when its log was signed last."""

    institution: Institution
    head_at: datetime | None
    warning: Message | None = None
    """What to know while nobody outside watches the record; nothing of it ever keeps a family out."""


@dataclass(frozen=True)
class StaffFace(Face):
    """The pages under construction; `app` names their cookies."""

    settings: WebSettings
    app: str = "staff"
    calls: CallRooms = field(default_factory=CallRooms)

    def enter(self, caller: SignedIn, act: str) -> Place | None:
        """Lets an officer in whom the policy allows `act` at their institution; raises Refusal for others.

        From here on the page shows times as at that institution.
        """
        require(caller.actor, act, Target(caller.institution))
        found = place_of_work(self.environment, caller.institution or "")
        if found is None:
            return None
        speak_in(ZoneInfo(found[0].time_zone))
        return Place(*found, self._warning(caller.institution or ""))

    def _warning(self, log: str) -> Message | None:
        policy = self.environment.witness_policy
        if policy is None:
            return None
        with self.environment.database.reading() as session:
            seen = show_witnessed(session, policy, self.environment.clock(), log)
        return WITNESS_STEPS.get(seen.step.value)


def menu_of(caller: SignedIn) -> list[tuple[str, str, str]]:
    """(address, picture, name) of what this officer may open."""
    target = Target(caller.institution)
    return [(address, icon, name) for address, icon, name, act in MENU if may(caller.actor, act, target)]


def grounds(*first: str, among: tuple[str, ...] = REFUSAL_GROUNDS) -> list[tuple[str, str]]:
    """(code, sentence) of the grounds `among` which an officer chooses, in the page's language, those named first."""
    codes = [code for code in (*first, *among) if code in among]
    return [(code, ground_text(code)) for code in dict.fromkeys(codes)]
