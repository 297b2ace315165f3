"""A newcomer, whose number has answered a code, says who they are and agrees to what is done with it."""

from dataclasses import replace
from typing import Annotated, Literal

from flask import make_response, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.account_open import AccountOpened, register_account
from service.app.identity_open import masked
from service.app.provider_sign_in import proven_identity, use_identity
from service.domain.identity import Identity
from service.domain.refusal import Refusal
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.texts import DocumentNumber, Name
from service.web.api.values import Body, Day
from service.web.device_words import device_words
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.pages import Pages
from service.web.public.countries import CODES, choices
from service.web.public.face import CONSENT_VERSION, PublicFace
from service.web.public.provider import ProviderCookie
from service.web.sign_ins import SignInCookie

WHO = {
    "family_name": N_("Family name"),
    "given_name": N_("Given name"),
    "patronymic": N_("Patronymic, if there is one"),
    "birth_date": N_("Date of birth"),
    "identified_by": N_("Which number identifies you?"),
    "iin": N_("IIN"),
    "country": N_("Country of the passport"),
    "passport": N_("Number of the passport"),
}
PLACES = {
    "iin-wrong": "iin",
    "identity-missing": "iin",
    "document-wrong": "passport",
    "date-impossible": "birth_date",
    "consent-needed": "consent",
}
"""Where on the page each refusal of the use case stands."""


class Who(Body):
    """Names as in the document, and what identifies the person."""

    family_name: Name
    given_name: Name
    patronymic: Name | None = None
    birth_date: Day
    identified_by: Literal["iin", "passport"]
    iin: Annotated[str, Field(pattern=r"^[0-9]{6} ?[0-9]{6}$")] | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    passport: DocumentNumber | None = None

    def identity(self, language: str) -> Identity:
        """The person as the use cases know them."""
        by_passport = self.identified_by == "passport"
        known = self.country in CODES.values()
        return Identity(
            family_name=self.family_name,
            given_name=self.given_name,
            birth_date=self.birth_date,
            patronymic=self.patronymic,
            iin=None if by_passport else self.iin,
            document=f"{self.country} passport {self.passport or '?'}" if by_passport and known else None,
            language=language,
        )


class Registration(Who):
    consent: Literal["true"]


class Agreement(Body):
    """What the identity provider does not know."""

    consent: Literal["true"]


def registration_form() -> Form[Registration]:
    """The form of the newcomer."""
    return Form(
        Registration,
        labels={**WHO, "consent": N_("I agree that my data are used")},
        wording={
            "iin": N_("The IIN has twelve figures"),
            "consent": N_("Without your consent we cannot register you"),
        },
    )


def agreement_form() -> Form[Agreement]:
    """The form of a newcomer whom the identity provider has named."""
    return Form(
        Agreement,
        labels={"consent": N_("I agree that my data are used")},
        wording={"consent": N_("Without your consent we cannot register you")},
    )


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("registration")
    cookie = SignInCookie("public", face.settings.secure, "Lax")

    browsers = ProviderCookie(face.settings)

    @part.page("/register", audience=("newcomer",), methods=("GET", "POST"))
    def register(caller: SignedIn) -> str | Response:
        proved = proven_identity(face.environment, browsers.read())
        if proved is not None:
            return register_proved(caller, proved)
        form = registration_form()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                identity = read.identity(words().language)
                opened = face.do(
                    caller,
                    lambda unit: register_account(
                        unit,
                        identity=identity,
                        consent_version=CONSENT_VERSION,
                        device=device_words(request.headers.get("User-Agent")),
                    ),
                )
            except Refusal as refusal:
                refuse_into(form, refusal, PLACES)
            else:
                response = make_response(redirect(url_for("home.first"), code=303))
                cookie.set(response, opened.token)
                return response
        return render_template("public/register.html", form=form, countries=choices(words().language))

    def register_proved(caller: SignedIn, proved: Identity) -> str | Response:
        """The provider has said who comes: nothing is left to type but what it does not know."""
        form, identity = agreement_form(), replace(proved, language=words().language)
        if switching_language():
            form.keep()
        elif request.method == "POST" and form.read() is not None:

            def open_account(unit: UnitOfWork) -> AccountOpened:
                use_identity(unit, browsers.read())
                return register_account(
                    unit,
                    identity=identity,
                    consent_version=CONSENT_VERSION,
                    device=device_words(request.headers.get("User-Agent")),
                    verified=True,
                )

            try:
                opened = face.do(caller, open_account)
            except Refusal as refusal:
                refuse_into(form, refusal, PLACES)
            else:
                response = make_response(redirect(url_for("home.first"), code=303))
                cookie.set(response, opened.token)
                browsers.drop(response)
                return response
        return render_template("public/register_proved.html", form=form, proved=proved, iin=masked(proved.iin))

    return part
