"""Grounds that an officer chooses from: those that can be true of a visit, of a call, and of a call for help."""

import pytest

from service.domain.facts import CALL_KINDS
from service.domain.grounds import REFUSAL_GROUNDS, article_of, check_ground_for, grounds_for
from service.domain.reasons import REASONS
from service.domain.refusal import Refusal

CLOSED_LIST = [code for code in REASONS if code.startswith("ground-")]
OF_VISITS_ALONE = {
    "ground-no-document",
    "ground-search-refused",
    "ground-rules-broken",
    "ground-smuggling",
    "ground-intoxicated",
    "ground-permission-refused",
    "ground-medical",
    "ground-emergency",
}
ABOUT_NUMBER_OR_TIE = {"ground-kinship-not-proved", "ground-not-entitled", "ground-relation-ended"}


@pytest.mark.parametrize("kind", ["short", "long", "visit", "keep_for", "card"])
def test_a_visit_and_whatever_is_no_call_has_the_whole_closed_list(kind: str) -> None:
    assert list(grounds_for(kind, "ordinary")) == CLOSED_LIST
    for ground in CLOSED_LIST:
        check_ground_for(ground, kind, "ordinary")


@pytest.mark.parametrize("kind", ["call", "video_call"])
@pytest.mark.parametrize("purpose", ["ordinary", "exceptional"])
def test_of_a_call_nothing_is_said_that_only_a_visit_can_have(kind: str, purpose: str) -> None:
    assert list(grounds_for(kind, purpose)) == [code for code in CLOSED_LIST if code not in OF_VISITS_ALONE]


@pytest.mark.parametrize("kind", ["call", "video_call"])
@pytest.mark.parametrize("purpose", ["legal", "medical"])
def test_a_call_for_help_is_refused_for_no_number_and_no_tie(kind: str, purpose: str) -> None:
    never = OF_VISITS_ALONE | ABOUT_NUMBER_OR_TIE
    assert list(grounds_for(kind, purpose)) == [code for code in CLOSED_LIST if code not in never]


def test_the_number_of_visits_and_that_of_calls_stand_in_articles_of_their_own() -> None:
    assert [article_of("ground-not-entitled", kind) for kind in ("short", "long")] == ["PEC 106"] * 2
    assert [article_of("ground-not-entitled", kind) for kind in CALL_KINDS] == ["PEC 109(1)"] * len(CALL_KINDS)
    assert {article_of("ground-transfer", kind) for kind in ("short", "call")} == {"service"}


@pytest.mark.parametrize("purpose", ["ordinary", "legal"])
@pytest.mark.parametrize("ground", REFUSAL_GROUNDS)
def test_a_ground_that_is_not_offered_is_refused_by_its_name(ground: str, purpose: str) -> None:
    for kind in CALL_KINDS:
        if ground in grounds_for(kind, purpose):
            check_ground_for(ground, kind, purpose)
            continue
        with pytest.raises(Refusal) as no:
            check_ground_for(ground, kind, purpose)
        assert (no.value.sort, [one.code for one in no.value.reasons]) == ("not-possible", ["not-true-of-this-call"])
