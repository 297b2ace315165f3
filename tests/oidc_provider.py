"""An OpenID provider of its own, on Authlib's server parts, run as a process: `python -m tests.oidc_provider`.

Prints its issuer and serves. POST /told with JSON {"fault": …} makes it lie from then on: wrong-nonce, wrong-audience,
wrong-issuer, expired, unsigned, by-secret, foreign-key, new-key, unverified, no-iin, another-subject, silent, slow.
POST /told with {"person": {…}} says who sits at the browser.
"""

import base64
import hmac
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "kezdesu", "a secret of 40 signs, told to two sides.."
AIGUL = {
    "sub": "subject-1",
    "iin_verified": True,
    "family_name": "Сейітова",
    "given_name": "Мөлдір",
    "middle_name": "Қайратқызы",
    "birthdate": "1985-03-19",
}


@dataclass
class Told:
    """What the provider was told to be."""

    fault: str = ""
    person: dict[str, Any] = field(default_factory=lambda: dict(AIGUL))
    keys: list[RSAKey] = field(default_factory=list)
    codes: dict[str, "Code"] = field(default_factory=dict)

    def new_key(self) -> RSAKey:
        key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"}, private=True)
        self.keys[:] = [key]
        return key


@dataclass
class Code:
    """An authorization code, and what it was given for."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class OneClient(ClientMixin):  # type: ignore[misc]
    """The one client there is; its secret comes in the header, and any address of a loopback is its own."""

    client_id = CLIENT

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.startswith(("http://localhost", "http://127.0.0.1", "https://kezdesu.example"))

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def _part(of: Mapping[str, Any]) -> str:
    return _text(json.dumps(of).encode())


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def provider(issuer: str) -> Flask:
    """The application; `issuer` is where it will be reached."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    told = Told()
    told.new_key()
    app = Flask("provider")

    class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, asked: Any) -> Code:
            data = asked.payload.data
            told.codes[code] = kept = Code(
                code, asked.payload.redirect_uri, asked.payload.scope, data.get("nonce"),
                data.get("code_challenge"), data.get("code_challenge_method"),
            )  # fmt: skip
            return kept

        def query_authorization_code(self, code: str, _client: OneClient) -> Code | None:
            return told.codes.get(code)

        def delete_authorization_code(self, kept: Code) -> None:
            del told.codes[kept.code]

        def authenticate_user(self, _kept: Code) -> Mapping[str, Any]:
            return told.person

    class Tokens(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, _nonce: str, _asked: Any) -> bool:
            return False

        def resolve_client_private_key(self, _client: OneClient) -> RSAKey:
            if told.fault == "foreign-key":
                return RSAKey.generate_key(2048, {"kid": told.keys[0].kid}, private=True)
            return told.keys[0]

        def get_client_algorithm(self, _client: OneClient) -> str:
            return "RS256"

        def get_client_claims(self, _client: OneClient) -> dict[str, str]:
            return {"iss": issuer}

        def get_encode_header(self, _client: OneClient) -> dict[str, str]:
            return {"alg": "RS256", "kid": told.keys[0].kid or ""}

        def generate_user_info(self, user: Mapping[str, Any], _scope: str) -> UserInfo:
            hidden = {"iin"} if told.fault in {"no-iin", "another-subject"} else set()
            return UserInfo({name: value for name, value in user.items() if name not in hidden})

        def encode_id_token(self, token: dict[str, Any], asked: Any) -> str:
            honest = str(super().encode_id_token(token, asked))
            fault, key = told.fault, told.keys[0]
            if fault == "foreign-key":
                return honest
            claims, header = dict(jwt.decode(honest, key).claims), self.get_encode_header(None)
            lies: dict[str, dict[str, Any]] = {
                "wrong-nonce": {"nonce": "another"},
                "wrong-audience": {"aud": "another client"},
                "wrong-issuer": {"iss": "http://localhost/another"},
                "expired": {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
                "unverified": {"iin_verified": False},
            }
            if fault in lies:
                return str(jwt.encode(header, {**claims, **lies[fault]}, key))
            if fault == "unsigned":
                return ".".join([_part({"alg": "none"}), _part(claims), ""])
            if fault == "by-secret":  # the public key taken as a secret (CVE-2015-9235)
                first = ".".join([_part({"alg": "HS256", "kid": key.kid}), _part(claims)])
                mark = hmac.digest(key.as_pem(private=False), first.encode(), "sha256")
                return f"{first}.{_text(mark)}"
            return honest

    server = AuthorizationServer(app, lambda name: OneClient() if name == CLIENT else None, lambda *_: None)
    server.register_grant(CodeGrant, [Tokens(require_nonce=True), CodeChallenge(required=True)])

    @app.before_request
    def be_silent() -> Response | None:
        if told.fault == "slow" and request.path != "/told":
            time.sleep(30)
        return Response(status=503) if told.fault == "silent" and request.path != "/told" else None

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            userinfo_endpoint=f"{issuer}/userinfo",
            jwks_uri=f"{issuer}/keys",
        )

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[key.as_dict(private=False) for key in told.keys])

    @app.get("/authorize")
    def authorize() -> Response:
        grant = server.get_consent_grant(end_user=told.person)
        answer: Response = server.create_authorization_response(grant_user=told.person, grant=grant)
        return answer

    @app.post("/token")
    def token() -> Response:
        answer: Response = server.create_token_response()
        return answer

    @app.get("/userinfo")
    def user_info() -> Response:
        lie = {"sub": "subject-2"} if told.fault == "another-subject" else {}
        return jsonify({**told.person, **lie})

    @app.post("/told")
    def tell() -> Response:
        said = json.loads(request.data)
        if said.get("fault") == "new-key":
            told.new_key()
        else:
            told.fault = said.get("fault", told.fault)
        told.person = {**told.person, **said["person"]} if "person" in said else told.person
        return jsonify(said)

    return app


def main() -> None:
    """Serves on a free port of the loopback, and says where."""
    late: dict[str, Flask] = {}
    # the issuer has the port in it, which is known only once the server is there
    server = make_server("127.0.0.1", 0, lambda asked, start: late["app"](asked, start), threaded=True)  # noqa: PLW0108
    issuer = f"http://127.0.0.1:{server.server_port}"
    late["app"] = provider(issuer)
    print(issuer, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
