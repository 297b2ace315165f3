"""Requests past their deadline: the clock, and whose they are. Oversight reads the same list."""

from flask import render_template

from service.app.request_late import list_late
from service.web.face import SignedIn
from service.web.pages import Pages
from service.web.staff.face import StaffFace


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("late")

    @part.page("/late", audience=("officer",))
    def list_(caller: SignedIn) -> str:
        place = face.enter(caller, "late_request.see")
        return render_template("staff/late.html", place=place, found=list_late(face.environment, caller.actor))

    return part
