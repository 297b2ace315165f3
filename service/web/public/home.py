"""The first page: who we are to a stranger; to a relative, for each convict what is left, from when, and why."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from service.web.face import SignedIn
from service.web.pages import Pages
from service.web.public.face import PublicFace


def pages(face: PublicFace) -> Pages:  # noqa: ARG001
    """The pages of this part."""
    part = Pages("home")

    @part.page("/", audience=("anyone",))
    def first(caller: SignedIn | None) -> str | Response:
        if caller is None:
            return render_template("public/welcome.html")
        if caller.kind == "newcomer":
            return redirect(url_for("registration.register"), code=303)
        return render_template("public/home.html")

    return part
