"""Signing in by the state identity provider: there, back, and on to the account or the registration."""

import secrets
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.provider_sign_in import REGISTERS, begin_provider, end_provider
from service.domain.refusal import Refusal
from service.web.device_words import device_words
from service.web.half_cookie import HalfCookie
from service.web.i18n import words
from service.web.page_app import back_to
from service.web.pages import Pages
from service.web.public.face import PublicFace
from service.web.settings import WebSettings
from service.web.sign_ins import SignInCookie

LONGEST = 4000


@dataclass(frozen=True)
class ProviderCookie:
    """A random value that only this browser knows: what it was sent away with comes back to it alone.

    Lax, because the way back begins at the provider.
    """

    settings: WebSettings

    @property
    def name(self) -> str:
        return f"{'__Host-' if self.settings.secure else ''}kezdesu_provider"

    def new(self) -> str:
        """A value for a new way there."""
        return secrets.token_urlsafe(32)

    def read(self) -> str:
        """The value of this browser, or ""."""
        return request.cookies.get(self.name, "")

    def keep(self, response: Response, browser: str) -> None:
        """Remembers it as long as a registration may take."""
        response.set_cookie(
            self.name, browser, secure=self.settings.secure, httponly=True, samesite="Lax", path="/",
            max_age=int(REGISTERS.total_seconds()),
        )  # fmt: skip

    def drop(self, response: Response) -> None:
        """Forgets it."""
        response.delete_cookie(self.name, secure=self.settings.secure, httponly=True, samesite="Lax", path="/")


def pages(face: PublicFace) -> Pages:
    """The pages of this part: none where no provider is set."""
    part = Pages("provider")
    environment, provider = face.environment, face.settings.provider
    browsers, halves = ProviderCookie(face.settings), HalfCookie("public", face.settings)
    cookie = SignInCookie("public", face.settings.secure, "Lax")
    if provider is None:
        return part

    def failed(refusal: Refusal) -> tuple[str, int]:
        status = 503 if any(one.code == "provider-silent" for one in refusal.reasons) else 400
        return render_template("public/provider_failed.html", reasons=refusal.reasons), status

    @part.page("/sign-in/provider", audience=("anyone",))
    def leave() -> AnyResponse | tuple[str, int]:
        # A link and no form: browsers hold the way a form leads against `form-action`, redirects included.
        browser = browsers.new()
        try:
            there = begin_provider(
                environment,
                provider,
                browser=browser,
                redirect_uri=url_for("provider.come_back", _external=True),
                back=back_to(),
                address=request.remote_addr,
            )
        except Refusal as refusal:
            return failed(refusal)
        response = make_response(redirect(there, code=303))
        browsers.keep(response, browser)
        return response

    @part.page("/sign-in/provider/back", audience=("anyone",))
    def come_back() -> AnyResponse | tuple[str, int]:
        try:
            answer = end_provider(
                environment,
                provider,
                state=request.args.get("state", "")[:LONGEST],
                code=request.args.get("code", "")[:LONGEST],
                browser=browsers.read(),
                language=words().language,
                device=device_words(request.headers.get("User-Agent")),
            )
        except Refusal as refusal:
            return failed(refusal)
        if answer.outcome == "register":
            return redirect(url_for("sign_in.ask", back=answer.back), code=303)
        where = answer.back if answer.outcome == "signed-in" else url_for("second_step.second", back=answer.back)
        response = make_response(redirect(where, code=303))
        browsers.drop(response)
        if answer.outcome == "signed-in":
            cookie.set(response, answer.token or "")
        else:
            halves.set(response, answer.token or "")
        return response

    return part
