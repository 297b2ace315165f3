"""The cookie of somebody half signed in: it opens nothing but the second step."""

from dataclasses import dataclass

from flask import Response, request

from service.app.half_session import Half, half_signed_in
from service.store.environment import Environment
from service.web.settings import WebSettings


@dataclass(frozen=True)
class HalfCookie:
    """The cookie of one app."""

    app: str
    settings: WebSettings

    @property
    def name(self) -> str:
        return f"{'__Host-' if self.settings.secure else ''}kezdesu_half_{self.app}"

    def set(self, response: Response, token: str) -> None:
        """Remembers the half session."""
        response.set_cookie(
            self.name, token, secure=self.settings.secure, httponly=True, samesite="Strict", path="/", max_age=1200
        )

    def find(self, environment: Environment) -> Half | None:
        """Who is half signed in here."""
        token = request.cookies.get(self.name)
        return half_signed_in(environment, token) if token else None

    def drop(self, response: Response) -> None:
        """Forgets it."""
        response.delete_cookie(self.name, secure=self.settings.secure, httponly=True, samesite="Strict", path="/")
