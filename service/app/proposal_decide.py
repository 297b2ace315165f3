"""Head and commission decide about degree and condition (PEC 95(3), 103(3)): as computed, against it, or beside it.

What the rules computed that day, what supports it and what was lacking, stays with the decision, whatever it is.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.app.convict_enter import replace_entry
from service.app.convict_find import Whereabouts, check_past, whereabouts
from service.domain.access import Target, require
from service.domain.behaviour import proposals
from service.domain.behaviour_facts import Proposal
from service.domain.facts import in_force
from service.domain.file_entries import check_condition, check_degree
from service.domain.identity import clean_line, clean_name, clean_words
from service.domain.reasons import Reason
from service.domain.refusal import refuse
from service.domain.standing import degree_on
from service.store.behaviour import behaviour_facts
from service.store.columns import leaf_value
from service.store.tables import CommissionDecision
from service.store.unit_of_work import UnitOfWork

Outcome = Literal["adopted", "declined", "beside"]
LEAST_MEMBERS = 3
"""Chairman, secretary and one more: fewer are no commission."""
MOST_MEMBERS = 15
ACTS = {"degree": "convict.set_degree", "condition": "convict.set_condition"}


@dataclass(frozen=True, slots=True)
class Sitting:
    """When the commission sat, who did, and the number of its minutes."""

    held_on: date
    minutes: str
    members: Sequence[str]


def decide_proposal(
    unit: UnitOfWork,
    *,
    convict: str,
    what: Literal["degree", "condition"],
    value: str,
    outcome: Outcome,
    sitting: Sitting,
    words: str | None = None,
) -> str:
    """The decision on one step; answers its id. A degree ("-3" to "3") or a condition holds from the sitting's day.

    `adopted` needs a computed proposal that is ready that day (Refusal 'proposal-not-ready'); `declined` and `beside`
    need words: why the commission does not follow the facts, or decides without them.
    """
    where = whereabouts(unit, convict)
    require(unit.actor, ACTS[what], Target(where.here))
    law, day = unit.environment.law, check_past(sitting.held_on, where.today, where.placement.since)
    facts = behaviour_facts(unit.session, where.convict, day)
    found = next((one for one in proposals(law, facts, day) if (one.what, one.proposed) == (what, value)), None)
    if outcome != "beside" and (found is None or (outcome == "adopted" and not found.ready(day))):
        raise refuse("not-possible", "proposal-not-ready")
    if outcome != "adopted" and not (words or "").strip():
        raise refuse("not-possible", "text-missing")
    checked = _checked(unit, where, what, value, day)
    held = in_force(facts.convict.conditions, day)
    present = str(degree_on(facts.convict, day)) if what == "degree" else held.condition if held else ""
    minutes, members = clean_line(sitting.minutes, 80), _members(sitting.members)
    entry = None if outcome == "declined" else replace_entry(unit, where, what, checked, day, minutes)
    decision = unit.environment.new_id()
    said = unit.sealed(
        CommissionDecision,
        decision,
        convict,
        reasoning=_reasoning(found),
        members=json.dumps(members, ensure_ascii=False),
        words=clean_words(words) if words and words.strip() else None,
    )
    unit.add(
        CommissionDecision(
            id=decision,
            institution_id=where.here,
            convict_id=convict,
            what=what,
            present=present,
            proposed=checked,
            outcome=outcome,
            article=found.article if found is not None else law.behaviour.degree_article,
            not_before=found.not_before if found is not None else None,
            minutes=minutes,
            held_on=day,
            entry_id=entry,
            decided_by=unit.actor.id,
            decided_at=unit.now,
            **said,
        )
    )
    unit.tell(f"{what}.{outcome}", where.here)
    return decision


def _checked(unit: UnitOfWork, where: Whereabouts, what: str, value: str, day: date) -> str:
    if what == "condition":
        placement = where.placement
        return check_condition(unit.environment.law, placement.institution_type, placement.court_type, value, day)
    if not value.removeprefix("-").isdigit() or len(value) > 2:
        raise refuse("not-possible", "choice-unknown")
    return check_degree(int(value))


def _members(names: Sequence[str]) -> list[str]:
    members = list(dict.fromkeys(clean_name(one) for one in names if one.strip()))
    if len(members) < LEAST_MEMBERS:
        raise refuse("not-possible", "commission-too-small", count=LEAST_MEMBERS)
    if len(members) > MOST_MEMBERS:
        raise refuse("not-possible", "text-too-long", count=MOST_MEMBERS)
    return members


def _reasoning(found: Proposal | None) -> str:
    """What the rules said that day, as JSON; nothing where they proposed nothing of the kind."""
    cells = {} if found is None else {"supports": _said(found.supports), "lacking": _said(found.lacking)}
    return json.dumps(cells, ensure_ascii=False, sort_keys=True)


def _said(reasons: Sequence[Reason]) -> list[dict[str, object]]:
    return [
        {
            "code": one.code,
            "article": one.article,
            "arguments": {name: leaf_value(value) for name, value in one.arguments.items()},
        }
        for one in reasons
    ]
