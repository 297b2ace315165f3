"""Help: how visits work, what to bring, how to complain, and the words of the consent."""

from flask import render_template

from service.web.pages import Pages
from service.web.public.face import CONSENT_VERSION, PublicFace


def pages(face: PublicFace) -> Pages:  # noqa: ARG001  (every part is made alike)
    """The pages of this part."""
    part = Pages("help")

    @part.page("/help", audience=("anyone",))
    def show() -> str:
        return render_template("public/help.html")

    @part.page("/help/complain", audience=("anyone",))
    def complain() -> str:
        return render_template("public/complain.html")

    @part.page("/help/consent", audience=("anyone",))
    def consent() -> str:
        return render_template("public/consent.html", version=CONSENT_VERSION)

    return part
