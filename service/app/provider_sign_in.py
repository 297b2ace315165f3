"""Signing in by a state identity provider: there and back once, with state, nonce and PKCE kept on the server.

Whoever the provider vouches for enters the account of that IIN; whoever has none registers, with names that need not
be typed and are not doubted.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa

from service.app.passkey import has_passkey
from service.app.person_register import known_person
from service.app.server_key import ServerKey
from service.app.session_open import open_session
from service.app.throttle_count import count_try
from service.app.transact import transact
from service.domain.access import NOBODY, Target, require
from service.domain.identity import LANGUAGES, Identity
from service.domain.refusal import refuse
from service.gateways.identity_provider import IdentityProvider, ProviderWrong
from service.gateways.provider_line import ProviderSilent
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Account, ProviderSignIn
from service.store.unit_of_work import UnitOfWork

LASTS = timedelta(minutes=10)
"""For the way to the provider and back."""
REGISTERS = timedelta(minutes=30)
"""For the registration that may follow."""
ASKED_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What became of it: a whole session, half of one (a passkey is still to come), or a registration to follow."""

    outcome: Literal["signed-in", "second", "register"]
    back: str
    token: str | None = None


def begin_provider(
    environment: Environment,
    provider: IdentityProvider,
    *,
    browser: str,
    redirect_uri: str,
    back: str,
    address: str | None = None,
) -> str:
    """The provider's page for this browser (a random value in its cookie). Raises Refusal 'provider-silent'."""
    state, nonce, verifier = (_random(environment) for _ in range(3))

    def note(unit: UnitOfWork) -> None:
        require(unit.actor, "session.open", Target())
        if address is not None:
            count_try(unit, f"provider-from:{_digest(address)}", limit=ASKED_AN_HOUR, window=timedelta(hours=1))
        new = environment.new_id()
        kept = json.dumps({"nonce": nonce, "verifier": verifier, "redirect_uri": redirect_uri, "back": back})
        unit.session.execute(
            sa.insert(ProviderSignIn).values(
                id=new,
                state_hash=_digest(state),
                browser_hash=_digest(browser),
                sealed=_key(environment).seal(f"provider_sign_in/{new}", kept),
                asked_at=unit.now,
            )
        )

    try:
        there = provider.address(redirect_uri=redirect_uri, state=state, nonce=nonce, verifier=verifier)
    except ProviderSilent as error:
        raise refuse("not-possible", "provider-silent") from error
    except ProviderWrong as error:
        raise refuse("not-possible", "provider-wrong") from error
    transact(environment, NOBODY, note)
    return there


def end_provider(
    environment: Environment,
    provider: IdentityProvider,
    *,
    state: str,
    code: str,
    browser: str,
    language: str,
    device: str | None = None,
) -> ProviderAnswer:
    """The browser is back with a code. The state is good once, for the browser that was sent there.

    Raises Refusal 'provider-wrong', 'provider-silent', 'provider-not-verified', and 'identity-needs-desk' where the
    IIN is known under another name or birth date.
    """
    row, kept = transact(environment, NOBODY, lambda unit: _take(unit, state, browser))
    if not code or not kept:
        raise refuse("not-possible", "provider-wrong")
    try:
        who = provider.claimed(
            redirect_uri=kept["redirect_uri"], code=code, nonce=kept["nonce"], verifier=kept["verifier"]
        )
    except ProviderSilent as error:
        raise refuse("not-possible", "provider-silent") from error
    except ProviderWrong as error:
        raise refuse("not-possible", "provider-wrong") from error
    if not who.verified:
        raise refuse("not-possible", "provider-not-verified")
    identity = Identity(
        who.family_name,
        who.given_name,
        who.birth_date,
        who.patronymic,
        who.iin,
        language=language if language in LANGUAGES else LANGUAGES[0],
    )
    return transact(environment, NOBODY, lambda unit: _enter(unit, row, identity, kept["back"], device))


def proven_identity(environment: Environment, browser: str) -> Identity | None:
    """Whom the provider has vouched for in this browser, for the registration; None for nobody, or too long ago."""
    row = of(ProviderSignIn)
    with environment.database.reading() as session:
        found = session.scalars(
            sa.select(ProviderSignIn)
            .where(
                row.browser_hash == _digest(browser),
                row.answered_at.is_not(None),
                row.used_at.is_(None),
                row.asked_at > environment.clock() - REGISTERS,
            )
            .order_by(row.asked_at.desc())
            .limit(1)
        ).first()
    if found is None:
        return None
    kept = json.loads(_key(environment).open(f"provider_sign_in/{found.id}", found.sealed))
    if "identity" not in kept:
        return None
    cells = {**kept["identity"], "birth_date": date.fromisoformat(kept["identity"]["birth_date"])}
    return Identity(**cells)


def use_identity(unit: UnitOfWork, browser: str) -> None:
    """What was proved in a browser is used up, as part of the registration."""
    row = of(ProviderSignIn)
    unit.session.execute(
        sa.update(ProviderSignIn)
        .where(row.browser_hash == _digest(browser), row.used_at.is_(None))
        .values(used_at=unit.now)
    )


def _take(unit: UnitOfWork, state: str, browser: str) -> tuple[str, dict[str, str]]:
    """The row of a state, answered from now on; empty where there is none: then the answer was not asked for here."""
    require(unit.actor, "session.open", Target())
    row = of(ProviderSignIn)
    taken = unit.session.execute(
        sa.update(ProviderSignIn)
        .where(
            row.state_hash == _digest(state),
            row.browser_hash == _digest(browser),
            row.answered_at.is_(None),
            row.asked_at > unit.now - LASTS,
        )
        .values(answered_at=unit.now)
        .returning(row.id, row.sealed)
    ).first()
    if taken is None:
        return "", {}
    kept: dict[str, str] = json.loads(_key(unit.environment).open(f"provider_sign_in/{taken.id}", taken.sealed))
    return taken.id, kept


def _enter(unit: UnitOfWork, row: str, identity: Identity, back: str, device: str | None) -> ProviderAnswer:
    person, account, table = known_person(unit, identity), of(Account), of(ProviderSignIn)
    this = sa.update(ProviderSignIn).where(table.id == row)
    found = None
    if person is not None:
        found = unit.session.execute(
            sa.select(account.id).where(account.person_id == person.id, account.closed_at.is_(None))
        ).scalar()
    if person is not None and found is not None:
        unit.session.execute(this.values(used_at=unit.now))
        if has_passkey(unit, person.id, "relative"):
            return ProviderAnswer("second", back, open_session(unit, "relative-1st", found, device=device))
        token = open_session(unit, "relative", found, device=device, factor="provider")
        return ProviderAnswer("signed-in", back, token)
    cells = {**asdict(identity), "birth_date": identity.birth_date.isoformat()}
    kept = json.dumps({"identity": cells}, ensure_ascii=False)
    unit.session.execute(this.values(sealed=_key(unit.environment).seal(f"provider_sign_in/{row}", kept)))
    return ProviderAnswer("register", back)


def _random(environment: Environment) -> str:
    return urlsafe_b64encode(environment.random_bytes(32)).decode().rstrip("=")


def _key(environment: Environment) -> ServerKey:
    return ServerKey(environment, b"kezdesu identity provider, sealing 1")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
