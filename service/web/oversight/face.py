"""What the pages of oversight share: who opens them, the institution they are about, how old the proven record is."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Flask, g, request

from service.app.desk_show import place_of_work
from service.app.oversight_show import institutions_of
from service.app.session_find import find_principal
from service.app.witnessed_show import Witnessed, show_witnessed
from service.domain.access import Target, require
from service.domain.refusal import Refusal
from service.store.environment import Environment
from service.store.replica import LATE, behind
from service.store.tables import NATIONAL, Institution
from service.web.face import SignedIn
from service.web.i18n import speak_in
from service.web.messages import N_, Message
from service.web.staff.desk_words import WITNESS_STEPS
from service.web.staff.face import StaffFace

HOUSE_COOKIE = "kezdesu_oversight_house"
"""Which of their institutions an auditor looks at; says nothing that has to be secret."""

MENU = (
    ("/now", "door", N_("In the rooms now")),
    ("/late", "waiting", N_("Past the deadline")),
    ("/refusals", "stop", N_("Refusals")),
    ("/exceptions", "record", N_("Exceptions")),
    ("/reconciliation", "pass", N_("Doors")),
    ("/disputes", "attention", N_("Disputes")),
    ("/recordings", "phone", N_("Recordings")),
    ("/letters", "shield", N_("Letters")),
    ("/leads", "help", N_("Leads")),
    ("/openings", "people", N_("Openings")),
    ("/statistics", "calendar", N_("Figures")),
)
"""The main menu: address, picture, name. Every auditor opens all of it."""
STEPS: dict[str, Message] = {
    **WITNESS_STEPS,
    "unwitnessed": N_(
        "No body outside was asked to watch this record: what is proven here, the prison proves to itself."
    ),
}
WORST = ("normal", "unwitnessed", "banner", "no-exceptions", "paper")


@dataclass(frozen=True)
class Heads:
    """How the logs stand that an auditor looks at. `warning` is None while all is well.

    `behind` says how old the copy is that the pages are read from, where it is older than it should be.
    """

    logs: tuple[Witnessed, ...]
    warning: Message | None
    behind: timedelta | None = None

    @property
    def alarms(self) -> list[tuple[str, str]]:
        """(log, witness) where a witness says that the log was rewritten or cut."""
        return [(one.origin, name) for one in self.logs for name in one.alarms]


@dataclass(frozen=True)
class AuditorSessions:
    """Sessions of auditors; an officer of an institution is not signed in here, whatever they hold."""

    environment: Environment

    def find(self, token: str) -> SignedIn | None:
        """Who the token stands for, at the institution they chose, or the first of theirs."""
        houses = [one.id for one in institutions_of(self.environment, token)]
        if not houses:
            return None
        wanted = request.cookies.get(HOUSE_COOKIE)
        actor = find_principal(self.environment, token, institution=wanted if wanted in houses else houses[0])
        return SignedIn(actor) if actor is not None and actor.principal == "auditor" else None


@dataclass(frozen=True)
class OversightFace(StaffFace):
    """The pages under construction."""

    def here(self, caller: SignedIn) -> Institution:
        """The institution of the page, whose times it shows. Raises Refusal."""
        require(caller.actor, "oversight.see", Target(caller.institution))
        found = place_of_work(self.environment, caller.institution or "")
        if found is None:
            raise Refusal("not-found")
        speak_in(ZoneInfo(found[0].time_zone))
        return found[0]

    def heads(self, caller: SignedIn) -> Heads:
        """How old the newest head is that bodies outside have cosigned, for the institution's log and the national."""
        policy, now = self.environment.witness_policy, self.environment.clock()
        with self.environment.database.reading() as session:
            seen = tuple(
                show_witnessed(session, policy, now, log) for log in (caller.institution or NATIONAL, NATIONAL)
            )
        step = max((one.step.value for one in seen), key=WORST.index)
        old = behind(self.environment.database)
        return Heads(seen, STEPS.get(step), old if old > LATE else None)


def install_heads(app: Flask, face: OversightFace) -> None:
    """Gives every page the age of the newest cosigned heads: `heads()`, None where nobody is signed in."""

    def heads() -> Heads | None:
        caller = g.get("caller")
        return None if caller is None else face.heads(caller)

    def age(late: timedelta) -> tuple[int, str]:
        minutes = int(late.total_seconds() // 60)
        return (minutes, "minutes") if minutes < 120 else (minutes // 60, "hours")

    app.jinja_env.globals.update(heads=heads, age_of=age)
