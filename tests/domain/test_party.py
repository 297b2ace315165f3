"""Who may come to a long visit, a short visit, a lawyer's visit and the registration of a marriage."""

from dataclasses import replace
from datetime import time

import pytest

from service.domain.entitlement import Entitlement, entitlement
from service.domain.facts import AppointmentRequest, PartyMember, VisitorBan
from service.law import load_law
from tests.domain.cast import (
    AIGUL,
    BRIDE,
    BROTHER,
    COUSIN,
    DANA,
    FRIEND,
    LAWYER,
    MOTHER,
    MOTHER_OF_HIS_CHILD,
    TIMUR,
    ask,
    codes,
    convict,
    day,
    notes,
)

NIECE = PartyMember("dana", "niece-or-nephew", confirmed=True, born=day("2015-06-01"))


def long_visit(*party: PartyMember) -> Entitlement:
    return ask(convict(), "long", "2026-03-01", *party)


@pytest.mark.parametrize(
    ("party", "stands_against"),
    [
        ((AIGUL,), []),
        ((AIGUL, MOTHER), []),
        ((AIGUL, DANA, TIMUR), []),
        ((AIGUL, MOTHER, DANA, TIMUR), []),
        ((AIGUL, MOTHER, BROTHER), ["too-many-adults"]),
        ((COUSIN,), ["relation-not-for-long"]),
        ((FRIEND,), ["relation-not-for-long"]),
        ((replace(FRIEND, permitted_by_head=True),), ["relation-not-for-long"]),
        ((MOTHER_OF_HIS_CHILD,), []),
        ((replace(AIGUL, confirmed=False),), ["relation-not-confirmed"]),
        ((MOTHER, DANA), ["minor-alone"]),
        ((DANA,), ["no-adult"]),
        ((AIGUL, AIGUL), ["visitor-twice"]),
        ((AIGUL, NIECE), ["minor-not-family", "relation-not-for-long"]),
        ((COUSIN, FRIEND, AIGUL), ["relation-not-for-long", "too-many-adults"]),
    ],
)
def test_a_long_visit_is_for_two_adults_of_the_closest_family_and_its_children(
    party: tuple[PartyMember, ...], stands_against: list[str]
) -> None:
    assert codes(long_visit(*party)) == stands_against


def test_a_child_comes_of_age_on_the_eighteenth_birthday() -> None:
    son = PartyMember("son", "child", confirmed=True, born=day("2008-03-02"))
    facts = convict()
    assert codes(ask(facts, "long", "2026-03-01", AIGUL, MOTHER, son)) == ["minor-alone"]
    assert codes(ask(facts, "long", "2026-03-02", AIGUL, MOTHER, son)) == ["too-many-adults"]


def test_the_parent_of_a_common_child_comes_alone_by_the_code_and_not_by_the_other_reading() -> None:
    assert notes(long_visit(MOTHER_OF_HIS_CHILD)) == ["note-co-parent"]
    assert notes(long_visit(replace(MOTHER_OF_HIS_CHILD, common_child_present=True), TIMUR)) == []
    law = load_law("kz", {"co_parent_without_child": "child-must-come"})
    request = AppointmentRequest("long", day("2026-03-01"), party=(MOTHER_OF_HIS_CHILD,))
    assert codes(entitlement(law, convict(), request)) == ["co-parent-without-child"]


@pytest.mark.parametrize(
    ("party", "stands_against"),
    [
        ((AIGUL,), []),
        ((AIGUL, MOTHER, BROTHER), []),
        ((COUSIN,), ["head-permission-needed"]),
        ((FRIEND,), ["head-permission-needed"]),
        ((MOTHER_OF_HIS_CHILD,), ["head-permission-needed"]),
        ((replace(FRIEND, permitted_by_head=True),), []),
        ((AIGUL, DANA), []),
        ((FRIEND, DANA), ["head-permission-needed", "minor-alone"]),
        ((LAWYER,), ["head-permission-needed", "relation-not-for-kind"]),
    ],
)
def test_a_short_visit_is_for_close_relatives_and_for_others_with_the_heads_permission(
    party: tuple[PartyMember, ...], stands_against: list[str]
) -> None:
    assert codes(ask(convict(), "short", "2026-03-01", *party)) == stands_against


def test_while_only_a_permission_is_missing_the_charge_is_already_known() -> None:
    found = ask(convict(), "short", "2026-03-01", FRIEND)
    assert (found.allowed, found.charge is not None) == (False, True)
    assert ask(convict(), "long", "2026-03-01", FRIEND).charge is None


def test_the_institution_may_set_a_largest_number_for_short_visits() -> None:
    found = ask(convict(), "short", "2026-03-01", AIGUL, MOTHER, BROTHER, visitor_cap=2)
    assert (codes(found), found.reasons[0].arguments) == (["too-many-visitors"], {"count": 2})


def test_an_offence_bars_a_visitor_for_a_year_and_a_crime_without_end() -> None:
    offender = replace(AIGUL, bans=(VisitorBan("administrative-offence", day("2025-06-10")),))
    found = long_visit(offender)
    assert (codes(found), found.due) == (["visitor-banned"], day("2026-06-10"))
    assert ask(convict(), "long", "2026-06-10", offender).allowed
    criminal = replace(AIGUL, bans=(VisitorBan("crime", day("2020-01-01")),))
    assert (codes(long_visit(criminal)), long_visit(criminal).due) == (["visitor-banned-no-end"], None)
    assert ask(convict(), "call", "2026-03-01", criminal).allowed, "the bar is of visits"


@pytest.mark.parametrize(
    ("at", "stands_against"), [("08:59", ["outside-hours"]), ("09:00", []), ("17:00", []), ("17:01", ["outside-hours"])]
)
def test_lawyers_and_registrars_come_between_nine_and_five_and_are_not_counted(
    at: str, stands_against: list[str]
) -> None:
    for kind, who in (("lawyer", LAWYER), ("marriage_registration", BRIDE)):
        found = ask(convict(), kind, "2026-03-01", who, start=time.fromisoformat(at))  # type: ignore[arg-type]
        assert codes(found) == stands_against
        assert found.rate is None


def test_a_friend_is_no_lawyer_and_a_wife_is_no_bride() -> None:
    assert codes(ask(convict(), "lawyer", "2026-03-01", FRIEND)) == ["relation-not-for-kind"]
    assert codes(ask(convict(), "marriage_registration", "2026-03-01", AIGUL)) == ["relation-not-for-kind"]


def test_a_short_visit_by_video_needs_the_convicts_consent_and_takes_a_short_visit() -> None:
    refused = ask(convict(), "short", "2026-03-01", AIGUL, channel="video")
    assert codes(refused) == ["video-needs-consent"]
    found = ask(convict(), "short", "2026-03-01", AIGUL, channel="video", convict_consents_to_video=True)
    assert found.charge is not None
    assert (found.allowed, found.charge.rule, found.charge.kind) == (True, "interval", "short")
    assert codes(ask(convict(), "long", "2026-03-01", AIGUL, channel="video")) == ["video-not-for-kind"]
