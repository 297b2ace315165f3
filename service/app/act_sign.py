"""Acts of two people are signed with a passkey by officers who have one; where they have none, the record says so.

What is signed is the act itself. The challenge is the SHA-256 of the act, its facts and 32 random octets, so that an
assertion made for one request fits no other, and whoever has the passkey's public key proves it without this service.
An officer is asked to sign when everything else stands: the act is tried first, in a transaction that is taken back.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from service.app.passkey import challenge_in, has_passkey, keep_challenge, known_keys, octets_of, text_of
from service.app.transact import transact
from service.domain.access import SIGNED_ACTS, Actor
from service.domain.reasons import reason
from service.domain.refusal import Refusal, refuse
from service.gateways.passkeys import NotAccepted, Party, check_sign_in, credential_of, sign_in_options
from service.record.canonical import JSON, canonical
from service.store.environment import Environment
from service.store.refused import with_retries
from service.store.tables import ActSignature, Officer, Passkey
from service.store.unit_of_work import UnitOfWork

T = TypeVar("T")
PURPOSE = "act"
NONCE_OCTETS = 32
LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Pen:
    """What an officer signs with here: the session of `token`, the site that asks, and what the passkey answered, as
    the browser's JSON; None where it was not asked yet."""

    token: str
    party: Party
    answer: str | None = None


class SignatureNeeded(Refusal):
    """The act would be done, but this officer has a passkey and has not signed it. `signing`: what is to be signed."""

    def __init__(self, act: str, facts: Mapping[str, JSON]) -> None:
        super().__init__("not-possible", (reason("passkey-signature-needed"),))
        self.act, self.facts = act, facts
        self.options: str | None = None


def sign_act(unit: UnitOfWork, act: str, row: str, facts: Mapping[str, JSON], pen: Pen | None) -> None:
    """Keeps how this half of an act of two was signed, as part of it; `row` is the row asked for or decided.

    The caller names the event to the national log. Raises SignatureNeeded, or Refusal 'signature-wrong'.
    """
    assert act in SIGNED_ACTS, act
    officer = unit.get(Officer, unit.actor.id)
    kept = ActSignature(
        id=unit.environment.new_id(),
        act=act,
        row_id=row,
        officer_id=officer.id,
        person_id=officer.person_id,
        at=unit.now,
    )
    if has_passkey(unit, officer.person_id, "officer"):
        if pen is None or pen.answer is None:
            raise SignatureNeeded(act, facts)
        nonce = challenge_in(unit, pen.token, PURPOSE)
        if nonce is None:
            raise refuse("not-possible", "signature-wrong")
        passkey = _proved(unit, officer, pen, hash_of(act, facts, nonce))
        kept.passkey_id, kept.nonce, kept.assertion = passkey.id, nonce.hex(), pen.answer
        kept.signed = hash_of(act, facts, nonce).hex()
    unit.add(kept)


def hash_of(act: str, facts: Mapping[str, JSON], nonce: bytes) -> bytes:
    """The challenge: 32 octets that stand for one act and its facts."""
    return hashlib.sha256(canonical({"act": act, "facts": dict(facts), "nonce": nonce.hex()})).digest()


def signing(environment: Environment, actor: Actor, pen: Pen, work: Callable[[], T]) -> T:
    """Carries out `work`; where only the signature is missing, the refusal carries what to ask the passkey with."""
    try:
        return work()
    except SignatureNeeded as needed:
        wanted = needed
        wanted.options = transact(environment, actor, lambda unit: _asked(unit, wanted, pen))
        raise


def to_be_signed(
    environment: Environment, actor: Actor, pen: Pen, use_case: Callable[[UnitOfWork, Pen], object]
) -> str | None:
    """Tries an act and takes it back: what the officer's passkey is to be asked with, None where they have none.

    Raises Refusal as the act itself would.
    """

    def tried() -> None:
        with UnitOfWork(environment, actor) as unit:
            use_case(unit, pen)

    try:
        signing(environment, actor, pen, lambda: with_retries(tried))
    except SignatureNeeded as needed:
        return needed.options
    return None


def must_sign(environment: Environment, actor: Actor) -> bool:
    """Whether an officer signs acts of two with a passkey."""
    return transact(environment, actor, lambda unit: has_passkey(unit, actor.person or "", "officer"))


def _asked(unit: UnitOfWork, needed: SignatureNeeded, pen: Pen) -> str:
    nonce = unit.environment.random_bytes(NONCE_OCTETS)
    person = unit.get(Officer, unit.actor.id).person_id
    keep_challenge(unit, pen.token, PURPOSE, nonce)
    return sign_in_options(
        pen.party,
        hash_of(needed.act, needed.facts, nonce),
        known=[octets_of(one.credential_id) for one in known_keys(unit, person, "officer")],
        user_verification=True,
    )


def _proved(unit: UnitOfWork, officer: Officer, pen: Pen, challenge: bytes) -> Passkey:
    """The passkey of this officer that signed; its count goes on. A count that does not means it was copied."""
    answer = pen.answer or ""
    try:
        if len(answer) > LONGEST:
            raise NotAccepted("too long")
        which = text_of(credential_of(answer))
        row = next(one for one in known_keys(unit, officer.person_id, "officer") if one.credential_id == which)
        signed = check_sign_in(
            pen.party,
            challenge,
            answer,
            public_key=octets_of(row.public_key),
            sign_count=row.sign_count,
            user_verification=True,
        )
    except (NotAccepted, StopIteration) as error:
        raise refuse("not-possible", "signature-wrong") from error
    unit.change(row, sign_count=signed.sign_count, backed_up=signed.backed_up, used_at=unit.now)
    return row
