"""A case written as JSON is read as it was meant, or refused with a sentence."""

import json
from typing import Any

import pytest
from hypothesis import given

from service.domain.facts import AppointmentRequest, ConvictFacts
from service.domain.facts_check import check_facts
from service.domain.facts_reading import BadCase, Case, read, read_case, written
from service.domain.law import LawError
from service.law import load_law
from tests.domain.histories import histories, requests

CASE: dict[str, Any] = {
    "law": "kz",
    "facts": {
        "placements": [{"institution": "A", "institution_type": "medium", "since": "2024-01-01"}],
        "conditions": [{"condition": "light", "since": "2024-01-01"}],
        "visits": [{"id": "v", "kind": "short", "day": "2026-01-15"}],
    },
    "request": {
        "kind": "short",
        "day": "2026-03-10",
        "start": "10:00",
        "shortened_to": "90min",
        "party": [{"visitor": "a", "relation": "spouse", "confirmed": True, "born": "1990-01-01"}],
    },
}


@given(histories(), requests())
def test_what_is_written_is_read_again(facts: ConvictFacts, request: AppointmentRequest) -> None:
    case = Case(facts, request)
    assert read_case(json.dumps(written(case))) == case


def test_a_case_is_read() -> None:
    case = read_case(json.dumps(CASE))
    assert case.facts.visits[0].rule == "interval"
    assert str(case.request.shortened_to) == "1:30:00"
    assert case.request.start is not None
    assert read_case(json.dumps(CASE), {"kind": "long"}).request.kind == "long"


def changed(path: str, value: object) -> str:
    cells = json.loads(json.dumps(CASE))
    here = cells
    *way, last = path.split(".")
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return json.dumps(cells)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("facts", None, "facts is missing"),
        ("request.day", None, "request.day is missing"),
        ("request.day", "2026-02-30", "request.day: there is no day 2026-02-30"),
        ("request.day", "10.03.2026", "request.day: '10.03.2026' is no day"),
        ("request.day", "2026-W11-2", "is no day"),
        ("request.day", 20260310, "request.day: 20260310 is no day"),
        ("request.kind", "tea", "request.kind: 'tea' is none of short, long, call"),
        ("request.start", "25:00", "request.start: '25:00' is no time of day"),
        ("request.shortened_to", "two hours", "is no length"),
        ("request.party", "everybody", "request.party: must be a list"),
        ("request.colour", "red", "request: no field named colour; there are kind, day, start"),
        ("facts.visits.0.kind", "long ", "facts.visits[0].kind: 'long ' is none of"),
        ("facts.visits.0.id", 7, "facts.visits[0].id: must be a text, not 7"),
        ("facts.visits", [1], "facts.visits[0]: must be an object"),
        ("facts.degrees", [{"degree": 4, "since": "2024-01-01"}], "a behaviour degree is between -3 and 3, not 4"),
        ("facts.degrees", [{"degree": True, "since": "2024-01-01"}], "must be a whole number"),
        ("facts.lifer", "yes", "facts.lifer: must be true or false"),
    ],
)
def test_what_cannot_be_read_is_said(path: str, value: object, says: str) -> None:
    with pytest.raises(BadCase) as refused:
        read_case(changed(path, value))
    assert says in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "null", '"case"', "{", '{"request": 1}', "[" * 100_000])
def test_what_is_no_case_at_all_is_refused(text: str) -> None:
    with pytest.raises(BadCase):
        read_case(text, {"kind": "short"})


PERIOD = {"since": "2024-05-01", "until": "2024-05-01"}


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("facts.placements", [], "the convict must be held somewhere"),
        ("facts.placements.0.institution_type", "open", "no institution type named 'open'; the law has"),
        ("facts.conditions.0.condition", "gold", "no condition named 'gold'; the law has"),
        ("facts.conditions", [{"condition": "light", "since": "2024-01-01"}] * 2, "facts.conditions: two overlap"),
        ("facts.suspensions", [{"id": "s", "ground": "isolator", **PERIOD}], "until 2024-05-01 is not after since"),
        ("facts.suspensions", [{"id": "s", "ground": "boredom", "since": "2024-05-01"}], "no suspension named"),
        ("facts.bans", [{"ground": "debt", "since": "2024-05-01"}], "no bar named 'debt'"),
        ("facts.visits", [{"id": "v", "kind": "short", "day": "2026-01-15"}] * 2, "facts.visits: an id stands twice"),
        ("request.party.0.relation", "wife", "no relation named 'wife'; the law has"),
        ("request.party.0.bans", [{"ground": "rudeness", "since": "2024-05-01"}], "no bar of visitors named"),
    ],
)
def test_facts_that_cannot_be_true_are_refused(path: str, value: object, says: str) -> None:
    case = read_case(changed(path, value))
    with pytest.raises(LawError) as refused:
        check_facts(load_law("kz"), case.facts, case.request)
    assert says in str(refused.value)


def test_a_field_alone_is_read_as_well() -> None:
    assert read(AppointmentRequest, {"kind": "call", "day": "2026-03-01"}).kind == "call"
