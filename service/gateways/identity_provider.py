"""A state identity provider by OpenID Connect Core 1.0: authorization code with PKCE, checked by Authlib.

Authlib is loaded when a provider is first asked, so that an installation without one does without the extra `oidc`.
"""

import importlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from service.gateways.provider_line import HttpLine, ProviderLine, ProviderSilent

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
"""Signatures taken: never "none", never one by a secret that both sides know."""
LEEWAY_SECONDS = 60
KEPT = timedelta(hours=1)
ASKED_AGAIN_AFTER = timedelta(seconds=10)
"""For keys of a name not seen before: a provider changes them without notice, a forger invents names."""
DISCOVERY = "/.well-known/openid-configuration"


class ProviderWrong(Exception):
    """The provider's answer does not prove what it says."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where the provider is, who we are to it, and which of its claims say what.

    `verified` names the claim that has to be true before the IIN is believed.
    """

    issuer: str
    client_id: str
    client_secret: str = ""
    scope: str = "openid profile"
    iin: str = "iin"
    verified: str = "iin_verified"
    family_name: str = "family_name"
    given_name: str = "given_name"
    patronymic: str = "middle_name"
    birth_date: str = "birthdate"


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who the provider says has come. `verified`: it vouches for the IIN."""

    iin: str
    verified: bool
    family_name: str
    given_name: str
    patronymic: str | None
    birth_date: date


@dataclass
class IdentityProvider:
    """One provider; what it publishes about itself is kept for an hour."""

    settings: ProviderSettings
    clock: Callable[[], datetime]
    line: ProviderLine = field(default_factory=HttpLine)
    _published: tuple[datetime, Mapping[str, Any]] | None = None
    _keys: tuple[datetime, Any] | None = None

    def address(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent to. Raises ProviderSilent, ProviderWrong."""
        challenge = importlib.import_module("authlib.oauth2.rfc7636").create_s256_code_challenge(verifier)
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.settings.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        where = self._endpoint("authorization_endpoint")
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def claimed(self, *, redirect_uri: str, code: str, nonce: str, verifier: str) -> Claimed:
        """Who has come, for the code the browser brought back. Raises ProviderSilent, ProviderWrong."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self.settings.client_id,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.settings.client_secret:  # RFC 6749 section 2.3.1
            pair = f"{quote(self.settings.client_id, safe='')}:{quote(self.settings.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        token = self.line.ask(self._endpoint("token_endpoint"), body=urlencode(asked).encode(), headers=headers)
        if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
            raise ProviderWrong("no ID token")
        claims = self._checked(token["id_token"], nonce, token.get("access_token"))
        return self._read(self._with_user_info(claims, token.get("access_token")))

    def _with_user_info(self, claims: Mapping[str, Any], access_token: object) -> Mapping[str, Any]:
        published = self._metadata()
        if self.settings.iin in claims or not isinstance(published.get("userinfo_endpoint"), str):
            return claims
        more = self.line.ask(self._endpoint("userinfo_endpoint"), headers={"Authorization": f"Bearer {access_token}"})
        if not isinstance(more, dict) or more.get("sub") != claims["sub"]:  # Core 5.3.2
            raise ProviderWrong("another subject")
        return {**more, **claims}

    def _read(self, claims: Mapping[str, Any]) -> Claimed:
        names = self.settings
        try:
            return Claimed(
                _text(claims, names.iin),
                claims.get(names.verified) in (True, "true"),
                _text(claims, names.family_name),
                _text(claims, names.given_name),
                _text(claims, names.patronymic) if claims.get(names.patronymic) else None,
                date.fromisoformat(_text(claims, names.birth_date)),
            )
        except ValueError as error:
            raise ProviderWrong(str(error)) from error

    def _checked(self, id_token: str, nonce: str, access_token: object) -> Mapping[str, Any]:
        jwt, id_claims = (
            importlib.import_module("joserfc.jwt"),
            importlib.import_module("authlib.oidc.core").CodeIDToken,
        )
        unknown_key = importlib.import_module("joserfc.errors").InvalidKeyIdError
        try:
            try:
                read = jwt.decode(id_token, self._key_set(), algorithms=list(ALGORITHMS))
            except unknown_key:
                read = jwt.decode(id_token, self._key_set(newer=True), algorithms=list(ALGORITHMS))
            claims = id_claims(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                },
                params={"nonce": nonce, "client_id": self.settings.client_id, "access_token": access_token},
            )
            claims.validate(now=int(self.clock().timestamp()), leeway=LEEWAY_SECONDS)
        except ProviderSilent:
            raise
        except Exception as error:  # of the libraries: whatever it is, nothing is proved
            raise ProviderWrong(type(error).__name__) from error
        return dict(claims)

    def _key_set(self, *, newer: bool = False) -> Any:
        kept, now = self._keys, self.clock()
        if kept is None or now - kept[0] >= (ASKED_AGAIN_AFTER if newer else KEPT):
            published = self.line.ask(self._endpoint("jwks_uri"))
            keys = importlib.import_module("joserfc.jwk").KeySet.import_key_set(published)
            self._keys = kept = (now, keys)
        return kept[1]

    def _metadata(self) -> Mapping[str, Any]:
        kept, now = self._published, self.clock()
        if kept is None or now - kept[0] >= KEPT:
            found = self.line.ask(f"{self.settings.issuer.rstrip('/')}{DISCOVERY}")
            if not isinstance(found, dict) or found.get("issuer") != self.settings.issuer:  # Discovery 4.3
                raise ProviderWrong("another issuer")
            self._published = kept = (now, found)
        return kept[1]

    def _endpoint(self, name: str) -> str:
        """An address the provider has published; never a less protected one than its own."""
        address = self._metadata().get(name)
        own = urlsplit(self.settings.issuer).scheme
        if not isinstance(address, str) or urlsplit(address).scheme not in {"https", own}:
            raise ProviderWrong(name)
        return address


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"no {name}")
    return value
