"""WebAuthn (W3C Web Authentication Level 3) behind four functions; the library is loaded when first needed.

Octets are passed as they are; what goes to and comes from the browser is JSON text in the form of the standard's
`toJSON` and `parse…FromJSON`.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TIMEOUT_MS = 300_000


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks: `host` is the relying party's id, `origin` the address of the page, scheme and port included."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A credential that an authenticator made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """A credential that signed a challenge."""

    sign_count: int
    backed_up: bool


class NotAccepted(ValueError):
    """What came from the browser proves nothing."""


def registration_options(
    party: Party, challenge: bytes, *, handle: bytes, name: str, known: Sequence[bytes], user_verification: bool
) -> str:
    """What the browser is asked to make: JSON for `navigator.credentials.create`. `name` is shown on the device."""
    text: str = _library().options_to_json(
        _library().generate_registration_options(
            rp_id=party.host,
            rp_name="Kezdesu",
            user_name=name,
            user_id=handle,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            authenticator_selection=_structs().AuthenticatorSelectionCriteria(
                resident_key=_structs().ResidentKeyRequirement.DISCOURAGED, user_verification=_wanted(user_verification)
            ),
            exclude_credentials=[_structs().PublicKeyCredentialDescriptor(id=one) for one in known],
        )
    )
    return text


def check_registration(party: Party, challenge: bytes, answer: str, *, user_verification: bool) -> NewKey:
    """The credential in the browser's answer. Raises NotAccepted."""
    try:
        credential = _library().helpers.parse_registration_credential_json(answer)
        found = _library().verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=user_verification,
        )
        flags = _library().helpers.parse_attestation_object(credential.response.attestation_object).auth_data.flags
    except Exception as error:  # the library's own, and those of the parsers below it, all mean the same
        raise NotAccepted(type(error).__name__) from error
    return NewKey(found.credential_id, found.credential_public_key, found.sign_count, flags.bs)


def sign_in_options(party: Party, challenge: bytes, *, known: Sequence[bytes], user_verification: bool) -> str:
    """What the browser is asked to sign: JSON for `navigator.credentials.get`."""
    text: str = _library().options_to_json(
        _library().generate_authentication_options(
            rp_id=party.host,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            allow_credentials=[_structs().PublicKeyCredentialDescriptor(id=one) for one in known],
            user_verification=_wanted(user_verification),
        )
    )
    return text


def credential_of(answer: str) -> bytes:
    """Which credential an answer speaks of. Raises NotAccepted."""
    try:
        found: bytes = _library().helpers.parse_authentication_credential_json(answer).raw_id
    except Exception as error:
        raise NotAccepted(type(error).__name__) from error
    return found


def check_sign_in(
    party: Party, challenge: bytes, answer: str, *, public_key: bytes, sign_count: int, user_verification: bool
) -> Signed:
    """Whether the credential signed the challenge here. Raises NotAccepted, also for a count that did not go on:
    then the credential was copied."""
    try:
        found = _library().verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=user_verification,
        )
    except Exception as error:
        raise NotAccepted(type(error).__name__) from error
    return Signed(found.new_sign_count, found.credential_backed_up)


def _wanted(user_verification: bool) -> Any:
    verification = _structs().UserVerificationRequirement
    return verification.REQUIRED if user_verification else verification.PREFERRED


def _library() -> Any:
    return importlib.import_module("webauthn")


def _structs() -> Any:
    return importlib.import_module("webauthn.helpers.structs")
