"""The bridge's way to the service: one question for each scan, over `POST /api/v1/scans`."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

import httpx

from firmware_bridge.decide import Direction, Verdict

PATH, LATE_PATH = "/api/v1/scans", "/api/v1/scans/late"
AT_ONCE = 16
"""Questions under way at one time. One more waits its turn, or goes to the upload."""
NOT_THIS_QUESTION = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}


@dataclass(frozen=True, slots=True)
class Question:
    """One scan. Asked again it is the same in every field; `sequence`, its record's number, is counted once.

    `scanned_at` is aware; `key` names the question among those of all bridges. `answered` is None while somebody
    stands at the reader, and what the gate answered on its own when the service hears of it afterwards.
    """

    key: str
    sequence: int
    gate: str
    reader: str
    direction: Direction
    token: str
    scanned_at: datetime
    answered: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the live state says. `scan` is the service's name for the scan.

    `reason` is a code when it refuses, or when it would have refused what a gate has already let through.
    """

    verdict: Verdict
    reason: str | None
    scan: str | None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The service was not heard or not understood. `lasting`: this question will not be taken later either."""

    why: str
    lasting: bool = False


class Link(Protocol):
    """Whoever knows the live state, or a simulation of it and of the network before it."""

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        """Answers in `within` seconds at the latest, and never raises."""

    def tell(self, questions: Sequence[Question], within: float) -> list[Answer | NoAnswer]:
        """Tells of scans that were answered, in their order; one answer each, and never raises."""


class OneByOne:
    """Tells of answered scans one after the other, as long as they are heard."""

    def tell(self: Link, questions: Sequence[Question], within: float) -> list[Answer | NoAnswer]:
        said: list[Answer | NoAnswer] = []
        for question in questions:
            answer = self.ask(question, within)
            said.append(answer)
            if isinstance(answer, NoAnswer) and not answer.lasting:
                return said + [answer] * (len(questions) - len(said))
        return said


class NoLink(OneByOne):
    """A bridge that knows no service: every answer is the offline one."""

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:  # noqa: ARG002
        return NoAnswer("no service is configured")


class HttpLink:
    """Asks the service under `url` with the gate's device key. Follows no redirect and uses no proxy."""

    def __init__(self, url: str, device_key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {device_key}", "Accept": "application/json"},
            limits=httpx.Limits(max_connections=AT_ONCE),
            trust_env=False,
            transport=transport,
        )
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="link")

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        # httpx has a limit for each step but none for the whole: a service that drips octets would hold the gate.
        asked: Future[Answer | NoAnswer] = self._workers.submit(self._post, question, within)
        try:
            return asked.result(timeout=within)
        except TooLate:
            asked.cancel()
            return NoAnswer(f"no answer within {within * 1000:.0f} ms")

    def tell(self, questions: Sequence[Question], within: float) -> list[Answer | NoAnswer]:
        if len(questions) == 1:
            return [self.ask(questions[0], within)]
        try:
            response = self._client.post(
                LATE_PATH, json={"scans": [as_json(question) for question in questions]}, timeout=within
            )
            if not response.is_success:
                # A service that cannot take many at once is told one by one.
                lasting = response.status_code in NOT_THIS_QUESTION and "Retry-After" not in response.headers
                once = [understood(response)] * len(questions)
                return OneByOne.tell(self, questions, within) if lasting else once
            return told_of(response, questions)
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError, ValueError) as fault:
            return [NoAnswer(f"{type(fault).__name__}: {fault}")] * len(questions)

    def close(self) -> None:
        """Waits for nothing: an open question goes to the upload."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _post(self, question: Question, within: float) -> Answer | NoAnswer:
        try:
            response = self._client.post(
                PATH,
                json=as_json(question),
                headers={"Idempotency-Key": question.key},
                timeout=within,
            )
            return understood(response)
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError, ValueError) as fault:
            return NoAnswer(f"{type(fault).__name__}: {fault}")


def told_of(response: httpx.Response, questions: Sequence[Question]) -> list[Answer | NoAnswer]:
    """Reads what the service says of several scans, each by its number. Raises ValueError."""
    try:
        said = {one["sequence"]: one for one in response.json()["scans"]}
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("the service's answer is not understood") from fault
    return [_told(said.get(question.sequence)) for question in questions]


def _told(one: Any) -> Answer | NoAnswer:
    try:
        if one["verdict"] is None:
            return NoAnswer("the service will not take it", lasting=True)
        reason = (one["reason"] or {}).get("code")
        return Answer(Verdict(one["verdict"]), reason, one["scan"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return NoAnswer("the service's answer is not understood")


def as_json(question: Question) -> dict[str, Any]:
    """The body of `POST /api/v1/scans`. `offline_verdict` is there only when the gate has already answered."""
    body = {
        "gate": question.gate,
        "reader": question.reader,
        "direction": question.direction.value,
        "token": question.token,
        "scanned_at": question.scanned_at.isoformat(),
        "sequence": question.sequence,
    }
    return body if question.answered is None else body | {"offline_verdict": question.answered.value}


def understood(response: httpx.Response) -> Answer | NoAnswer:
    """Reads the service's answer. Whatever is not plainly one is no answer: a gate opens for nothing vague."""
    status = response.status_code
    if not response.is_success:
        lasting = status in NOT_THIS_QUESTION and "Retry-After" not in response.headers
        return NoAnswer(f"the service answered {status}", lasting=lasting)
    try:
        said = response.json()
        reason = said.get("reason") or {}
        answer = Answer(Verdict(said["verdict"]), reason.get("code"), said.get("scan"))
    except (ValueError, KeyError, AttributeError, TypeError):
        return NoAnswer("the service's answer is not understood")
    plain = isinstance(answer.reason, str | None) and isinstance(answer.scan, str | None)
    return answer if plain else NoAnswer("the service's answer is not understood")
