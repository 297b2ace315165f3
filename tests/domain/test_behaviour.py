"""Behaviour degrees and moves of condition are proposals with the facts that bear them (PEC 95, 103, 130-150)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.behaviour import degree_proposal, proposals
from service.domain.behaviour_facts import BehaviourFacts, Incentive, Penalty, Proposal
from service.domain.calendar import add_months
from service.domain.facts import ConditionPeriod, DegreePeriod, Placement
from service.domain.penalties import live_penalties, negative_degree
from tests.domain.cast import KZ, convict, day


def degree(value: int, since: str, until: str | None = None) -> DegreePeriod:
    return DegreePeriod(value, day(since), day(until) if until else None)


def person(
    *,
    degrees: tuple[DegreePeriod, ...] = (),
    incentives: tuple[str, ...] = (),
    penalties: tuple[Penalty, ...] = (),
    **more: object,
) -> BehaviourFacts:
    facts = convict(degrees=degrees)
    earned = tuple(Incentive(day(one)) for one in incentives)
    return BehaviourFacts(facts, earned, penalties, **more)  # type: ignore[arg-type]


def penalty(on: str, kind: str = "reprimand", **more: object) -> Penalty:
    return Penalty(day(on), kind, **more)  # type: ignore[arg-type]


def said(proposal: Proposal | None) -> tuple[str, str, str | None] | None:
    if proposal is None:
        return None
    return proposal.present, proposal.proposed, proposal.not_before and proposal.not_before.isoformat()


@pytest.mark.parametrize(
    ("facts", "on", "proposed"),
    [
        (person(), "2026-03-01", ("0", "1", None)),
        (person(incentives=("2026-01-10",)), "2026-03-01", ("0", "1", "2026-04-10")),
        (person(incentives=("2025-05-10", "2026-01-10")), "2026-03-01", ("0", "1", "2026-04-10")),
        (
            person(incentives=("2026-01-10",), penalties=(penalty("2025-06-01"),)),
            "2026-03-01",
            ("0", "1", "2026-04-10"),
        ),
        (
            person(incentives=("2025-03-01",), penalties=(penalty("2025-06-01"),)),
            "2026-03-01",
            ("0", "1", None),  # the penalty came after the incentive: a new one must come first
        ),
        (
            person(degrees=(degree(1, "2025-05-03"),), incentives=("2025-01-01", "2025-08-01")),
            "2026-03-01",
            ("1", "2", "2025-11-03"),
        ),
        (person(degrees=(degree(1, "2025-05-03"),), incentives=("2025-01-01",)), "2026-03-01", ("1", "2", None)),
        (
            person(degrees=(degree(1, "2025-05-03"),), incentives=("2026-02-01",)),
            "2026-03-01",
            ("1", "2", "2026-02-01"),
        ),
        (
            person(degrees=(degree(2, "2025-05-03"),), incentives=("2025-08-01",)),
            "2026-03-01",
            ("2", "3", "2026-05-03"),
        ),
        (person(degrees=(degree(3, "2025-05-03"),)), "2026-03-01", None),
        (
            person(degrees=(degree(2, "2025-05-03"),), penalties=(penalty("2026-02-01"),)),
            "2026-03-01",
            ("2", "-1", "2026-02-01"),
        ),
        (
            person(penalties=(penalty("2025-11-01"), penalty("2026-02-01"))),
            "2026-03-01",
            ("0", "-2", "2026-02-01"),
        ),
        (
            person(penalties=(penalty("2025-11-01", "isolator"), penalty("2026-02-01"))),
            "2026-03-01",
            ("0", "-1", "2026-02-01"),  # the isolator does not make it systematic
        ),
        (
            person(penalties=(penalty("2026-02-01", "isolator", malicious_act=True),)),
            "2026-03-01",
            ("0", "-3", "2026-02-01"),
        ),
        (
            person(penalties=(penalty("2026-02-01", malicious_act=True),)),
            "2026-03-01",
            ("0", "-1", "2026-02-01"),  # malicious only with isolator or single cell
        ),
        (
            person(degrees=(degree(-1, "2025-08-01"),), penalties=(penalty("2025-08-01"),)),
            "2026-03-01",
            ("-1", "0", "2026-02-01"),
        ),
        (person(degrees=(degree(-1, "2025-10-01"),), penalties=(penalty("2025-10-01"),)), "2026-03-01", None),
    ],
)
def test_the_next_degree_and_the_first_day_the_facts_bear_it(
    facts: BehaviourFacts, on: str, proposed: tuple[str, str, str | None] | None
) -> None:
    assert said(degree_proposal(KZ, facts, day(on))) == proposed


def test_a_proposal_names_the_facts_that_bear_it() -> None:
    found = degree_proposal(KZ, person(incentives=("2026-01-10",)), day("2026-04-10"))
    assert found is not None
    assert [(one.code, dict(one.arguments)) for one in found.supports] == [
        ("support-incentive", {"on": day("2026-01-10")}),
        ("support-no-penalty", {"since": day("2026-01-10")}),
    ]
    assert (found.ready(day("2026-04-09")), found.ready(day("2026-04-10"))) == (False, True)


def test_penalties_are_spent_together_six_months_after_the_last_of_them() -> None:
    facts = person(penalties=(penalty("2025-01-10"), penalty("2025-06-10"), penalty("2025-11-10")))
    assert len(live_penalties(KZ, facts, day("2026-05-09"))) == 3
    assert live_penalties(KZ, facts, day("2026-05-10")) == ()
    apart = person(penalties=(penalty("2025-01-10"), penalty("2025-07-10")))
    assert [one.on for one in live_penalties(KZ, apart, day("2025-08-01"))] == [day("2025-07-10")]


def test_a_penalty_lifted_early_is_live_no_more() -> None:
    facts = person(penalties=(penalty("2026-01-10", lifted_on=day("2026-04-10")),))
    assert len(live_penalties(KZ, facts, day("2026-04-09"))) == 1
    assert live_penalties(KZ, facts, day("2026-04-10")) == ()


@given(
    st.lists(st.dates(day("2024-01-01"), day("2026-12-31")), max_size=6), st.dates(day("2024-01-01"), day("2027-12-31"))
)
def test_live_penalties_are_those_of_a_twin_that_asks_from_each_to_the_next(days: list[object], on: object) -> None:
    facts = person(penalties=tuple(penalty(str(one)) for one in days))
    upto = sorted(one.on for one in facts.penalties if one.on <= on)  # type: ignore[operator]
    expected = [
        one
        for place, one in enumerate(upto)
        if all(
            after < add_months(before, 6) for before, after in zip(upto[place:], [*upto[place + 1 :], on], strict=True)
        )  # type: ignore[operator]
    ]
    assert sorted(one.on for one in live_penalties(KZ, facts, on)) == expected  # type: ignore[arg-type]
    assert (negative_degree(KZ, facts, on) < 0) == bool(expected)  # type: ignore[arg-type]


def moves(
    institution: str, condition: str, since: str, on: str, **more: object
) -> dict[str, tuple[str | None, list[str]]]:
    """Proposed condition to (not before, what is lacking)."""
    degrees = more.pop("degrees", ())
    before = more.pop("before", None)
    conditions: tuple[ConditionPeriod, ...] = (ConditionPeriod(condition, day(since)),)
    if before:
        conditions = (ConditionPeriod(str(before), day("2024-01-01"), day(since)), *conditions)
    facts = convict(
        institution,
        None,
        conditions=conditions,
        degrees=degrees,
        placements=(Placement("A", institution, day("2024-01-01")),),
    )
    found = proposals(KZ, BehaviourFacts(facts, **more), day(on))  # type: ignore[arg-type]
    return {
        one.proposed: (one.not_before and one.not_before.isoformat(), [lack.code for lack in one.lacking])
        for one in found
        if one.what == "condition"
    }


PLUS_ONE = (degree(1, "2025-02-01"),)
PLUS_THREE = (degree(3, "2025-02-01"),)


@pytest.mark.parametrize(
    ("institution", "condition", "since", "on", "more", "expected"),
    [
        (
            "medium",
            "regular",
            "2024-01-01",
            "2025-06-01",
            {"degrees": PLUS_ONE, "diligent": True},
            {"light": ("2025-02-01", [])},
        ),
        (
            "medium",
            "regular",
            "2024-01-01",
            "2025-06-01",
            {},
            {"light": (None, ["lacking-degree", "lacking-diligence"])},
        ),
        (
            "maximum",
            "regular",
            "2024-09-01",
            "2025-06-01",
            {"degrees": PLUS_ONE, "diligent": True},
            {"light": ("2025-06-01", [])},
        ),
        (
            "minimum",
            "regular",
            "2024-01-01",
            "2025-06-01",
            {"degrees": PLUS_ONE, "diligent": True},
            {"light": ("2025-05-01", [])},
        ),
        (
            "minimum",
            "regular",
            "2024-01-01",
            "2025-06-01",
            {"degrees": PLUS_ONE, "diligent": True, "chapters": frozenset({12})},
            {"light": ("2026-02-01", [])},
        ),
        (
            "medium",
            "light",
            "2025-03-01",
            "2025-06-01",
            {"degrees": PLUS_THREE, "release_on": day("2026-10-10")},
            {"preferential": ("2025-10-10", [])},
        ),
        (
            "maximum",
            "light",
            "2025-03-01",
            "2025-06-01",
            {"degrees": PLUS_THREE, "release_on": day("2025-10-10")},
            {"preferential": ("2025-06-01", [])},
        ),
        (
            "medium",
            "light",
            "2025-03-01",
            "2025-06-01",
            {"degrees": PLUS_THREE},
            {"preferential": (None, ["lacking-release-day"])},
        ),
        ("maximum", "strict", "2025-01-01", "2025-09-15", {}, {"regular": ("2025-10-01", [])}),  # nine months
        ("maximum", "strict", "2025-01-01", "2025-09-16", {}, {"regular": ("2025-07-01", [])}),  # six since then
        (
            "maximum",
            "strict",
            "2025-01-01",
            "2025-09-16",
            {"penalties": (penalty("2025-03-05"),)},
            {"regular": ("2025-09-05", [])},
        ),
        (
            "medium",
            "strict",
            "2025-01-01",
            "2025-09-16",
            {"penalties": (penalty("2025-08-05"),)},
            {"regular": (None, ["lacking-clean"])},
        ),
        ("extreme", "regular", "2024-01-01", "2026-01-01", {"degrees": PLUS_ONE}, {"light": ("2029-01-01", [])}),
        ("complete", "strict", "2025-01-01", "2026-01-01", {"degrees": PLUS_ONE}, {"regular": ("2026-01-01", [])}),
        (
            "medium",
            "light",
            "2025-01-01",
            "2026-01-01",
            {"degrees": (degree(-3, "2025-12-01"),)},
            {"preferential": (None, ["lacking-degree", "lacking-release-day"]), "strict": ("2025-12-01", [])},
        ),
        (
            "medium",
            "light",
            "2025-01-01",
            "2026-01-01",
            {"degrees": (degree(-1, "2025-12-01"),)},
            {"preferential": (None, ["lacking-degree", "lacking-release-day"]), "regular": ("2025-12-01", [])},
        ),
        (
            "complete",
            "regular",
            "2025-01-01",
            "2026-01-01",
            {"degrees": (degree(-3, "2025-12-01"),), "vulnerable": True},
            {"light": (None, ["lacking-degree"])},
        ),
        (
            "juvenile",
            "regular",
            "2025-06-01",
            "2026-01-01",
            {"degrees": PLUS_ONE, "diligent": True},
            {"light": ("2025-12-01", [])},
        ),
        (
            "juvenile",
            "light",
            "2025-06-01",
            "2026-01-01",
            {"degrees": PLUS_THREE, "release_on": day("2026-03-01"), "before": "preferential"},
            {"preferential": ("2025-12-01", [])},
        ),  # moved down: back after six months, not after three
    ],
)
def test_the_moves_out_of_a_condition(
    institution: str,
    condition: str,
    since: str,
    on: str,
    more: dict[str, object],
    expected: dict[str, tuple[str | None, list[str]]],
) -> None:
    assert moves(institution, condition, since, on, **more) == expected


def test_the_months_run_from_the_first_positive_degree_though_a_second_followed() -> None:
    degrees = (degree(1, "2025-02-01", "2025-08-01"), degree(2, "2025-08-01"))
    found = moves("minimum", "regular", "2024-01-01", "2025-09-01", degrees=degrees, diligent=True)
    assert found["light"] == ("2025-05-01", [])


def test_more_than_two_live_penalties_lead_back_from_light_conditions_in_minimum_security() -> None:
    three = tuple(penalty(on) for on in ("2025-06-01", "2025-08-01", "2025-10-01"))
    assert moves("minimum", "light", "2025-01-01", "2025-11-01", penalties=three)["regular"] == ("2025-10-01", [])
    assert "regular" not in moves("minimum", "light", "2025-01-01", "2025-11-01", penalties=three[:2])


def test_strict_conditions_of_a_juvenile_end_after_six_months_at_the_latest() -> None:
    facts = convict("juvenile", "strict")
    found = next(one for one in proposals(KZ, BehaviourFacts(facts), day("2024-03-01")) if one.what == "condition")
    assert (found.not_before, found.not_after) == (day("2024-04-01"), day("2024-07-01"))


def test_a_juvenile_is_malicious_after_two_strict_reprimands() -> None:
    facts = BehaviourFacts(
        convict("juvenile", "regular"),
        penalties=(penalty("2025-06-01", "strict-reprimand"), penalty("2025-08-01", "strict-reprimand")),
    )
    assert said(degree_proposal(KZ, facts, day("2025-09-01"))) == ("0", "-3", "2025-08-01")
