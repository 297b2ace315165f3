"""May this convict have this appointment on this day, and if not, why and when?"""

from dataclasses import dataclass
from datetime import date

from service.domain.answer import Blocker, ChargePlan, Entitlement
from service.domain.calls import HELP, charge_call, emergency_call
from service.domain.charging import Charging, charge_visit
from service.domain.facts import CALL_KINDS, VISIT_KINDS, AppointmentRequest, ConvictFacts
from service.domain.form import form_blockers, form_notes, needs_investigator
from service.domain.history import Question, question
from service.domain.law import Law, LawError, UnknownCell
from service.domain.party import party_blockers, party_notes, visitor_bans
from service.domain.rates import Rate
from service.domain.reasons import REASONS, Reason, reason
from service.domain.standing import Standing, degree_on, next_turn, stand
from service.domain.suspending import notes_on, standing_bars

__all__ = ["ChargePlan", "Entitlement", "entitlement"]

FIRST_YEAR, LAST_YEAR = 1950, 2150
MOST_STEPS = 5000


@dataclass(frozen=True, slots=True)
class _Day:
    """What stands on one day, the party's and the form's unchanging reasons aside."""

    standing: Standing | None
    rate: Rate | None
    charge: ChargePlan | None
    blockers: tuple[Blocker, ...]
    notes: tuple[Reason, ...]
    article: str | None = None


def entitlement(law: Law, facts: ConvictFacts, request: AppointmentRequest) -> Entitlement:
    """Answers for one convict, one appointment, one day; pure.

    Raises `LawError` for a name that the law file does not know, a day outside 1950-2150, and the use of a
    cell marked unknown. Source: PEC 90-109, 128-134; IR 76-104; 353-I 17, as they stand in the law file.
    """
    if not FIRST_YEAR <= request.day.year <= LAST_YEAR:
        raise LawError(f"{request.day} is no day on which anybody can be visited")
    asked = question(law, facts, request)
    here = _on_day(asked, request.day)
    house = here.standing.house if here.standing else None
    length = law.duration(
        "call" if request.kind == "video_call" else request.kind,
        request.day,
        house.name if house else "",
        degree_on(facts, request.day),
        request.outside,
    )
    emergency = here.standing is not None and emergency_call(law, facts, request, here.standing, request.day)
    blockers = [
        *here.blockers,
        *party_blockers(law, request, needs_investigator=needs_investigator(request, house), emergency=emergency),
        *form_blockers(law, request, house, length),
    ]
    aside = law.exceptions.sets_aside(request.exception_kind) if request.exception_id is not None else frozenset()
    reasons = _each_once([one for one in blockers if one.reason.code not in aside])
    return Entitlement(
        allowed=not reasons,
        due=_due(asked, here),
        rate=here.rate,
        duration=length.longest if length else None,
        charge=here.charge if all(REASONS[one.code].group == "decision" for one in reasons) else None,
        reasons=reasons,
        notes=(*here.notes, *party_notes(law, request), *form_notes(request)),
        article=here.article,
    )


def _each_once(blockers: list[Blocker]) -> tuple[Reason, ...]:
    found: list[Reason] = []
    for one in blockers:
        if one.reason not in found:
            found.append(one.reason)
    return tuple(found)


def _on_day(asked: Question, day: date) -> _Day:
    law, facts, request = asked.law, asked.facts, asked.request
    if request.purpose in HELP and request.kind in CALL_KINDS:
        note = reason("note-never-blocked", law.parties["legal_call"].article)
        return _Day(None, None, ChargePlan("uncounted", None, day), (), (note,))
    standing = stand(law, facts, day)
    bars = [*standing_bars(law, facts, request, day), *visitor_bans(law, request, day)]
    notes = notes_on(law, facts, day, request.kind)
    if isinstance(standing, Blocker):
        return _Day(None, None, None, (standing, *bars), tuple(notes))
    charging = _charge(asked, standing, day)
    bars += _lifer_bars(law, facts, request, standing, day)
    bars += _quarantine_bars(law, facts, request, standing, day)
    if standing.placement.basis == "kept_for_trial":
        notes.append(reason("note-kept-for-trial", law.tables.article))
    blockers = (*charging.blockers, *bars)
    return _Day(
        standing, charging.rate, charging.plan, blockers, (*charging.notes, *notes), _article(asked, standing, day)
    )


def _article(asked: Question, standing: Standing, day: date) -> str | None:
    """The article of the rate: the row of visits, or that of calls."""
    if asked.kind is not None:
        return standing.row.article
    if asked.request.kind not in CALL_KINDS:
        return asked.law.parties[asked.request.kind].article
    row = asked.law.call_rate(standing.house.calls, day)
    return None if row is None else row.article


def _charge(asked: Question, standing: Standing, day: date) -> Charging:
    """The charge of the day; visits of lawyers and for registering a marriage are not counted (IR 97)."""
    if asked.kind is not None:
        return charge_visit(asked, asked.kind, standing, day)
    if asked.request.kind in CALL_KINDS:
        return charge_call(asked, standing, day)
    return Charging(None, ChargePlan("uncounted", None, day), ())


def _lifer_bars(
    law: Law, facts: ConvictFacts, request: AppointmentRequest, standing: Standing, day: date
) -> list[Blocker]:
    rule = law.lifers
    if request.kind != "long" or not facts.lifer or day < rule.valid_from:
        return []
    if standing.condition in rule.long_conditions:
        return []
    return [Blocker(reason("lifer-long-conditions", rule.article), next_turn(law, facts, day))]


def _quarantine_bars(
    law: Law, facts: ConvictFacts, request: AppointmentRequest, standing: Standing, day: date
) -> list[Blocker]:
    """The first visit of the sentence comes after quarantine (PEC 106(4), IR 83), extra visits included."""
    left = facts.quarantine_left_on
    if request.kind not in VISIT_KINDS or not standing.house.first_visit or left is None or day >= left:
        return []
    turn = next_turn(law, facts, day)
    return [Blocker(reason("in-quarantine", until=left), left if turn is None else min(left, turn))]


def _due(asked: Question, first: _Day) -> date | None:
    """The first day on or after the one asked for that no blocker of the day stands on.

    Each step goes to the last day on which the present blockers can have ended, so no free day is passed
    over.
    """
    day, here = asked.request.day, first
    for _ in range(MOST_STEPS):
        ends = [one.until for one in here.blockers if one.of_day]
        if not ends:
            return day
        known_ends = [end for end in ends if end is not None]
        if len(known_ends) < len(ends):
            return None
        day = max(known_ends)
        if day.year > LAST_YEAR:
            return None
        try:
            here = _on_day(asked, day)
        except UnknownCell:
            return None
    return None
