"""Linking to a convict: who is meant, what one is to them, for oneself or for one's child.

The page that follows says the same whether such a person is in prison or not.
"""

from typing import Literal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.photo_show import has_photo
from service.app.relationship_claim import Sought, claim_relationship
from service.app.relationship_end import withdraw_relationship
from service.app.relationship_show import list_own
from service.domain.refusal import Refusal
from service.web.api.v1.shapes import Code
from service.web.api.v1.texts import FileNumber, Name
from service.web.api.values import Body, Day
from service.web.even_answer import even_answer
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.names import OF_FAMILIES, TIES
from service.web.pages import Pages
from service.web.public.countries import choices
from service.web.public.face import PublicFace
from service.web.public.registration import PLACES, WHO, Who

MEANT = {
    "convict_family_name": N_("Family name of the convict"),
    "convict_birth_date": N_("Date of birth of the convict"),
    "file_number": N_("Number of the personal file"),
    "about": N_("Who would visit?"),
    "tie": N_("What is the visitor to the convict?"),
}


class Claim(Body):
    convict_family_name: Name
    convict_birth_date: Day
    file_number: FileNumber
    about: Literal["me", "child"]
    tie: Code

    def sought(self) -> Sought:
        return Sought(self.file_number, self.convict_family_name, self.convict_birth_date)


class ChildClaim(Claim, Who):
    about: Literal["child"] = Field(default="child")


def claim_form() -> Form[Claim]:
    """Who is meant, and what one is to them."""
    return Form(Claim, labels=MEANT)


def child_form() -> Form[ChildClaim]:
    """The same for a child, and who the child is."""
    labels = {
        **WHO,
        **MEANT,
        "identified_by": N_("Which number identifies the child?"),
    }
    return Form(ChildClaim, labels=labels, wording={"iin": N_("The IIN has twelve figures")})


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("linking")

    def shown(template: str, form: Form[Claim] | Form[ChildClaim]) -> str:
        ties = [(tie, words().sentence(TIES[tie])) for tie in OF_FAMILIES]
        return render_template(template, form=form, ties=[("", "—"), *ties], countries=choices(words().language))

    @part.page("/convicts/link", audience=("relative",), methods=("GET", "POST"))
    def link(caller: SignedIn) -> str | Response:
        form = claim_form()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            if read.about == "child":
                child = child_form().keep()
                return shown("public/link_child.html", child)
            try:
                with even_answer(face.settings.pause):
                    face.do(caller, lambda unit: claim_relationship(unit, sought=read.sought(), kind=read.tie))
            except Refusal as refusal:
                refuse_into(form, refusal, {"choice-unknown": "tie", "date-impossible": "convict_birth_date"})
            else:
                return redirect(url_for("linking.sent"), code=303)
        return shown("public/link.html", form)

    @part.page("/convicts/link/child", audience=("relative",), methods=("GET", "POST"))
    def link_child(caller: SignedIn) -> str | Response:
        form = child_form()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                child = read.identity(words().language)
                sought, kind = read.sought(), read.tie
                with even_answer(face.settings.pause):
                    face.do(caller, lambda unit: claim_relationship(unit, sought=sought, kind=kind, child=child))
            except Refusal as refusal:
                refuse_into(form, refusal, {**PLACES, "choice-unknown": "tie", "not-a-minor": "birth_date"})
            else:
                return redirect(url_for("linking.sent"), code=303)
        return shown("public/link_child.html", form)

    @part.page("/convicts/link/sent", audience=("relative",))
    def sent(caller: SignedIn) -> str:
        photo = has_photo(face.environment, person=caller.actor.person or "")
        return render_template("public/link_sent.html", photo=photo)

    @part.page("/ties/<uuid:relationship>/end", audience=("relative",), methods=("GET", "POST"))
    def withdraw(caller: SignedIn, relationship: UUID) -> str | Response:
        if request.method == "POST":
            face.do(caller, lambda unit: withdraw_relationship(unit, relationship=relationship.hex))
            return redirect(url_for("home.first"), code=303)
        tie = next((one for one in list_own(face.environment, caller.actor) if one.row.id == relationship.hex), None)
        if tie is None:
            raise Refusal("not-found")
        return render_template("public/tie_end.html", tie=tie)

    return part
