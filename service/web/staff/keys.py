"""The keys of the frequent acts, written down where they are used; `static/desk.js` presses what they name."""

from flask import render_template

from service.web.face import SignedIn
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace

KEYS = (
    ("F2", N_("in a list"), N_("opens the first line")),
    ("F4", N_("among the convicts"), N_("goes to the search")),
    ("F2", N_("on one request, tie or convict's file"), N_("goes back to the list")),
    ("F8", N_("on one request or tie"), N_("grants, verifies or confirms")),
    ("F9", N_("on one request or tie"), N_("goes to the ground of a refusal; the refusal itself is never one key")),
    ("F8", N_("on a convict's file"), N_("opens the decision that is due")),
    ("F9", N_("on a convict's file"), N_("opens the first paper that can be entered")),
    ("F8", N_("on a paper or decision"), N_("shows what it touches, then saves it")),
)


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("keys")

    @part.page("/keys", audience=("officer",))
    def all_keys(caller: SignedIn) -> str:
        del caller
        return render_template("staff/keys.html", keys=KEYS)

    del face
    return part
