"""Time stamps of heads (RFC 3161): an authority of time says that it saw the three lines of a checkpoint, and when.

A stamp says nothing of what is missing or was rewritten later; it bounds the age of a head from above for whoever
trusts the authority and no witness. rfc3161-client is an extra (`stamp`) and is loaded where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.x509 import Certificate, load_pem_x509_certificates

from service.record.refusals import RecordRefused


@dataclass(frozen=True, slots=True)
class StampRequest:
    """What is sent to the authority (DER), and the number it must answer with."""

    data: bytes
    nonce: int


def request_stamp(text: str) -> StampRequest:
    """A request to stamp the text of a checkpoint, by its SHA-256."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415  (an extra)

    made = TimestampRequestBuilder(data=text.encode(), hash_algorithm=HashAlgorithm.SHA256).build()
    assert made.nonce is not None, "the builder draws one"
    return StampRequest(made.as_bytes(), made.nonce)


def read_stamp(answer: bytes, text: str, roots: Sequence[Certificate], nonce: int | None = None) -> datetime:
    """When the authority saw the text (UTC), if one of these roots stands behind it.

    Raises RecordRefused `stamp.form`, or `stamp.refused` with the verifier's own words.
    """
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response  # noqa: PLC0415

    try:
        response = decode_timestamp_response(answer)
    except ValueError as error:
        raise RecordRefused("stamp.form") from error
    builder = VerifierBuilder(roots=list(roots), nonce=nonce)
    try:
        builder.build().verify_message(response, text.encode())
    except (VerificationError, ValueError) as error:
        raise RecordRefused("stamp.refused", ground=str(error)) from error
    return response.tst_info.gen_time.astimezone(UTC)


def read_roots(pem: bytes) -> tuple[Certificate, ...]:
    """The certificates of a PEM file; RecordRefused `stamp.roots` where there is none."""
    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError as error:
        raise RecordRefused("stamp.roots") from error
