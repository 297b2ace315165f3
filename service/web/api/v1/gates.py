"""Gates: scans with their live answers, and what a gate must know to go on alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from service.app.gate_bundle import gate_bundle
from service.app.scan_take import Reading, Verdict, take_scan
from service.app.scans_tell import MOST, tell_scans
from service.app.transact import transact
from service.domain.passes import PassRefusal
from service.domain.reasons import reason
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Count, Identifier, Moment
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import ReasonSaid, maybe_id, say
from service.web.api.v1.texts import Title

# Base45 has a space, which may be the last sign of a pass: nothing is trimmed here. What is no pass is recorded too.
Token = Annotated[str, Field(pattern=r"^[^\u0000-\u001f\u007f]{1,512}$")]
Verdicts = Literal["admit", "leave", "refuse"]
SAID: Mapping[PassRefusal, str] = {
    PassRefusal.MALFORMED: "pass-unreadable",
    PassRefusal.UNKNOWN_KEY: "pass-forged",
    PassRefusal.KEY_NOT_VALID: "pass-forged",
    PassRefusal.BAD_SIGNATURE: "pass-forged",
    PassRefusal.WRONG_INSTITUTION: "pass-other-gate",
    PassRefusal.TOO_EARLY: "pass-too-early",
    PassRefusal.TOO_LATE: "pass-too-late",
    PassRefusal.REVOKED: "pass-revoked",
    PassRefusal.WRONG_GATE: "pass-other-gate",
    PassRefusal.UNKNOWN_PASS: "pass-forged",
    PassRefusal.NOT_GRANTED: "pass-not-granted",
    PassRefusal.ALREADY_INSIDE: "pass-already-inside",
    PassRefusal.NOT_INSIDE: "pass-not-inside",
    PassRefusal.VISIT_OVER: "pass-too-late",
}


class NewScan(Body):
    gate: Identifier
    reader: Title = Field(description="The bridge's name for the reader.")
    direction: Literal["entry", "exit"]
    token: Token
    scanned_at: Moment = Field(description="By the bridge's clock.")
    sequence: Count = Field(description="Of the bridge's journal: the same number again is the same scan.")
    offline_verdict: Verdicts | None = Field(
        default=None, description="What the gate did on its own, told afterwards; absent when it asks what to do."
    )


class ScanAnswer(Answer):
    scan: UUID
    verdict: Verdicts
    reason: ReasonSaid | None = Field(description="`code` is one of docs/pass.md.")
    admission: UUID | None = Field(description="What the officer now compares face and document for.")


class LateScan(NewScan):
    offline_verdict: Verdicts = Field(description="What the gate did on its own.")


class LateScans(Body):
    scans: Annotated[list[LateScan], Field(min_length=1, max_length=MOST)]


class LateAnswer(Answer):
    sequence: Count
    scan: UUID | None
    verdict: Verdicts | None = Field(description="None: it is not taken, now or later.")
    reason: ReasonSaid | None = Field(description="Why the live state would have refused what the gate did.")


class LateAnswers(Answer):
    scans: list[LateAnswer]


class GateKey(Answer):
    id: int
    public: str = Field(description="Ed25519, 64 hexadecimal digits.")
    valid_from: datetime
    valid_until: datetime | None


class Expected(Answer):
    id: UUID
    visitor_tag: str
    children: int
    not_before: datetime
    not_after: datetime


class GateKnows(Answer):
    at: datetime = Field(description="When this was true: its age is counted from here.")
    number: int = Field(description="Never lower than before; a lower one is an old answer.")
    institution: int
    gate_zone: int
    keys: list[GateKey]
    revoked: list[UUID] = Field(description="Passes whose window is not over.")
    expected: list[Expected] = Field(description="Passes valid today at this gate. No names.")


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "POST", "/scans", summary="A reader read a pass", principals=("bridge",), body=NewScan, answer=ScanAnswer,
        problems=(CONFLICT, NOT_POSSIBLE),
    )  # fmt: skip
    def scan(caller: SignedIn, body: NewScan) -> ScanAnswer:
        """Recorded whatever the answer is. Sent again with its sequence it gets its first answer: it needs no key."""
        reading = Reading(
            body.gate.hex, body.sequence, body.token, body.direction, body.scanned_at, body.offline_verdict
        )
        return _answer(transact(environment, caller.actor, lambda unit: take_scan(unit, reading)))

    @api.endpoint(
        "POST", "/scans/late", summary="What a gate did while it was alone", principals=("bridge",), body=LateScans,
        answer=LateAnswers, problems=(CONFLICT, NOT_POSSIBLE),
    )  # fmt: skip
    def tell_late(caller: SignedIn, body: LateScans) -> LateAnswers:
        """Facts, labelled and never discarded. Told again they change nothing: it needs no key."""
        readings = [
            Reading(one.gate.hex, one.sequence, one.token, one.direction, one.scanned_at, one.offline_verdict)
            for one in body.scans
        ]
        done = tell_scans(environment, caller.actor, readings)
        return LateAnswers(scans=[_late(one.sequence, verdict) for one, verdict in zip(readings, done, strict=True)])

    @api.endpoint(
        "GET", "/gates/<uuid:gate>/bundle", summary="What a gate must know to go on alone", principals=("bridge",),
        answer=GateKnows,
    )  # fmt: skip
    def give_bundle(caller: SignedIn, gate: UUID) -> GateKnows:
        found = gate_bundle(environment, caller.actor, gate.hex)
        return GateKnows(
            at=found.at,
            number=found.number,
            institution=found.institution,
            gate_zone=found.gate.zone,
            keys=[
                GateKey(id=one.number, public=one.public_key, valid_from=one.signs_from, valid_until=one.trusted_until)
                for one in found.keys
            ],
            revoked=[UUID(one) for one in found.revoked],
            expected=[
                Expected(
                    id=UUID(one.id),
                    visitor_tag=one.visitor_tag,
                    children=one.children,
                    not_before=one.not_before,
                    not_after=one.not_after,
                )
                for one in found.expected
            ],
        )


def _late(sequence: int, verdict: Verdict | None) -> LateAnswer:
    if verdict is None:
        return LateAnswer(sequence=sequence, scan=None, verdict=None, reason=None)
    said = _answer(verdict)
    return LateAnswer(sequence=sequence, scan=said.scan, verdict=said.verdict, reason=said.reason)


def _answer(verdict: Verdict) -> ScanAnswer:
    said = None
    if verdict.refusal is not None:
        refusal = PassRefusal(verdict.refusal)
        sentence = say(reason(SAID[refusal]))
        said = ReasonSaid(code=refusal.value, article=sentence.article, text=sentence.text)
    return ScanAnswer(
        scan=UUID(verdict.scan),
        verdict=verdict.verdict,
        reason=said,
        admission=maybe_id(verdict.admission),
    )
