"""The ground every app stands on: one app per audience, and whatever is not declared is refused."""

from flask import Flask, abort, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

from service.web import audience, logs, security
from service.web.settings import WebSettings

MAX_REQUEST = 64 * 1024
MAX_FIELDS = 200


def base_app(name: str, settings: WebSettings, *, permissions: str = security.NO_DEVICES) -> Flask:
    """An app without views: headers, limits and log on every answer, and a guard before every view.

    A view without a declared audience does not exist for anybody. `permissions` is the Permissions-Policy of the app.
    Pages need `service.web.page_app` besides; the API installs its endpoints on this.
    """
    app = Flask(name, static_folder=None, template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST,
        MAX_FORM_PARTS=MAX_FIELDS,
        TRUSTED_HOSTS=list(settings.hosts) or None,
    )
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    logs.install(app)
    security.install(app, secure=settings.secure, permissions=permissions)
    app.before_request(_refuse_undeclared)
    return app


def _refuse_undeclared() -> None:
    """Deny by default: a view somebody forgot to place is not found, instead of open."""
    if request.endpoint is None or request.url_rule is None:
        return  # the router's own 404 and 405 follow
    view = current_app.view_functions.get(request.endpoint)
    if not audience.declared(view):
        abort(404)
    most = audience.largest(view)
    if most is not None:  # before anything reads the form, which the choice of a language does
        request.max_content_length = most


def undeclared(app: Flask) -> list[str]:
    """The routes of `app` that no audience was declared for: what a structure test expects to be empty."""
    return sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if not audience.declared(app.view_functions.get(rule.endpoint))
    )


def audiences(app: Flask) -> dict[str, tuple[str, ...]]:
    """Who is declared for each route of `app`: "METHOD rule" to the names, for tests that try everybody on each."""
    return {
        f"{method} {rule.rule}": audience.declared(app.view_functions.get(rule.endpoint))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }
