"""The entitlement agrees with a naive twin that walks day by day."""

from datetime import timedelta

from hypothesis import given, settings

from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, ConvictFacts
from service.law import load_law
from tests.domain.histories import histories, requests
from tests.domain.twin import first_free_day, rate_on, stands_against

KZ = load_law("kz")
WITHIN = 1000
"""Days the twin tries: after the last event of a history and one interval of a year nothing changes any more."""


@settings(max_examples=400)
@given(histories(), requests())
def test_the_reasons_are_those_of_the_twin(facts: ConvictFacts, request: AppointmentRequest) -> None:
    found = entitlement(KZ, facts, request)
    expected = stands_against(facts, request, request.day)
    assert {one.code for one in found.reasons} == expected
    assert found.allowed == (not expected)
    assert (found.charge is not None) == found.allowed


@settings(max_examples=300)
@given(histories(), requests())
def test_the_due_day_is_the_first_that_the_twin_finds_free(facts: ConvictFacts, request: AppointmentRequest) -> None:
    assert entitlement(KZ, facts, request).due == first_free_day(facts, request, WITHIN)


@given(histories(), requests())
def test_asked_again_on_the_due_day_the_answer_is_yes(facts: ConvictFacts, request: AppointmentRequest) -> None:
    due = entitlement(KZ, facts, request).due
    if due is not None:
        again = entitlement(KZ, facts, _on(request, (due - request.day).days))
        assert (again.allowed, again.due) == (True, due)


@given(histories(), requests())
def test_the_rate_is_that_of_the_day(facts: ConvictFacts, request: AppointmentRequest) -> None:
    found = entitlement(KZ, facts, request)
    if found.rate is not None:
        kind = "long" if request.from_long else request.kind
        assert str(found.rate) == rate_on(facts, kind, request.day)


def _on(request: AppointmentRequest, later: int) -> AppointmentRequest:
    return AppointmentRequest(
        kind=request.kind,
        day=request.day + timedelta(days=later),
        from_long=request.from_long,
        investigator_permits=True,
        ignoring=request.ignoring,
    )
