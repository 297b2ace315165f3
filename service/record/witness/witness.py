"""The witness itself: a request in, a cosignature or a refusal out (C2SP tlog-witness)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock

from service.record import notes
from service.record.cosignature import Cosigner
from service.record.hashes import EMPTY_ROOT
from service.record.keys import NoteVerifier
from service.record.notes import Note
from service.record.refusals import RecordRefused
from service.record.tree import verify_consistency
from service.record.witness.request import Head, Request, read_request
from service.record.witness.state import Refused, State

Clock = Callable[[], datetime]

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: 200 with signature lines, 409 with the size held, or a refusal whose body is its code."""

    status: int
    body: bytes
    content_type: str = TEXT

    @classmethod
    def refused(cls, status: int, code: str) -> Answer:
        """A refusal, its ground as one line."""
        return cls(status, f"{code}\n".encode())


class Witness:
    """Watches the logs whose keys it was given, and no others.

    400: not a request, or its old size is above the head's. 404: a log it does not watch. 403: not signed by that log.
    409: the old size is not the size held, which the body tells. 422: the head does not extend the one held. The format
    would have 409 also for another root at the size held; that is a rewritten log, and 409 here always means 'ask again
    from this size'.
    """

    def __init__(self, cosigner: Cosigner, logs: Iterable[NoteVerifier], state: State, clock: Clock) -> None:
        self.cosigner, self.state, self.clock = cosigner, state, clock
        self._logs: dict[str, list[NoteVerifier]] = {}
        for log in logs:
            self._logs.setdefault(log.name, []).append(log)
        self._by_hash = {sha256(origin.encode()).hexdigest(): origin for origin in self._logs}
        self._turn = Lock()

    @property
    def origins(self) -> list[str]:
        """The logs it watches."""
        return sorted(self._logs)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answers a request; what it cosigns is on the disk before this returns. Raises OSError if it cannot be."""
        try:
            request = read_request(body)
        except RecordRefused as refused:
            return Answer.refused(400, refused.code)
        keys = self._logs.get(request.head.origin)
        if keys is None:
            return Answer.refused(404, "log.unknown")
        try:
            signed = notes.verify(request.note, keys)
        except RecordRefused as refused:
            return Answer.refused(403, refused.code)
        only_its_log = Note(request.note.text, tuple(line for _, line in signed))
        # What is compared must still be so when it is written: one request at a time.
        with self._turn:
            return self._answer(request, only_its_log)

    def checkpoint(self, origin_hash: str) -> bytes | None:
        """The newest head cosigned for the log whose origin has that SHA-256 (hexadecimal), with its cosignature."""
        with self._turn:
            note = self.state.note(self._by_hash.get(origin_hash, ""))
        return note.encode() if note else None

    def _answer(self, request: Request, note: Note) -> Answer:
        head, held = request.head, self.state.head(request.head.origin)
        size = held.size if held else 0
        if request.old > head.size:
            self._keep_older(request, held, "request.old")
            return Answer.refused(400, "request.old")
        if request.old != size:
            self._keep_older(request, held, "request.size")
            return Answer(409, f"{size}\n".encode(), SIZE)
        try:
            _check_extends(held, request)
        except RecordRefused as refused:
            self._keep("rewritten", request, refused.code)
            return Answer.refused(422, refused.code)
        line = self.cosigner.cosign(note, self.clock())
        cosigned = note.with_signatures([line])
        if held is not None and held.text == head.text:
            self.state.show_again(cosigned)
        else:
            self.state.keep_head(cosigned)
        return Answer(200, line.line.encode())

    def _keep_older(self, request: Request, held: Head | None, code: str) -> None:
        if held is not None and request.head.size < held.size:
            self._keep("older", request, code)

    def _keep(self, kind: str, request: Request, code: str) -> None:
        held = self.state.note(request.head.origin)
        self.state.keep_refused(
            Refused(
                at=self.clock().isoformat(timespec="seconds"),
                kind=kind,
                code=code,
                origin=request.head.origin,
                size=request.head.size,
                request=request.encode().decode(),
                held=held.encode().decode() if held else None,
            )
        )


def _check_extends(held: Head | None, request: Request) -> None:
    head = request.head
    if held is None or held.size == 0:
        if request.proof:
            raise RecordRefused("proof.length", length=len(request.proof))
        if head.size == 0 and head.root != EMPTY_ROOT:
            raise RecordRefused("proof.root", size=0)
    else:
        verify_consistency(held.size, head.size, request.proof, held.root, head.root)
