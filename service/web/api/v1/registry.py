"""The registry: relationships verified by one officer and confirmed by another, refused, permitted, ended."""

from typing import Any
from uuid import UUID

from pydantic import Field

from service.app.registry_ask import ask_registry
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_decide import (
    confirm_relationship,
    list_relationship,
    permit_relationship,
    refuse_relationship,
    verify_relationship,
)
from service.app.relationship_end import revoke_relationship
from service.app.visitor_ban import ban_visitor
from service.web.api.callers import SignedIn
from service.web.api.contract import Body, Day, Identifier, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Code, Ground, InstitutionCode, Made
from service.web.api.v1.texts import Basis, Paper

PATH = "/relationships/<uuid:relationship>"
ACT: dict[str, Any] = {"principals": ("officer",), "problems": (CONFLICT, NOT_POSSIBLE), "idempotent": True}
DONE: dict[str, Any] = {**ACT, "answer": None, "status": 204}


class SignedPaper(Body):
    paper: Paper = Field(description="Number of the paper that the convict signed.")


class Verification(Body):
    basis: Basis = Field(description="Which papers were seen.")
    listed: bool = Field(default=False, description="The personal file names the person (IR 101).")


class RelationRefusal(Body):
    ground: Ground


class Revocation(Body):
    ground: Ground


class Listing(Body):
    listed: bool


class NewVisitorBan(Body):
    institution: InstitutionCode
    person: Identifier
    ground: Code = Field(description="A name of the law file.")
    since: Day
    until: Day | None = Field(default=None, description="The first day on which it no longer holds.")
    paper: Paper


def install(face: Interface) -> None:
    """Declare the resource."""
    api = face.api

    @api.endpoint("POST", f"{PATH}/acceptance", summary="The convict accepted on paper", body=SignedPaper, **DONE)
    def accept_on_paper(caller: SignedIn, relationship: UUID, body: SignedPaper, once: Once) -> None:
        face.do(
            caller.actor,
            once,
            lambda unit: accept_relationship(unit, relationship=relationship.hex, paper=body.paper),
        )

    @api.endpoint("POST", f"{PATH}/declination", summary="The convict declined on paper", body=SignedPaper, **DONE)
    def decline_on_paper(caller: SignedIn, relationship: UUID, body: SignedPaper, once: Once) -> None:
        face.do(
            caller.actor,
            once,
            lambda unit: decline_relationship(unit, relationship=relationship.hex, paper=body.paper),
        )

    @api.endpoint("POST", f"{PATH}/verification", summary="Papers of kinship were seen", body=Verification, **DONE)
    def verify(caller: SignedIn, relationship: UUID, body: Verification, once: Once) -> None:
        face.do(
            caller.actor,
            once,
            lambda unit: verify_relationship(unit, relationship=relationship.hex, basis=body.basis, listed=body.listed),
        )

    @api.endpoint("POST", f"{PATH}/confirmation", summary="A second officer confirms", **DONE)
    def confirm(caller: SignedIn, relationship: UUID, once: Once) -> None:
        """Never the officer who verified."""
        face.do(caller.actor, once, lambda unit: confirm_relationship(unit, relationship=relationship.hex))

    @api.endpoint("POST", f"{PATH}/refusal", summary="Refuse before it is confirmed", body=RelationRefusal, **DONE)
    def refuse_relation(caller: SignedIn, relationship: UUID, body: RelationRefusal, once: Once) -> None:
        face.do(
            caller.actor,
            once,
            lambda unit: refuse_relationship(unit, relationship=relationship.hex, ground=body.ground),
        )

    @api.endpoint("POST", f"{PATH}/permission", summary="The head permits short visits (IR 80)", **DONE)
    def permit(caller: SignedIn, relationship: UUID, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: permit_relationship(unit, relationship=relationship.hex))

    @api.endpoint("POST", f"{PATH}/listing", summary="Whether the personal file names them", body=Listing, **DONE)
    def enter_listing(caller: SignedIn, relationship: UUID, body: Listing, once: Once) -> None:
        face.do(
            caller.actor,
            once,
            lambda unit: list_relationship(unit, relationship=relationship.hex, listed=body.listed),
        )

    @api.endpoint("POST", f"{PATH}/revocation", summary="End a confirmed relationship", body=Revocation, **DONE)
    def revoke_relation(caller: SignedIn, relationship: UUID, body: Revocation, once: Once) -> None:
        """Appointments that rest on it stay, are flagged, and are decided one by one."""
        face.do(
            caller.actor,
            once,
            lambda unit: revoke_relationship(unit, relationship=relationship.hex, ground=body.ground),
        )

    @api.endpoint(
        "POST", f"{PATH}/registry-questions", summary="Ask the civil registry about the kinship", answer=Made,
        status=201, **ACT,
    )  # fmt: skip
    def ask_the_registry(caller: SignedIn, relationship: UUID, once: Once) -> Made:
        """The worker asks; what the registry said stands on the page of the relationship. One question at a time."""
        return face.act(
            caller.actor,
            once,
            lambda unit: ask_registry(unit, relationship=relationship.hex),
            lambda made: Made(id=UUID(made)),
        )

    @api.endpoint(
        "POST", "/visitor-bans", summary="Bar a visitor after an offence (PEC 98(4))", body=NewVisitorBan,
        answer=Made, status=201, **ACT,
    )  # fmt: skip
    def bar_visitor(caller: SignedIn, body: NewVisitorBan, once: Once) -> Made:
        return face.act(
            caller.actor,
            once,
            lambda unit: ban_visitor(
                unit,
                institution=body.institution,
                person=body.person.hex,
                ground=body.ground,
                since=body.since,
                until=body.until,
                paper=body.paper,
            ),
            lambda made: Made(id=UUID(made)),
        )
