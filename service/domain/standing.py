"""Where the convict stands on a day: house, condition and the row of the law that follows from them."""

from dataclasses import dataclass
from datetime import date

from service.domain.answer import Blocker
from service.domain.calendar import add_months, full_years
from service.domain.facts import ConvictFacts, Placement, in_force
from service.domain.law import Law, LawError, named
from service.domain.law_rows import InstitutionRule, QuotaRow
from service.domain.reasons import reason


@dataclass(frozen=True, slots=True)
class Standing:
    """`house` is the institution type he lives in, `row` the quotas that hold for him, which may be
    another's."""

    placement: Placement
    house: InstitutionRule
    condition: str
    row: QuotaRow


def stand(law: Law, facts: ConvictFacts, day: date) -> Standing | Blocker:
    """The standing on `day`, or why there is none. Raises `LawError` for names that the law does not have."""
    placement = in_force(facts.placements, day)
    if placement is None:
        return Blocker(reason("not-placed", day=day), next_turn(law, facts, day))
    house = named(law.institutions, placement.institution_type, "institution type")
    table = _table(law, placement)
    condition = _condition(law, facts, placement, table, day)
    if condition is None:
        return Blocker(reason("condition-not-set", day=day), next_turn(law, facts, day))
    row = law.quota(table, condition, day)
    if row is None:
        return Blocker(reason("no-rule-on-day", day=day), next_turn(law, facts, day))
    return Standing(placement, house, condition, row)


def next_turn(law: Law, facts: ConvictFacts, day: date) -> date | None:
    """The next day after `day` on which placement, condition or the law may put the convict under another
    rule."""
    turns: list[date | None] = []
    turns += [turn for one in facts.placements for turn in (one.since, one.until)]
    turns += [turn for one in facts.conditions for turn in (one.since, one.until)]
    placement = in_force(facts.placements, day)
    if placement is not None:
        table = _table(law, placement)
        condition = _condition(law, facts, placement, table, day)
        if condition is not None:
            turns.append(law.next_version(table, condition, day))
        house = named(law.institutions, placement.institution_type, "institution type")
        turns.append(law.next_call_version(house.calls, day))
        if facts.born is not None and house.condition == "by-age":
            turns.append(add_months(facts.born, 12 * law.age_of_majority))
    return min((turn for turn in turns if turn is not None and turn > day), default=None)


def degree_on(facts: ConvictFacts, day: date) -> int:
    """The behaviour degree on `day`, 0 where none is set."""
    period = in_force(facts.degrees, day)
    return 0 if period is None else period.degree


def _table(law: Law, placement: Placement) -> str:
    """Whose quotas hold (PEC 92): the house's own, those of the type the court set, or medium security's."""
    rules = law.tables
    table = rules.by_basis[placement.basis]
    if placement.basis == "housekeeping" and placement.institution_type not in rules.housekeeping_in:
        table = "own"
    if table == "own" and placement.institution_type in rules.court_sets_type_in:
        table = "court"
    if table == "own":
        return placement.institution_type
    if table != "court":
        return table
    if placement.court_type is None:
        raise LawError(
            f"a placement in {placement.institution_type} ({placement.basis}) needs court_type, "
            "the type of institution set by the court"
        )
    return placement.court_type


def _condition(law: Law, facts: ConvictFacts, placement: Placement, table: str, day: date) -> str | None:
    if placement.basis == "kept_for_order":
        return law.tables.condition_kept_for_order
    how = named(law.institutions, table, "institution type").condition
    recorded = in_force(facts.conditions, day)
    if how == "recorded":
        return None if recorded is None else recorded.condition
    if how != "by-age":
        return how
    if recorded is not None and recorded.condition in ("adult", "juvenile"):
        return recorded.condition
    adult = facts.born is None or full_years(facts.born, day) >= law.age_of_majority
    return "adult" if adult else "juvenile"
