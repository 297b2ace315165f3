"""The convict's file: admission, transfer, condition, degree, entries, release."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from service.app.convict_admit import Arrival, admit_convict
from service.app.convict_enter import enter_file, leave_quarantine, lift_entry, set_condition, set_degree
from service.app.convict_transfer import release_convict, transfer_convict
from service.domain.facts import PlacementBasis
from service.web.api.callers import SignedIn
from service.web.api.contract import Body, Day, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Code, InstitutionCode, Made, WhoIs
from service.web.api.v1.texts import FileNumber, Paper

PATH = "/convicts/<uuid:convict>"
ACT: dict[str, Any] = {"principals": ("officer",), "problems": (CONFLICT, NOT_POSSIBLE), "idempotent": True}
MADE: dict[str, Any] = {**ACT, "answer": Made, "status": 201}
DONE: dict[str, Any] = {**ACT, "answer": None, "status": 204}


class Placed(Body):
    institution: InstitutionCode
    since: Day
    paper: Paper
    condition: Code | None = Field(default="regular", description="None where the law has none recorded (remand).")
    basis: PlacementBasis = "sentence"
    kind: Code | None = Field(default=None, description="Type of institution, where it is not the institution's own.")
    court_type: Code | None = Field(default=None, description="The type the court set, for mixed institutions.")

    def arrival(self) -> Arrival:
        return Arrival(self.institution, self.since, self.paper, self.condition, self.basis, self.kind, self.court_type)


class NewConvict(Body):
    who: WhoIs
    file_number: FileNumber
    arrival: Placed
    lifer: bool = False
    quarantine_left_on: Day | None = None


class Condition(Body):
    condition: Code
    since: Day
    paper: Paper


class Degree(Body):
    degree: Annotated[int, Field(ge=-3, le=3)]
    since: Day
    paper: Paper


class Entry(Body):
    kind: Literal["suspension", "ban", "illness", "incentive", "penalty", "credit", "first_visit", "permission"]
    value: Code = Field(description="A name of the law file or of the closed list of the kind.")
    since: Day
    until: Day | None = Field(default=None, description="The first day on which it is no longer in force.")
    paper: Paper


class Lifting(Body):
    until: Day
    paper: Paper


class OnDay(Body):
    on: Day


def install(face: Interface) -> None:
    """Declare the resource."""
    api = face.api

    def made(hex_: str) -> Made:
        return Made(id=UUID(hex_))

    @api.endpoint("POST", "/convicts", summary="Admit a convict", body=NewConvict, **MADE)
    def admit(caller: SignedIn, body: NewConvict, once: Once) -> Made:
        return face.act(
            caller.actor,
            once,
            lambda unit: admit_convict(
                unit,
                identity=body.who.identity(),
                file_number=body.file_number,
                arrival=body.arrival.arrival(),
                lifer=body.lifer,
                quarantine_left_on=body.quarantine_left_on,
            ),
            made,
        )

    @api.endpoint("POST", f"{PATH}/transfers", summary="Transfer to another institution", body=Placed, **MADE)
    def transfer(caller: SignedIn, convict: UUID, body: Placed, once: Once) -> Made:
        """Condition, degree, relationships and credits go along; appointments are flagged."""
        return face.act(
            caller.actor,
            once,
            lambda unit: transfer_convict(unit, convict=convict.hex, arrival=body.arrival()),
            made,
        )

    @api.endpoint("POST", f"{PATH}/conditions", summary="The commission sets a condition", body=Condition, **MADE)
    def enter_condition(caller: SignedIn, convict: UUID, body: Condition, once: Once) -> Made:
        return face.act(
            caller.actor,
            once,
            lambda unit: set_condition(
                unit, convict=convict.hex, condition=body.condition, since=body.since, paper=body.paper
            ),
            made,
        )

    @api.endpoint("POST", f"{PATH}/degrees", summary="The head sets a behaviour degree", body=Degree, **MADE)
    def enter_degree(caller: SignedIn, convict: UUID, body: Degree, once: Once) -> Made:
        return face.act(
            caller.actor,
            once,
            lambda unit: set_degree(unit, convict=convict.hex, degree=body.degree, since=body.since, paper=body.paper),
            made,
        )

    @api.endpoint("POST", f"{PATH}/entries", summary="An entry of the personal file", body=Entry, **MADE)
    def enter(caller: SignedIn, convict: UUID, body: Entry, once: Once) -> Made:
        return face.act(
            caller.actor,
            once,
            lambda unit: enter_file(
                unit,
                convict=convict.hex,
                kind=body.kind,
                value=body.value,
                since=body.since,
                until=body.until,
                paper=body.paper,
            ),
            made,
        )

    @api.endpoint("POST", "/entries/<uuid:entry>/lifting", summary="End an entry early", body=Lifting, **DONE)
    def lift(caller: SignedIn, entry: UUID, body: Lifting, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: lift_entry(unit, entry=entry.hex, until=body.until, paper=body.paper))

    @api.endpoint("POST", f"{PATH}/quarantine-end", summary="Out of quarantine", body=OnDay, **DONE)
    def end_quarantine(caller: SignedIn, convict: UUID, body: OnDay, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: leave_quarantine(unit, convict=convict.hex, on=body.on))

    @api.endpoint("POST", f"{PATH}/release", summary="The sentence ends", body=OnDay, **DONE)
    def release(caller: SignedIn, convict: UUID, body: OnDay, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: release_convict(unit, convict=convict.hex, on=body.on))
