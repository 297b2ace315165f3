"""Transfers, departures and the end of quarantine: what each touches is shown before it is made."""

from typing import Literal
from uuid import UUID

from werkzeug.wrappers import Response

from service.app.convict_admit import Arrival
from service.app.convict_enter import leave_quarantine
from service.app.convict_show import ShownFile
from service.app.convict_transfer import end_stay, transfer_convict
from service.app.desk_show import institutions_open
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.shapes import InstitutionCode
from service.web.api.v1.texts import Paper
from service.web.api.values import Body, Day
from service.web.face import SignedIn, institution_name
from service.web.pages import Pages
from service.web.staff.arrivals import FAULTS, LABELS, Condition, conditions
from service.web.staff.face import StaffFace
from service.web.staff.steps import Step, take_step


class Transferred(Body):
    institution: InstitutionCode
    since: Day
    paper: Paper
    condition: Condition | None = None


class Left(Body):
    how: Literal["released", "died"]
    since: Day
    paper: Paper


class FreeOfQuarantine(Body):
    since: Day


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("movements")
    environment = face.environment

    @part.page("/convicts/<uuid:convict>/transfer", audience=("officer",), methods=("GET", "POST"))
    def transfer(caller: SignedIn, convict: UUID) -> str | Response:
        def do(unit: UnitOfWork, read: Transferred) -> None:
            arrival = Arrival(read.institution, read.since, read.paper, read.condition or None)
            transfer_convict(unit, convict=convict.hex, arrival=arrival)

        def more(_shown: ShownFile) -> dict[str, object]:
            houses = [one for one in institutions_open(environment) if one.id != caller.institution]
            return {
                "houses": [("", "—"), *((one.id, institution_name(one)) for one in houses)],
                "conditions": [("", "—"), *conditions(environment, "")],
            }

        faults = {**FAULTS, "already-there": "institution"}
        step = Step("convict.transfer", Transferred, LABELS, do, "staff/transfer.html", faults, more=more, leaves=True)
        return take_step(face, caller, convict, step)

    @part.page("/convicts/<uuid:convict>/leave", audience=("officer",), methods=("GET", "POST"))
    def leave(caller: SignedIn, convict: UUID) -> str | Response:
        def do(unit: UnitOfWork, read: Left) -> None:
            end_stay(unit, convict=convict.hex, on=read.since, how=read.how, paper=read.paper)

        step = Step("convict.release", Left, LABELS, do, "staff/leave.html", FAULTS, leaves=True)
        return take_step(face, caller, convict, step)

    @part.page("/convicts/<uuid:convict>/quarantine", audience=("officer",), methods=("GET", "POST"))
    def quarantine(caller: SignedIn, convict: UUID) -> str | Response:
        def do(unit: UnitOfWork, read: FreeOfQuarantine) -> None:
            leave_quarantine(unit, convict=convict.hex, on=read.since)

        step = Step("convict.enter_file", FreeOfQuarantine, LABELS, do, "staff/quarantine.html", FAULTS)
        return take_step(face, caller, convict, step)

    return part
