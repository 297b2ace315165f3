"""Who calls: the Protocols behind which tokens are looked up; the contract knows kinds, never tables."""

from dataclasses import dataclass
from typing import Literal, Protocol

PrincipalKind = Literal["relative", "officer", "kiosk", "bridge", "auditor"]
Audience = Literal["relative", "officer", "kiosk", "bridge", "auditor", "anyone"]
AUDIENCES: tuple[str, ...] = ("relative", "officer", "kiosk", "bridge", "auditor", "anyone")


class Principal(Protocol):
    """The person or device a credential stands for.

    `id` is unique within `kind`; `institution` is the one the credential is bound to, None where it is bound
    to none (relatives, auditors of all institutions).
    """

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def institution(self) -> str | None: ...


@dataclass(frozen=True)
class Caller:
    """The plainest principal."""

    kind: PrincipalKind
    id: str
    institution: str | None = None


class Authenticator(Protocol):
    """Answers whose token this is."""

    def authenticate(self, token: str) -> Principal | None:
        """The principal of a live bearer token, or None for an unknown, expired or revoked one."""
        ...
