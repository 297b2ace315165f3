"""The form of a photograph, and how one is sent."""

from flask import Response, request

from service.app.photo_image import LARGEST_FILE
from service.web.api.values import Body
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_


class NoFields(Body):
    """The file comes beside the form's fields."""


def photo_form() -> Form[NoFields]:
    """The form of a photograph."""
    return Form(NoFields, labels={"photo": N_("Photograph")})


def uploaded(form: Form[NoFields]) -> bytes | None:
    """The octets of the file, at most one more than are looked at; None, with the fault said, where there is none."""
    sent = request.files.get("photo")
    octets = sent.stream.read(LARGEST_FILE + 1) if sent is not None else b""
    if switching_language():
        return None
    if not octets:
        form.refuse("photo", N_("Choose a picture first."))
        return None
    return octets


def photo_response(jpeg: bytes) -> Response:
    """A face, for this page and no store of it anywhere."""
    return Response(jpeg, mimetype="image/jpeg", headers={"Cache-Control": "no-store", "Content-Disposition": "inline"})
