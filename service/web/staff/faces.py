"""The face of a relative at the desk: taken there, looked at, taken out."""

from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.identity_show import shown_identity
from service.app.photo_image import LARGEST_FILE
from service.app.photo_keep import add_photo, end_photo
from service.app.photo_show import has_photo, show_photo
from service.domain.refusal import Refusal
from service.web.face import SignedIn, refuse_into
from service.web.pages import Pages
from service.web.photo_form import photo_form, photo_response, uploaded
from service.web.staff.face import StaffFace


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("faces")
    environment = face.environment

    @part.page("/people/<uuid:person>/photo.jpg", audience=("officer",))
    def look(caller: SignedIn, person: UUID) -> Response:
        return photo_response(show_photo(environment, caller.actor, person=person.hex))

    @part.page(
        "/people/<uuid:person>/photo", audience=("officer",), methods=("GET", "POST"), largest=LARGEST_FILE + 64 * 1024
    )
    def take(caller: SignedIn, person: UUID) -> str | AnyResponse:
        place = face.enter(caller, "photo.add")
        known, form = shown_identity(environment, caller.actor, person=person.hex), photo_form()
        if request.method == "POST":
            octets = uploaded(form)
            if octets is not None:
                try:
                    face.do(caller, lambda unit: add_photo(unit, person=person.hex, octets=octets))
                except Refusal as refusal:
                    refuse_into(form, refusal, {one.code: "photo" for one in refusal.reasons})
                else:
                    return redirect(url_for("faces.take", person=person), code=303)
        return render_template(
            "staff/photo.html", form=form, place=place, known=known, person=person,
            there=has_photo(environment, person=person.hex),
        )  # fmt: skip

    @part.page("/people/<uuid:person>/photo/end", audience=("officer",), methods=("POST",))
    def take_out(caller: SignedIn, person: UUID) -> AnyResponse:
        face.enter(caller, "photo.end")
        shown_identity(environment, caller.actor, person=person.hex)
        face.do(caller, lambda unit: end_photo(unit, person=person.hex, reason="not-alike"))
        return redirect(url_for("faces.take", person=person), code=303)

    return part
