"""What officers decide about appointments: granted or refused, flags, what became of a visit."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from service.app.appointment_close import complete_appointment, miss_appointment
from service.app.appointment_decide import Decided, grant_appointment, refuse_appointment
from service.app.identity_match import match_identity
from service.app.review_nightly import resolve_flag
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Ground, State
from service.web.api.v1.texts import Words

ACT: dict[str, Any] = {"principals": ("officer",), "problems": (CONFLICT, NOT_POSSIBLE), "idempotent": True}
VISIT = "/appointments/<uuid:appointment>"


class RefusedFor(Body):
    ground: Ground
    words: Words = Field(description="What the family will read (IR 81).")


class Decision(Answer):
    id: UUID
    state: str
    passes: list[UUID]


class Resolution(Body):
    outcome: Literal["kept", "moved", "cancelled"]


class Matching(Body):
    matched: bool = Field(description="Whether face and document are those of the person of the pass (IR 86).")


def install(face: Interface) -> None:
    """Declare the resource."""
    api = face.api

    @api.endpoint("POST", f"{VISIT}/grant", summary="Grant a request", answer=Decision, **ACT)
    def grant(caller: SignedIn, appointment: UUID, once: Once) -> Decision:
        """The law is asked once more; what only a permission can lift is lifted by this act."""
        return face.act(
            caller.actor, once, lambda unit: grant_appointment(unit, appointment=appointment.hex), _decision
        )

    @api.endpoint("POST", f"{VISIT}/refusal", summary="Refuse a request", body=RefusedFor, answer=Decision, **ACT)
    def refuse(caller: SignedIn, appointment: UUID, body: RefusedFor, once: Once) -> Decision:
        return face.act(
            caller.actor,
            once,
            lambda unit: refuse_appointment(unit, appointment=appointment.hex, ground=body.ground, words=body.words),
            _decision,
        )

    @api.endpoint("POST", f"{VISIT}/completion", summary="The visit is over", answer=State, **ACT)
    def complete(caller: SignedIn, appointment: UUID, once: Once) -> State:
        """Once everybody has left."""
        return face.act(
            caller.actor,
            once,
            lambda unit: complete_appointment(unit, appointment=appointment.hex),
            lambda state: State(id=appointment, state=state),
        )

    @api.endpoint("POST", f"{VISIT}/absence", summary="Nobody came", answer=State, **ACT)
    def miss(caller: SignedIn, appointment: UUID, once: Once) -> State:
        return face.act(
            caller.actor,
            once,
            lambda unit: miss_appointment(unit, appointment=appointment.hex),
            lambda state: State(id=appointment, state=state),
        )

    @api.endpoint(
        "POST", "/flags/<uuid:flag>/resolution", summary="Resolve what no longer fitted", body=Resolution,
        answer=None, status=204, **ACT,
    )  # fmt: skip
    def resolve(caller: SignedIn, flag: UUID, body: Resolution, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: resolve_flag(unit, flag=flag.hex, outcome=body.outcome))

    @api.endpoint(
        "POST", "/admissions/<uuid:admission>/identity", summary="Face and document compared", body=Matching,
        answer=State, **ACT,
    )  # fmt: skip
    def match(caller: SignedIn, admission: UUID, body: Matching, once: Once) -> State:
        """A match opens the visit, a mismatch ends the admission at once. The state is the appointment's."""
        return face.act(
            caller.actor,
            once,
            lambda unit: match_identity(unit, admission=admission.hex, matched=body.matched),
            lambda state: State(id=admission, state=state),
        )


def _decision(decided: Decided) -> Decision:
    return Decision(id=UUID(decided.appointment), state=decided.state, passes=[UUID(one) for one in decided.passes])
