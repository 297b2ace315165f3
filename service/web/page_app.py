"""An app with pages: language, sign-in, anti-forgery tokens, error pages, templates and static files on the base."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

import jinja2
from flask import Flask, Response, current_app, g, redirect, render_template, request
from werkzeug.exceptions import Forbidden
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as AnyResponse

from service.web import audience, errors, form_tokens, i18n, static_files
from service.web.api.caller import Principal
from service.web.base import base_app
from service.web.kept_forms import KeptForms, shown
from service.web.pages import needs_form_token
from service.web.security import NO_DEVICES, Random, allow_devices, allow_server, comes_from_elsewhere, script_nonce
from service.web.settings import WebSettings
from service.web.sign_ins import Nobody, SignInCookie, SignIns

_SAFE = {"GET", "HEAD"}
FORM_COOKIE = "kezdesu_form"


def template_folder() -> Path:
    """Where the templates are: beside the package in the repository, inside it when installed."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


@cache
def _static() -> dict[str, static_files.StaticFile]:
    return dict(static_files.load())


def page_app(
    name: str,
    settings: WebSettings,
    *,
    sign_ins: SignIns | None = None,
    sign_in_page: str | None = None,
    same_site: Literal["Lax", "Strict"] = "Lax",
    permissions: str = NO_DEVICES,
    random: Random = secrets.token_bytes,
    status_of: Callable[[Exception], int | None] = lambda _: None,
    owner_of: Callable[[str], str | None] = lambda _: None,
) -> Flask:
    """The app of one audience ("public", "staff", "oversight"), without pages yet.

    `sign_in_page` is the path people are sent to who have to sign in first; it receives `?back=`. Cookie and session
    are the app's own. `app.extensions["sign_in_cookie"]` sets and drops the cookie; templates have `form_token()`.
    `owner_of` says whose session a token was, for what was typed in a session that has ended meanwhile.
    """
    app = base_app(name, settings, permissions=permissions)
    app.jinja_loader = jinja2.FileSystemLoader(template_folder())
    app.jinja_options = {
        "autoescape": True, "undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True,
    }  # fmt: skip
    cookie = SignInCookie(name, settings.secure, same_site)
    app.extensions["sign_in_cookie"] = cookie

    def time_zone() -> ZoneInfo:
        return settings.time_zone

    i18n.install(app, time_zone=time_zone, secure=settings.secure)
    kept = KeptForms(name, settings, owner_of)
    tokens = form_tokens.FormTokens(settings.accepted, random)
    _install_sign_in(app, cookie, sign_ins or Nobody(), sign_in_page, _TypedAndNotSent(kept, tokens))
    _install_form_tokens(app, cookie, settings, random)
    errors.install(app, time_zone=time_zone, status_of=status_of)
    library = {} if settings.call_library is None else {"call-library.js": static_files.read(settings.call_library)}
    static_files.install(app, {**_static(), **library})
    app.jinja_env.globals.update(
        script_nonce=script_nonce,
        allow_devices=allow_devices,
        allow_server=allow_server,
        CALL_LIBRARY=bool(library),
        CALL_SERVER=settings.call_server,
    )
    return app


def back_to(default: str = "/") -> str:
    """The path of this service named by `?back=`, or `default`: never another site."""
    wanted = request.values.get("back", "")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if inside else default


@dataclass(frozen=True)
class _TypedAndNotSent:
    """What becomes of a form whose session has ended under it."""

    kept: KeptForms
    tokens: form_tokens.FormTokens

    def page(self, token: str, sign_in_page: str) -> Response | None:
        """The page that says so, for a form that we gave to that session; None for any other request."""
        sent = request.form.get(form_tokens.FIELD, "")
        if comes_from_elsewhere(request.host) or not self.tokens.accepts(f"session {token}", sent):
            return None
        kept = self.kept.of_request(token)
        if kept is None:
            return None
        address = f"{sign_in_page}?back={quote(kept.path, safe='/')}"
        html = render_template("shared/signed_out.html", typed=shown(kept.typed), address=address)
        response = Response(html, status=401, mimetype="text/html")
        self.kept.keep(response, kept)
        return response

    def offered(self, caller: Principal) -> Response | None:
        """What waits for whoever is signed in again, offered at the address it was typed for; once."""
        kept = self.kept.read()
        if kept is None or request.full_path.rstrip("?") != kept.path:
            return None
        if kept.owner != caller.id:
            return None
        html = render_template("shared/typed_before.html", kept=kept, typed=shown(kept.typed))
        response = Response(html, mimetype="text/html")
        self.kept.drop(response)
        return response


def _install_sign_in(
    app: Flask, cookie: SignInCookie, sign_ins: SignIns, sign_in_page: str | None, unsent: _TypedAndNotSent
) -> None:
    def look_up() -> AnyResponse | None:
        names = audience.declared(current_app.view_functions.get(request.endpoint or ""))
        token = cookie.token()
        g.caller = caller = sign_ins.find(token) if token and request.endpoint != "static" else None
        if not names or "anyone" in names or (caller is not None and caller.kind in names):
            return unsent.offered(caller) if caller is not None and request.method == "GET" else None
        if caller is None and sign_in_page is not None:
            if token and request.method not in _SAFE and (page := unsent.page(token, sign_in_page)) is not None:
                return page
            back = request.full_path.rstrip("?") if request.method in _SAFE else "/"
            return redirect(f"{sign_in_page}?back={quote(back, safe='/')}", code=303)
        raise Forbidden

    app.before_request(look_up)
    app.jinja_env.globals["signed_in"] = LocalProxy(lambda: g.get("caller"))


def _install_form_tokens(app: Flask, cookie: SignInCookie, settings: WebSettings, random: Random) -> None:
    tokens = form_tokens.FormTokens(settings.accepted, random)
    before_sign_in = f"{'__Host-' if settings.secure else ''}{FORM_COOKIE}_{cookie.app}"

    def binding() -> str | None:
        if g.get("caller") is not None:
            return f"session {cookie.token()}"
        return request.cookies.get(before_sign_in) or g.get("new_form_cookie")

    def form_token() -> str:
        if binding() is None:
            g.new_form_cookie = random(16).hex()
        return tokens.issue(binding() or "")

    def refuse_forged() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if request.method in _SAFE or view is None or not needs_form_token(view):
            return
        sent = request.headers.get(form_tokens.HEADER) or request.form.get(form_tokens.FIELD, "")
        bound = binding()
        if comes_from_elsewhere(request.host) or bound is None or not tokens.accepts(bound, sent):
            raise errors.StaleFormError

    def keep_cookie(response: Response) -> Response:
        if "new_form_cookie" in g:
            response.set_cookie(
                before_sign_in, g.new_form_cookie, secure=settings.secure, httponly=True, samesite="Lax", path="/"
            )
        return response

    app.before_request(refuse_forged)
    app.after_request(keep_cookie)
    app.jinja_env.globals.update(form_token=form_token, form_token_field=form_tokens.FIELD)
