"""Passkeys: added, named, listed, removed, and used as the second step of signing in. Each use is an event.

A relative may have them; for an officer they are the second factor, and the device has to know its owner too.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service.app.half_session import Half, make_whole
from service.app.reading import Reading
from service.app.session_open import token_hash
from service.app.transact import transact
from service.domain.access import Actor, Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.gateways.passkeys import (
    NotAccepted,
    Party,
    check_registration,
    check_sign_in,
    credential_of,
    registration_options,
    sign_in_options,
)
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import NATIONAL, Passkey, PasskeyChallenge, Person
from service.store.unit_of_work import UnitOfWork

LASTS = timedelta(minutes=5)
MOST = 10
LONGEST_NAME = 40
CHALLENGE_OCTETS = 32


@dataclass(frozen=True, slots=True)
class PasskeyKept:
    """A passkey as its owner sees it. `backed_up`: it lives on more than one device."""

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None
    backed_up: bool


def passkeys(environment: Environment, actor: Actor) -> list[PasskeyKept]:
    """The passkeys of whoever asks, oldest first."""
    require(actor, "session.see", Target(persons=frozenset({actor.person or ""})))
    with Reading(environment, actor) as reading:
        rows = known_keys(reading, actor.person or "", holder_of(actor))
        return [
            PasskeyKept(row.id, reading.open(row, "name") or "", row.added_at, row.used_at, row.backed_up)
            for row in rows
        ]


def has_passkey(unit: UnitOfWork, person: str, holder: str) -> bool:
    """Whether the sign-in of somebody asks for a passkey."""
    return bool(known_keys(unit, person, holder))


def ask_new_passkey(unit: UnitOfWork, *, token: str, party: Party, shown_as: str) -> str:
    """The options for a new passkey, as JSON for the browser; the challenge is bound to the session of `token`.

    Raises Refusal 'passkeys-enough'.
    """
    actor = unit.actor
    require(actor, "passkey.add", Target(persons=frozenset({actor.person or ""})))
    known = known_keys(unit, actor.person or "", holder_of(actor))
    if len(known) >= MOST:
        raise refuse("not-possible", "passkeys-enough", count=MOST)
    return registration_options(
        party,
        _new_challenge(unit, token, "add"),
        handle=actor.id.encode(),
        name=shown_as,
        known=[octets_of(row.credential_id) for row in known],
        user_verification=holder_of(actor) == "officer",
    )


def add_passkey(environment: Environment, actor: Actor, *, token: str, party: Party, name: str, answer: str) -> str:
    """Keeps the passkey that the browser answers with; answers its id. Raises Refusal 'passkey-wrong'."""
    require(actor, "passkey.add", Target(persons=frozenset({actor.person or ""})))
    called, holder = clean_line(name, LONGEST_NAME), holder_of(actor)
    challenge = _take_challenge(environment, actor, token, "add")
    try:
        made = check_registration(party, challenge, answer, user_verification=holder == "officer")
    except NotAccepted as error:
        raise refuse("not-possible", "passkey-wrong") from error

    def keep(unit: UnitOfWork) -> str:
        person = unit.get(Person, actor.person or "", lock=True)
        unit.meet(person)
        if len(known_keys(unit, person.id, holder)) >= MOST:
            raise refuse("not-possible", "passkeys-enough", count=MOST)
        new = unit.environment.new_id()
        unit.add(
            Passkey(
                id=new,
                person_id=person.id,
                holder=holder,
                credential_id=text_of(made.credential_id),
                public_key=text_of(made.public_key),
                sign_count=made.sign_count,
                backed_up=made.backed_up,
                added_at=unit.now,
                **unit.sealed(Passkey, new, person.id, name=called),
            )
        )
        unit.tell("passkey.added", NATIONAL)
        return new

    return transact(environment, actor, keep)


def end_passkey(unit: UnitOfWork, *, passkey: str) -> None:
    """Removes one of one's own. Raises Refusal 'not-found'."""
    row = unit.get(Passkey, passkey, lock=True)
    require(unit.actor, "passkey.end", Target(persons=frozenset({row.person_id})))
    if row.ended_at is not None or row.holder != holder_of(unit.actor):
        raise Refusal("not-found")
    unit.change(row, ended_at=unit.now, ended_reason="asked")
    unit.tell("passkey.ended", NATIONAL)


