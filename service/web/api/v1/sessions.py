"""Signing in and out, and a relative's registration."""

from datetime import datetime
from typing import Annotated, Literal

from flask import request
from pydantic import Field

from service.app.account_open import register_account
from service.app.account_sign_in import answer_code, ask_code
from service.app.half_session import half_signed_in
from service.app.officer_sign_in import sign_in_officer
from service.app.own_show import show_own
from service.app.session_end import end_session
from service.app.time_code import answer_time_code
from service.app.transact import transact
from service.domain.refusal import refuse
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body
from service.web.api.problem import TOO_MANY
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE, SIGN_IN_FAILED
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Language, WhoIs
from service.web.api.v1.texts import Label, Login, Phone

Binding = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22,128}$", description="128 random bits or more, of your own.")]
Secret = Annotated[str, Field(min_length=1, max_length=256)]


class CodeWanted(Body):
    phone: Phone
    language: Language = "kk"
    binding: Binding


class CodeSent(Answer):
    good_until: datetime


class CodeGiven(Body):
    phone: Phone
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    binding: Binding


class Opened(Answer):
    token: str = Field(description="Send it as Authorization: Bearer. It is shown once.")
    next: Literal["ready", "register"] = "ready"


class Registration(Body):
    who: WhoIs
    consent_version: Label


class Credentials(Body):
    login: Login
    password: Secret
    workstation: Login | None = None
    time_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = Field(
        default=None, description="Six figures by RFC 6238, where the officer has set that up."
    )


class Me(Answer):
    kind: Literal["relative", "officer", "kiosk", "bridge", "auditor"]
    name: str | None
    language: str | None
    institution: str | None
    roles: list[str]


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "POST", "/sessions/codes", summary="Ask for a one-time code by text message", principals=("anyone",),
        body=CodeWanted, answer=CodeSent, status=202, problems=(NOT_POSSIBLE, TOO_MANY),
    )  # fmt: skip
    def ask_for_code(body: CodeWanted) -> CodeSent:
        """The answer is the same for every number. The code is good once, for ten minutes, with the same binding."""
        asked = face.open_to_anyone(
            lambda unit: ask_code(
                unit,
                phone=body.phone,
                browser=body.binding,
                language=body.language,
                address=request.remote_addr,
            )
        )
        face.send_code(asked.code_id)
        return CodeSent(good_until=asked.good_until)

    @api.endpoint(
        "POST", "/sessions", summary="Answer a one-time code", principals=("anyone",),
        body=CodeGiven, answer=Opened, status=201, problems=(NOT_POSSIBLE,),
    )  # fmt: skip
    def open_session(body: CodeGiven) -> Opened:
        """Five tries. With `next` = register nobody has that number yet: the token then opens an account."""
        answer = face.open_to_anyone(
            lambda unit: answer_code(unit, phone=body.phone, code=body.code, browser=body.binding)
        )
        return Opened(token=answer.insist(), next="register" if answer.outcome == "register" else "ready")

    @api.endpoint(
        "POST", "/accounts", summary="Register after the first code", principals=("relative",),
        body=Registration, answer=Opened, status=201, problems=(CONFLICT, NOT_POSSIBLE),
    )  # fmt: skip
    def open_account(caller: SignedIn, body: Registration) -> Opened:
        """Ends the session of the code and opens one of the account. Not repeated by key: its answer is a secret."""
        opened = transact(
            environment,
            caller.actor,
            lambda unit: register_account(unit, identity=body.who.identity(), consent_version=body.consent_version),
        )
        return Opened(token=opened.token)

    @api.endpoint(
        "POST", "/officer-sessions", summary="Sign in as an officer or auditor", principals=("anyone",),
        body=Credentials, answer=Opened, status=201, problems=(SIGN_IN_FAILED, NOT_POSSIBLE, TOO_MANY),
    )  # fmt: skip
    def open_officer_session(body: Credentials) -> Opened:
        """Officers with roles at several institutions name one in the header Kezdesu-Institution of each request."""
        signed_in = sign_in_officer(
            environment,
            login=body.login,
            password=body.password,
            address=request.remote_addr or "",
            workstation=body.workstation,
            needed=face.second_factor,
        )
        if signed_in.step == "in":
            return Opened(token=signed_in.token)
        half = half_signed_in(environment, signed_in.token)
        if body.time_code is None or half is None or "time-code" not in signed_in.ways:
            raise refuse("not-allowed", "second-factor-needed")
        return Opened(token=answer_time_code(environment, half, code=body.time_code))

    @api.endpoint(
        "DELETE", "/sessions/current", summary="Sign out", principals=("relative", "officer", "auditor"),
        answer=None, status=204,
    )  # fmt: skip
    def close_session(caller: SignedIn) -> None:
        token = request.authorization.token if request.authorization else None
        transact(environment, caller.actor, lambda unit: end_session(unit, token or ""))

    @api.endpoint(
        "GET", "/me", summary="Who the token stands for",
        principals=("relative", "officer", "kiosk", "bridge", "auditor"), answer=Me,
    )  # fmt: skip
    def show_me(caller: SignedIn) -> Me:
        own = show_own(environment, caller.actor)
        actor = own.actor
        return Me(
            kind=actor.principal,
            name=own.name,
            language=own.language,
            institution=actor.institution,
            roles=sorted(actor.roles),
        )
