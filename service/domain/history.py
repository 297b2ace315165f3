"""The visits and calls that count towards a question, sorted once."""

from dataclasses import dataclass
from datetime import date

from service.domain.facts import (
    CALL_KINDS,
    VISIT_KINDS,
    AppointmentRequest,
    ConvictFacts,
    Kind,
    Visit,
    VisitKind,
    VisitState,
)
from service.domain.law import Law


@dataclass(frozen=True, slots=True)
class History:
    """Days in ascending order. `granted`: visits of the kind from which the next falls due. `spaced`:
    those of them that must themselves keep the distance. `first_of_other`: the earliest day of a granted
    visit of the other kind. `counted`: visits of the kind charged to a calendar month or a period.
    `calls`: calls that take a slot."""

    granted: tuple[date, ...]
    spaced: tuple[date, ...]
    first_of_other: date | None
    counted: tuple[Visit, ...]
    calls: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One convict, one request, and what of the past counts towards it. `kind` is whose entitlement is taken."""

    law: Law
    facts: ConvictFacts
    request: AppointmentRequest
    kind: VisitKind | None
    past: History


def question(law: Law, facts: ConvictFacts, request: AppointmentRequest) -> Question:
    """The question as it is put on any day; a short visit in the place of a long one takes the long one's."""
    kind: VisitKind | None = "long" if request.from_long else _visit_kind(request.kind)
    return Question(law, facts, request, kind, _history(law, facts, request, kind))


def _history(law: Law, facts: ConvictFacts, request: AppointmentRequest, kind: VisitKind | None) -> History:
    """What counts for a request charged to `kind`; the appointment being moved is left out."""
    states = counted_states(law)
    rules = granted_rules(law)
    granted, spaced, others, counted, calls = [], [], [], [], []
    for visit in facts.visits:
        if visit.state not in states or visit.id == request.ignoring:
            continue
        if visit.kind in CALL_KINDS:
            if visit.rule != "uncounted":
                calls.append(visit)
        elif visit.rule in rules:
            if charged_to(visit) == kind:
                granted.append(visit.day)
                if visit.rule == "interval":
                    spaced.append(visit.day)
            elif charged_to(visit) is not None:
                others.append(visit.day)
        elif visit.rule in ("calendar_month", "period") and charged_to(visit) == kind:
            counted.append(visit)
    return History(
        tuple(sorted(granted)), tuple(sorted(spaced)), min(others, default=None), tuple(counted), tuple(calls)
    )


def charged_to(visit: Visit) -> VisitKind | None:
    """The kind whose entitlement the visit took: its own unless a long visit became a short one."""
    if visit.charged_kind is not None:
        return visit.charged_kind
    return _visit_kind(visit.kind)


def _visit_kind(kind: Kind) -> VisitKind | None:
    return next((one for one in VISIT_KINDS if one == kind), None)


def counted_states(law: Law) -> frozenset[VisitState]:
    """The states in which an appointment takes what it was charged."""
    live: frozenset[VisitState] = frozenset(("planned", "held"))
    return live | {"no_show"} if law.setting("no_show") == "counted" else live


def granted_rules(law: Law) -> frozenset[str]:
    """The charges from whose day the next ordinary visit falls due (IR 83).

    Visits in remand and before dispatch are not among them: the first visit after quarantine is given
    whatever was had there (PEC 106(4)).
    """
    rules = {"interval", "unlimited"}
    if law.setting("extra_visit_moves_interval") == "yes":
        rules.add("credit")
    if law.setting("exception_moves_interval") == "yes":
        rules.add("exception")
    return frozenset(rules)
