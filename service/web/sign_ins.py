"""Who is signed in to the pages of an app: a cookie, looked up on the server at every request.

The cookie holds a random token and nothing else; what it stands for lives in the store, where it can be listed, ended
and timed out. Ending it there ends it at the next request (ASVS 7.4).
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from flask import Response, request

from service.web.api.caller import Principal


class SignIns(Protocol):
    """The sessions of one app's people."""

    def find(self, token: str) -> Principal | None:
        """Who the token stands for, or None when it is unknown, ended or has timed out."""
        ...


class Nobody:
    """An app nobody can sign in to."""

    def find(self, token: str) -> Principal | None:  # noqa: ARG002
        return None


@dataclass(frozen=True)
class SignInCookie:
    """The cookie of one app: `__Host-` binds it to this host and to HTTPS (RFC 6265bis 4.1.3.2).

    `same_site` is "Lax" where people follow links from messages, "Strict" where nobody does.
    """

    app: str
    secure: bool
    same_site: Literal["Lax", "Strict"]

    @property
    def name(self) -> str:
        return f"{'__Host-' if self.secure else ''}kezdesu_{self.app}"

    def token(self) -> str | None:
        """The token this request carries."""
        return request.cookies.get(self.name) or None

    def set(self, response: Response, token: str) -> None:
        """Sign in: `token` must be new, never one the browser already had (ASVS 7.2.4)."""
        response.set_cookie(self.name, token, secure=self.secure, httponly=True, samesite=self.same_site, path="/")

    def drop(self, response: Response) -> None:
        """Sign out in this browser; end the session in the store as well."""
        response.delete_cookie(self.name, secure=self.secure, httponly=True, samesite=self.same_site, path="/")
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
