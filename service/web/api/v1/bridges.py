"""Gate bridges: their own keys, their journals, the bundle they go on with when they are alone."""

import re
from base64 import b64decode, b64encode
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from service.app.bridge_register import register_key
from service.app.bundle_make import make_bundle
from service.app.journal_take import MOST, Taken, take_journal
from service.app.transact import transact
from service.domain.refusal import refuse
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Count, Media
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface

ENTRY_TEXT = 5464
"""4,096 octets in base64."""


def _is_base64(text: str) -> str:
    if not re.fullmatch(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", text):
        raise ValueError("base64")
    return text


Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
EntryText = Annotated[str, Field(min_length=4, max_length=ENTRY_TEXT), AfterValidator(_is_base64)]


class NewKeys(Body):
    journal: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", description="The journal's name.")]
    signing_key: Key = Field(description="Ed25519, by which the journal is checked.")
    sealing_key: Key = Field(description="X25519, to which bundles are sealed.")
    claim: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")] = Field(
        description="Ed25519 over `kezdesu-bridge-key-1`, a zero octet, the journal's name and the sealing key."
    )


class KeysTaken(Answer):
    key: UUID
    device: UUID
    holds: bool = Field(description="False while an officer has to approve the key: it is not the bridge's first.")
    verifier_key: str = Field(description="Of the institution's log: bundles are signed with the key behind it.")


class JournalPart(Body):
    entries: Annotated[list[EntryText], Field(max_length=MOST)] = Field(
        description="In their order, as they were signed. An empty list asks how far the journal is here."
    )


class JournalThrough(Answer):
    through: Count = Field(description="Every entry up to this number is here.")
    head: str = Field(description="Its SHA-256, which the next entry names.")


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "POST", "/bridge/key", summary="A bridge names its own keys", principals=("bridge",), body=NewKeys,
        answer=KeysTaken, problems=(CONFLICT, NOT_POSSIBLE),
    )  # fmt: skip
    def name_keys(caller: SignedIn, body: NewKeys) -> KeysTaken:
        """The same keys again change nothing: it needs no key of the request."""
        signing, sealing, claim = (bytes.fromhex(one) for one in (body.signing_key, body.sealing_key, body.claim))
        done = transact(
            environment,
            caller.actor,
            lambda unit: register_key(
                unit, journal=body.journal, signing_key=signing, sealing_key=sealing, claim=claim
            ),
        )
        return KeysTaken(key=UUID(done.key), device=UUID(done.device), holds=done.holds, verifier_key=done.verifier_key)

    @api.endpoint(
        "POST", "/bridge/journal", summary="Entries of a bridge's journal", principals=("bridge",), body=JournalPart,
        answer=JournalThrough, problems=(CONFLICT,),
    )  # fmt: skip
    def upload_journal(caller: SignedIn, body: JournalPart) -> JournalThrough:
        """Entries that are here already change nothing. What does not continue the journal is kept as evidence, and
        refused."""
        entries = [b64decode(one) for one in body.entries]
        return _through(transact(environment, caller.actor, lambda unit: take_journal(unit, entries)))

    @api.endpoint(
        "GET", "/bridge/bundle", summary="What a bridge goes on with when it is alone", principals=("bridge",),
        answer=Media("application/octet-stream"),
    )  # fmt: skip
    def seal_bundle(caller: SignedIn) -> bytes:
        """Sealed to the bridge's key and signed; docs/bundle.md has the octets."""
        return make_bundle(environment, caller.actor)


def _through(taken: Taken) -> JournalThrough:
    if taken.refused is not None:
        raise refuse("conflict", "journal-not-continued", number=taken.refused.number)
    return JournalThrough(through=taken.through, head=taken.head)


def entry_text(octets: bytes) -> str:
    """An entry as it stands in an upload."""
    return b64encode(octets).decode()