def end_passkeys(unit: UnitOfWork, person: str, holder: str, reason: str) -> None:
    """Removes all of somebody, as part of a larger act: a closed account, a reset."""
    for row in known_keys(unit, person, holder):
        unit.change(row, ended_at=unit.now, ended_reason=reason)


def ask_passkey(unit: UnitOfWork, *, half: Half, party: Party) -> str:
    """The options for the second step, as JSON for the browser. Raises Refusal 'not-found' for whoever has none."""
    known = known_keys(unit, half.actor.person or "", half.holder)
    if not known:
        raise Refusal("not-found")
    return sign_in_options(
        party,
        _new_challenge(unit, half.token, "sign-in"),
        known=[octets_of(row.credential_id) for row in known],
        user_verification=half.holder == "officer",
    )


def answer_passkey(environment: Environment, half: Half, *, party: Party, answer: str) -> str:
    """The second step with a passkey; answers the token of the whole session. Raises Refusal 'passkey-wrong'.

    A count that does not go on means that the credential was copied: it is refused (WebAuthn 7.2, step 22).
    """
    challenge = _take_challenge(environment, half.actor, half.token, "sign-in")

    def enter(unit: UnitOfWork) -> str:
        try:
            which = text_of(credential_of(answer))
            row = next(
                one for one in known_keys(unit, half.actor.person or "", half.holder) if one.credential_id == which
            )
            signed = check_sign_in(
                party,
                challenge,
                answer,
                public_key=octets_of(row.public_key),
                sign_count=row.sign_count,
                user_verification=half.holder == "officer",
            )
        except (NotAccepted, StopIteration) as error:
            raise refuse("not-possible", "passkey-wrong") from error
        unit.change(row, sign_count=signed.sign_count, backed_up=signed.backed_up, used_at=unit.now)
        unit.tell("passkey.used", NATIONAL)
        return make_whole(unit, half, "passkey")

    return transact(environment, half.actor, enter)


def holder_of(actor: Actor) -> str:
    """In which of their two lives somebody acts: as a relative, or as an officer (auditors too)."""
    return "relative" if actor.principal == "relative" else "officer"


def _new_challenge(unit: UnitOfWork, token: str, purpose: str) -> bytes:
    challenge = unit.environment.random_bytes(CHALLENGE_OCTETS)
    keep_challenge(unit, token, purpose, challenge)
    return challenge


def keep_challenge(unit: UnitOfWork, token: str, purpose: str, challenge: bytes) -> None:
    """Keeps what a session was asked to sign; what it was asked before is void."""
    row, session = of(PasskeyChallenge), token_hash(token)
    unit.session.execute(
        sa.update(PasskeyChallenge).where(row.session_hash == session, row.used_at.is_(None)).values(used_at=unit.now)
    )
    unit.session.execute(
        sa.insert(PasskeyChallenge).values(
            id=unit.environment.new_id(),
            session_hash=session,
            purpose=purpose,
            challenge=challenge,
            asked_at=unit.now,
        )
    )


def _take_challenge(environment: Environment, actor: Actor, token: str, purpose: str) -> bytes:
    """What was asked in a session; committed as used before the answer is looked at, so that a wrong one spends it."""

    challenge = transact(environment, actor, lambda unit: challenge_in(unit, token, purpose))
    if challenge is None:
        raise refuse("not-possible", "passkey-wrong")
    return challenge


def challenge_in(unit: UnitOfWork, token: str, purpose: str) -> bytes | None:
    """What was asked in a session for a purpose, used from now on; None when nothing waits for an answer."""
    row = of(PasskeyChallenge)
    taken = unit.session.execute(
        sa.update(PasskeyChallenge)
        .where(
            row.session_hash == token_hash(token),
            row.purpose == purpose,
            row.used_at.is_(None),
            row.asked_at > unit.now - LASTS,
        )
        .values(used_at=unit.now)
        .returning(row.challenge)
    ).first()
    return None if taken is None else taken.challenge


def known_keys(unit: UnitOfWork, person: str, holder: str) -> Sequence[Passkey]:
    """The passkeys that somebody may sign with in one of their two lives, oldest first."""
    row = of(Passkey)
    return unit.session.scalars(
        sa.select(Passkey)
        .where(row.person_id == person, row.holder == holder, row.ended_at.is_(None))
        .order_by(row.added_at, row.id)
    ).all()


def text_of(octets: bytes) -> str:
    """Octets as the standard writes them: base64url without padding."""
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def octets_of(text: str) -> bytes:
    """The octets that `text_of` wrote."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
