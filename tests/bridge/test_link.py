"""The bridge's question to the service, over real sockets, and what counts as an answer."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from firmware_bridge.decide import Direction, Verdict
from firmware_bridge.link import Answer, HttpLink, NoAnswer, Question
from tests.bridge.cast import FAMILY, MIDDAY
from tests.bridge.service_stand_in import StandIn, stand_in

QUESTION = Question(
    key="scan-0123456789abcdef-2",
    sequence=2,
    gate="gate-hall",
    reader="hall-in",
    direction=Direction.ENTRY,
    token=FAMILY,
    scanned_at=MIDDAY.astimezone(timezone(timedelta(hours=5))),
)
PATIENT = 30.0


@pytest.fixture
def service() -> Iterator[StandIn]:
    with stand_in() as running:
        yield running


@pytest.fixture
def link(service: StandIn) -> Iterator[HttpLink]:
    made = HttpLink(service.url, "device-key")
    yield made
    made.close()


def test_the_question_is_that_of_the_api(service: StandIn, link: HttpLink) -> None:
    assert link.ask(QUESTION, PATIENT) == Answer(Verdict.ADMIT, None, "scan-1")
    assert service.heard == [
        {
            "gate": "gate-hall",
            "reader": "hall-in",
            "direction": "entry",
            "token": FAMILY,
            "scanned_at": "2026-03-14T12:00:00+05:00",
            "sequence": 2,
        }
    ]
    assert service.headers[0]["Authorization"] == "Bearer device-key"
    assert service.headers[0]["Idempotency-Key"] == QUESTION.key


def test_what_the_gate_has_answered_on_its_own_is_told_as_a_fact(service: StandIn, link: HttpLink) -> None:
    link.ask(replace(QUESTION, answered=Verdict.REFUSE), PATIENT)
    assert service.heard[0]["offline_verdict"] == "refuse"


def test_a_refusal_carries_its_code(service: StandIn, link: HttpLink) -> None:
    service.refuse("already-inside")
    assert link.ask(QUESTION, PATIENT) == Answer(Verdict.REFUSE, "already-inside", "scan-x")


def test_a_service_that_hangs_holds_the_gate_for_its_deadline_only(service: StandIn, link: HttpLink) -> None:
    service.held.clear()
    answer = link.ask(QUESTION, 0.3)
    assert isinstance(answer, NoAnswer)
    assert not answer.lasting


def test_a_service_that_drips_its_answer_holds_the_gate_for_its_deadline_only(service: StandIn, link: HttpLink) -> None:
    service.drips = True
    assert isinstance(link.ask(QUESTION, 0.3), NoAnswer)


def test_sixty_questions_to_a_hanging_service_leave_the_link_usable(service: StandIn, link: HttpLink) -> None:
    service.held.clear()
    for _ in range(60):
        assert isinstance(link.ask(QUESTION, 0.01), NoAnswer)
    service.held.set()
    assert isinstance(link.ask(QUESTION, PATIENT), Answer)


def test_nobody_listening_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    answer = HttpLink(f"http://127.0.0.1:{port}", "key").ask(QUESTION, PATIENT)
    assert isinstance(answer, NoAnswer)
    assert not answer.lasting


@pytest.mark.parametrize(
    ("status", "headers", "lasting"),
    [
        (302, {"Location": "/elsewhere"}, False),
        (401, {}, False),
        (403, {}, False),
        (409, {}, True),
        (409, {"Retry-After": "1"}, False),
        (413, {}, True),
        (422, {}, True),
        (429, {"Retry-After": "1"}, False),
        (500, {}, False),
        (503, {}, False),
    ],
)
def test_a_status_that_is_no_success_is_no_answer(
    service: StandIn, link: HttpLink, status: int, headers: dict[str, str], lasting: bool
) -> None:
    service.status, service.more_headers = status, headers
    answer = link.ask(QUESTION, PATIENT)
    assert isinstance(answer, NoAnswer)
    assert answer.lasting == lasting
    assert len(service.heard) == 1, "no redirect is followed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>welcome to the hotel's wireless network</html>",
        b"[]",
        b"null",
        b'"admit"',
        b"{}",
        b'{"verdict": null}',
        b'{"verdict": ["admit"]}',
        b'{"verdict": "ADMIT"}',
        b'{"verdict": "open"}',
        b'{"verdict": "admit", "reason": "already-inside"}',
        b'{"verdict": "admit", "reason": {"code": 7}}',
        b'{"verdict": "admit", "scan": {}}',
        b"\xff\xfe",
    ],
)
def test_whatever_is_not_plainly_an_answer_opens_nothing(service: StandIn, link: HttpLink, body: bytes) -> None:
    service.body = body
    assert isinstance(link.ask(QUESTION, PATIENT), NoAnswer)
