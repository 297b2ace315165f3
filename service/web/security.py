"""Headers of every answer, errors included (ASVS 5.0.0, 3.4)."""

import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

Random = Callable[[int], bytes]
"""Random octets, as many as asked for: `secrets.token_bytes` outside of tests."""

HSTS = "max-age=31536000; includeSubDomains"
NO_DEVICES = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), usb=()"
CALL_DEVICES = NO_DEVICES.replace("camera=()", "camera=(self)").replace("microphone=()", "microphone=(self)")
_POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self'",
    "manifest-src": "'self'",
    "media-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "worker-src": "'self'",
    "require-trusted-types-for": "'script'",
}


def content_security_policy(*, secure: bool, nonce: str | None = None, server: str = "") -> str:
    """The Content-Security-Policy: our own files and nothing else; `nonce` admits one inline script of this answer.

    `server` (`wss://host`) may be spoken to as well, by its sockets and over HTTP.
    """
    policy = dict(_POLICY)
    if server:
        policy["connect-src"] += f" {server} {server.replace('ws', 'http', 1)}"
    if nonce:
        policy["script-src"] += f" 'nonce-{nonce}'"
    parts = [f"{name} {sources}" for name, sources in policy.items()]
    return "; ".join([*parts, "upgrade-insecure-requests"] if secure else parts)


def script_nonce() -> str:
    """The nonce for an inline script of this answer: asking for it is what puts it into the policy."""
    if "script_nonce" not in g:
        g.script_nonce = secrets.token_urlsafe(16)
    nonce: str = g.script_nonce
    return nonce


def allow_devices() -> str:
    """Opens camera and microphone to the page of this answer: asking for it is what puts it into the headers."""
    g.permissions = CALL_DEVICES
    return ""


def allow_server(address: str) -> str:
    """Lets the page of this answer speak to a supplier of calls: asking for it is what puts it into the policy."""
    parts = urlsplit(address)
    g.call_server = f"{parts.scheme}://{parts.netloc}"
    return ""


def install(app: Flask, *, secure: bool, permissions: str) -> None:
    """Put the headers on every answer of `app`."""

    def add_headers(response: Response) -> Response:
        headers = response.headers
        own = g.get("content_policy")  # of a page that is stricter still, with everything in it by its hash
        headers["Content-Security-Policy"] = own or content_security_policy(
            secure=secure, nonce=g.get("script_nonce"), server=g.get("call_server", "")
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        # not "no-referrer": with it browsers send "Origin: null" with our own forms
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = g.get("permissions", permissions)
        headers.setdefault("Cache-Control", "no-store")
        if secure:
            headers["Strict-Transport-Security"] = HSTS
        return response

    app.after_request(add_headers)


def comes_from_elsewhere(host: str) -> bool:
    """Whether the browser says that another site sent this request (Sec-Fetch-Site, or Origin where it is unknown)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != host
