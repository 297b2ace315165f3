"""What a kiosk does for the convict who stands before it.

The kiosk vouches for whom it has identified: each request names the convict in its path, and the service checks that he
serves where the kiosk stands. Nothing here is open to a kiosk of another institution.
"""

from typing import Any
from uuid import UUID

from service.app.appointment_show import list_appointments
from service.app.dispute_raise import raise_dispute
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_end import revoke_relationship
from service.app.relationship_show import list_of_convict
from service.app.session_find import stand_at_kiosk
from service.domain.access import Actor
from service.web.api.callers import SignedIn
from service.web.api.contract import Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.appointments import Appointments, AppointmentsWanted, appointments, wanted
from service.web.api.v1.disputes import NewDispute
from service.web.api.v1.interface import Interface
from service.web.api.v1.registry import Revocation
from service.web.api.v1.relationships import Relations, relation
from service.web.api.v1.shapes import Made

PATH = "/convicts/<uuid:convict>"
ACT: dict[str, Any] = {"principals": ("kiosk",), "problems": (CONFLICT, NOT_POSSIBLE), "idempotent": True}


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    def standing(caller: SignedIn, convict: UUID) -> Actor:
        return stand_at_kiosk(environment, caller.actor, convict.hex)

    @api.endpoint(
        "GET", f"{PATH}/relationships", summary="Whom a convict is asked to accept, and whom he has",
        principals=("kiosk",), answer=Relations,
    )  # fmt: skip
    def list_convict_relationships(caller: SignedIn, convict: UUID) -> Relations:
        found = list_of_convict(environment, standing(caller, convict))
        return Relations(relationships=[relation(one) for one in found])

    @api.endpoint(
        "POST", f"{PATH}/relationships/<uuid:relationship>/acceptance", summary="The convict accepts a relative",
        answer=None, status=204, **ACT,
    )  # fmt: skip
    def accept(caller: SignedIn, convict: UUID, relationship: UUID, once: Once) -> None:
        face.do(standing(caller, convict), once, lambda unit: accept_relationship(unit, relationship=relationship.hex))

    @api.endpoint(
        "POST", f"{PATH}/relationships/<uuid:relationship>/declination", summary="The convict declines a relative",
        answer=None, status=204, **ACT,
    )  # fmt: skip
    def decline(caller: SignedIn, convict: UUID, relationship: UUID, once: Once) -> None:
        face.do(standing(caller, convict), once, lambda unit: decline_relationship(unit, relationship=relationship.hex))

    @api.endpoint(
        "POST", f"{PATH}/relationships/<uuid:relationship>/revocation", summary="The convict ends a relationship",
        body=Revocation, answer=None, status=204, **ACT,
    )  # fmt: skip
    def end(caller: SignedIn, convict: UUID, relationship: UUID, body: Revocation, once: Once) -> None:
        face.do(
            standing(caller, convict),
            once,
            lambda unit: revoke_relationship(unit, relationship=relationship.hex, ground=body.ground),
        )

    @api.endpoint(
        "GET", f"{PATH}/appointments", summary="A convict's own record", principals=("kiosk",),
        query=AppointmentsWanted, answer=Appointments,
    )  # fmt: skip
    def list_convict_appointments(caller: SignedIn, convict: UUID, query: AppointmentsWanted) -> Appointments:
        """Everything that stands under his name here."""
        return appointments(list_appointments(environment, standing(caller, convict), wanted(query)))

    @api.endpoint(
        "POST", f"{PATH}/appointments/<uuid:appointment>/disputes", summary="The convict says that the record is wrong",
        body=NewDispute, answer=Made, status=201, **ACT,
    )  # fmt: skip
    def dispute_as_convict(caller: SignedIn, convict: UUID, appointment: UUID, body: NewDispute, once: Once) -> Made:
        return face.act(
            standing(caller, convict),
            once,
            lambda unit: raise_dispute(unit, appointment=appointment.hex, code=body.code, words=body.words),
            lambda made: Made(id=UUID(made)),
        )
