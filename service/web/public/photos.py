"""My photograph: put in, looked at, taken out."""

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.photo_image import LARGEST_FILE
from service.app.photo_keep import add_photo, end_photo
from service.app.photo_show import has_photo, show_photo
from service.domain.refusal import Refusal
from service.web.face import SignedIn, refuse_into
from service.web.pages import Pages
from service.web.photo_form import photo_form, photo_response, uploaded
from service.web.public.face import PublicFace


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("photos")

    @part.page("/account/photo", audience=("relative",), methods=("GET", "POST"), largest=LARGEST_FILE + 64 * 1024)
    def put_in(caller: SignedIn) -> str | AnyResponse:
        form, person = photo_form(), caller.actor.person or ""
        if request.method == "POST":
            octets = uploaded(form)
            if octets is not None:
                try:
                    face.do(caller, lambda unit: add_photo(unit, person=person, octets=octets))
                except Refusal as refusal:
                    refuse_into(form, refusal, {one.code: "photo" for one in refusal.reasons})
                else:
                    return redirect(url_for("account.show"), code=303)
        return render_template("public/photo.html", form=form, there=has_photo(face.environment, person=person))

    @part.page("/account/photo.jpg", audience=("relative",))
    def look(caller: SignedIn) -> Response:
        return photo_response(show_photo(face.environment, caller.actor, person=caller.actor.person or ""))

    @part.page("/account/photo/end", audience=("relative",), methods=("POST",))
    def take_out(caller: SignedIn) -> AnyResponse:
        face.do(caller, lambda unit: end_photo(unit, person=caller.actor.person or ""))
        return redirect(url_for("account.show"), code=303)

    return part
