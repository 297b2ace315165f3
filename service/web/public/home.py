"""The first page: who we are to a stranger; to a relative, for each convict what is left, from when, and why."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.appointment_show import Shown, Wanted, list_appointments
from service.app.family_overview import show_overview
from service.web.entitled import say_left
from service.web.face import SignedIn
from service.web.i18n import speak_in
from service.web.names import BOOKABLE
from service.web.pages import Pages
from service.web.public.face import PublicFace

AHEAD = ("held", "requested", "granted", "underway")


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("home")
    environment = face.environment

    def coming(caller: SignedIn) -> Sequence[Shown]:
        now = environment.clock()
        found = list_appointments(environment, caller.actor, Wanted(AHEAD))
        return [
            one
            for one in reversed(found)
            if one.row.ends_at > now
            and not (one.row.held_until and one.row.state == "held" and one.row.held_until <= now)
        ]

    @part.page("/", audience=("anyone",))
    def first(caller: SignedIn | None) -> str | Response:
        if caller is None:
            return render_template("public/welcome.html", closed="closed" in request.args)
        if caller.kind == "newcomer":
            return redirect(url_for("registration.register"), code=303)
        ties = show_overview(environment, caller.actor, list(BOOKABLE.values()))
        zone = next((one.institution.time_zone for one in ties.confirmed if one.institution), None)
        if zone is not None:
            speak_in(ZoneInfo(zone))
        left = {
            one.own.row.id: [(kind, say_left(each)) for kind, (_, each) in zip(BOOKABLE, one.left, strict=False)]
            for one in ties.confirmed
        }
        return render_template("public/home.html", ties=ties, left=left, coming=coming(caller))

    return part
