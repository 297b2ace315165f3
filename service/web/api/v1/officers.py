"""Officers and their roles: asked for by whoever keeps the accounts, given by the head, ended by either."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from service.app.officer_show import ShownOfficer, list_officers
from service.app.role_give import approve_role, ask_role, end_role
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Code, InstitutionCode, Made, State
from service.web.api.v1.signed import ACT_OF_TWO, act_signed


class RoleShown(Answer):
    id: UUID
    role: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class OfficerShown(Answer):
    id: UUID
    employee_number: str
    login: str
    closed: bool
    roles: list[RoleShown]


class OfficersShown(Answer):
    officers: list[OfficerShown]


class WantedRole(Body):
    institution: InstitutionCode
    role: Code


class RoleEnding(Body):
    reason: Literal["left", "moved", "misconduct", "lost-access", "not-approved"]


def install(face: Interface) -> None:
    """Declare the resource."""
    api = face.api

    @api.endpoint(
        "GET", "/officers", summary="The officers of the institution, with their roles", principals=("officer",),
        answer=OfficersShown,
    )  # fmt: skip
    def show_officers(caller: SignedIn) -> OfficersShown:
        return OfficersShown(officers=[_officer(one) for one in list_officers(face.environment, caller.actor)])

    @api.endpoint(
        "POST", "/officers/<uuid:officer>/roles", summary="Ask that an officer may hold a role", body=WantedRole,
        answer=Made, status=201, **ACT_OF_TWO,
    )  # fmt: skip
    def ask_for_role(caller: SignedIn, officer: UUID, body: WantedRole, once: Once) -> Made:
        """It opens nothing until the head or the deputy gives it."""
        return act_signed(
            face,
            caller.actor,
            once,
            lambda unit, pen: ask_role(
                unit, officer=officer.hex, institution=body.institution, role=body.role, pen=pen
            ),
            lambda made: Made(id=UUID(made)),
        )

    @api.endpoint("POST", "/roles/<uuid:role>/approval", summary="Give a role", answer=State, **ACT_OF_TWO)
    def give_role(caller: SignedIn, role: UUID, once: Once) -> State:
        """Never by whoever asked, nor to oneself."""
        return act_signed(
            face,
            caller.actor,
            once,
            lambda unit, pen: approve_role(unit, role=role.hex, pen=pen),
            lambda _: State(id=role, state="held"),
        )

    @api.endpoint(
        "POST", "/roles/<uuid:role>/ending", summary="Take a role away, or turn a request down", body=RoleEnding,
        principals=("officer",), problems=(CONFLICT, NOT_POSSIBLE), idempotent=True, answer=None, status=204,
    )  # fmt: skip
    def take_role_away(caller: SignedIn, role: UUID, body: RoleEnding, once: Once) -> None:
        """It bites at the officer's next request."""
        face.do(caller.actor, once, lambda unit: end_role(unit, role=role.hex, reason=body.reason))


def _officer(one: ShownOfficer) -> OfficerShown:
    return OfficerShown(
        id=UUID(one.row.id),
        employee_number=one.row.employee_number,
        login=one.row.login,
        closed=one.row.closed_at is not None,
        roles=[
            RoleShown(
                id=UUID(role.id),
                role=role.role,
                asked_at=role.asked_at,
                started_at=role.started_at,
                ended_at=role.ended_at,
            )
            for role in one.roles
        ],
    )
