"""What takes two officers in different roles: exceptions, refused relationships taken up again, merges of persons."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from service.app.exception_ask import ask_exception, ask_reopening, decide_exception
from service.app.exception_show import ShownException, ShownMerge, list_exceptions
from service.app.person_merge import ask_merge, decide_merge
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Day, Identifier, Once
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Code, Kind, Made, State, maybe_id
from service.web.api.v1.signed import ACT_OF_TWO, act_signed
from service.web.api.v1.texts import LegalArticle, Words


class NewException(Body):
    convict: Identifier
    kind: Code = Field(description="The reason set aside, for example `interval-before`.")
    appointment_kind: Kind
    ground: Code
    article: LegalArticle
    words: Words
    usable_until: Day


class NewReopening(Body):
    relationship: Identifier = Field(description="One that was refused.")
    ground: Code
    article: LegalArticle
    words: Words


class NewMerge(Body):
    kept: Identifier = Field(description="A relationship of the person who goes on.")
    ended: Identifier = Field(description="A relationship of the person who ends and points there.")
    ground: Code
    words: Words


class Decided(Body):
    grant: bool


class Half(Answer):
    """Who did one half of it, and whether a passkey signed it; null from before halves were signed."""

    officer: UUID
    role: str
    at: datetime
    signed: bool | None


class ExceptionShown(Answer):
    id: UUID
    convict: UUID
    kind: str
    appointment_kind: str = Field(description="`none` where it is about a relationship.")
    relationship: UUID | None
    ground: str
    article: str
    words: str | None
    usable_until: date
    state: Literal["asked", "granted", "refused", "lapsed"]
    asked: Half
    decided: Half | None


class MergeShown(Answer):
    id: UUID
    kept: UUID
    ended: UUID
    ground: str
    words: str | None
    state: Literal["asked", "granted", "refused"]
    asked: Half
    decided: Half | None


class ExceptionsShown(Answer):
    exceptions: list[ExceptionShown]
    merges: list[MergeShown]
    approved: int = Field(description="How many the caller has approved this month.")
    most: int = Field(description="How many one officer may approve in a month.")
    waits: bool = Field(description="Nobody outside watches the record: none is granted now.")


def install(face: Interface) -> None:
    """Declare the resource."""
    api = face.api

    @api.endpoint(
        "GET", "/exceptions", summary="What takes two officers, the open ones first", principals=("officer",),
        answer=ExceptionsShown,
    )  # fmt: skip
    def show_exceptions(caller: SignedIn) -> ExceptionsShown:
        """The newest hundred of each, of the caller's institution."""
        found = list_exceptions(face.environment, caller.actor)
        return ExceptionsShown(
            exceptions=[_exception(one, found.signed) for one in found.exceptions],
            merges=[_merge(one, found.signed) for one in found.merges],
            approved=found.approved,
            most=found.most,
            waits=found.waits,
        )

    @api.endpoint(
        "POST", "/exceptions", summary="Ask for a surplus, with its legal ground", body=NewException, answer=Made,
        status=201, **ACT_OF_TWO,
    )  # fmt: skip
    def ask_for_exception(caller: SignedIn, body: NewException, once: Once) -> Made:
        """Decided by another officer in another role; public to oversight."""
        given = {**body.model_dump(), "convict": body.convict.hex}
        return act_signed(
            face, caller.actor, once, lambda unit, pen: ask_exception(unit, pen=pen, **given), _made
        )  # fmt: skip

    @api.endpoint(
        "POST", "/exceptions/<uuid:exception>/decision", summary="Decide about a surplus, or about a reopening",
        body=Decided, answer=State, **ACT_OF_TWO,
    )  # fmt: skip
    def decide_about_exception(caller: SignedIn, exception: UUID, body: Decided, once: Once) -> State:
        return act_signed(
            face,
            caller.actor,
            once,
            lambda unit, pen: decide_exception(unit, request=exception.hex, grant=body.grant, pen=pen),
            lambda state: State(id=exception, state=state),
        )

    @api.endpoint(
        "POST", "/reopenings", summary="Ask that a refused relationship be taken up again", body=NewReopening,
        answer=Made, status=201, **ACT_OF_TWO,
    )  # fmt: skip
    def ask_for_reopening(caller: SignedIn, body: NewReopening, once: Once) -> Made:
        """Decided as an exception is, under its id; then it stands where it stood when it was refused."""
        given = {**body.model_dump(), "relationship": body.relationship.hex}
        return act_signed(
            face, caller.actor, once, lambda unit, pen: ask_reopening(unit, pen=pen, **given), _made
        )  # fmt: skip

    @api.endpoint(
        "POST", "/merges", summary="Ask that two persons become one", body=NewMerge, answer=Made, status=201,
        **ACT_OF_TWO,
    )  # fmt: skip
    def ask_for_merge(caller: SignedIn, body: NewMerge, once: Once) -> Made:
        """Nothing is deleted: one ends and points to the other."""
        given = {**body.model_dump(), "kept": body.kept.hex, "ended": body.ended.hex}
        return act_signed(
            face, caller.actor, once, lambda unit, pen: ask_merge(unit, pen=pen, **given), _made
        )  # fmt: skip

    @api.endpoint(
        "POST", "/merges/<uuid:merge>/decision", summary="Decide about a merge", body=Decided, answer=State,
        **ACT_OF_TWO,
    )  # fmt: skip
    def decide_about_merge(caller: SignedIn, merge: UUID, body: Decided, once: Once) -> State:
        """Waits while the one who would end has a live appointment, or a relationship that the other has not."""
        return act_signed(
            face,
            caller.actor,
            once,
            lambda unit, pen: decide_merge(unit, request=merge.hex, grant=body.grant, pen=pen),
            lambda state: State(id=merge, state=state),
        )


def _made(made: str) -> Made:
    return Made(id=UUID(made))


Signed = Mapping[tuple[str, str], bool]


def _halves(one: ShownException | ShownMerge, signed: Signed) -> dict[str, Half | None]:
    row = one.row
    asked = Half(
        officer=UUID(row.asked_by), role=row.asked_role, at=row.asked_at, signed=signed.get((row.id, "ask"))
    )  # fmt: skip
    if row.decided_by is None or row.decided_at is None:
        return {"asked": asked, "decided": None}
    decided = Half(
        officer=UUID(row.decided_by),
        role=row.decided_role or "",
        at=row.decided_at,
        signed=signed.get((row.id, "decide")),
    )
    return {"asked": asked, "decided": decided}


def _exception(one: ShownException, signed: Signed) -> ExceptionShown:
    row = one.row
    return ExceptionShown.model_validate(
        {
            "id": UUID(row.id),
            "convict": UUID(row.convict_id),
            "kind": row.kind,
            "appointment_kind": row.appointment_kind,
            "relationship": maybe_id(row.relationship_id),
            "ground": row.ground,
            "article": row.article,
            "words": one.words,
            "usable_until": row.usable_until,
            "state": row.state,
            **_halves(one, signed),
        }
    )


def _merge(one: ShownMerge, signed: Signed) -> MergeShown:
    row = one.row
    return MergeShown.model_validate(
        {
            "id": UUID(row.id),
            "kept": UUID(row.kept_id),
            "ended": UUID(row.ended_id),
            "ground": row.ground,
            "words": one.words,
            "state": row.state,
            **_halves(one, signed),
        }
    )
