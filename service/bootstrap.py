"""The one place that wires the outside world to the use cases."""

import hashlib
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from service.app.installation_found import found_installation
from service.app.transact import transact
from service.config import Settings
from service.domain.access import Actor
from service.gateways.identity_provider import IdentityProvider, ProviderSettings
from service.law import law_text, load_law
from service.record.policy_text import read_policy
from service.store.columns import of
from service.store.engine import open_database
from service.store.environment import Clock, Environment
from service.store.keys import KeyFolder, RandomBytes
from service.store.tables import NATIONAL, Log
from service.store.vault import Vault

CONSOLE = Actor("system", "console")
"""Whoever has the machine's console, where the first institutions and officers are made."""


def real_clock() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


def environment(
    settings: Settings, *, clock: Clock = real_clock, random_bytes: RandomBytes = secrets.token_bytes
) -> Environment:
    """The world as the settings describe it. Raises KeysMissing, NotDurable, PolicyRefused for a bad policy file."""
    keys = KeyFolder(settings.keys)
    vault = Vault(keys, random_bytes)
    return Environment(
        database=open_database(settings.database),
        clock=clock,
        keys=keys,
        vault=vault,
        law=load_law(settings.law),
        random_bytes=random_bytes,
        domain=settings.domain,
        witness_policy=read_policy(settings.policy.read_bytes()) if settings.policy.exists() else None,
    )


def reading_world(settings: Settings, world: Environment) -> Environment:
    """The same world, read from the copy that the settings name; `world` itself where they name none."""
    if not settings.reading_database_url:
        return world
    copy = open_database(settings.reading_database_url, only_reading=True)
    return replace(world, database=world.database.reading_from(copy))


def install(
    settings: Settings, *, clock: Clock = real_clock, random_bytes: RandomBytes = secrets.token_bytes
) -> Environment:
    """The same, with everything made that is not there yet: tables, standing keys, the national log.

    Keys are made for a database without a log only: for any other, a missing key is lost, and a new one would hide it.
    """
    from service.store.migrate import upgrade  # noqa: PLC0415  (a server that starts has no use for Alembic)

    make_folder(settings)
    upgrade(settings.database)
    founded = is_founded(settings)
    if not founded:
        KeyFolder(settings.keys).make_standing(random_bytes)
    world = environment(settings, clock=clock, random_bytes=random_bytes)
    if not founded:
        digest = hashlib.sha256(law_text(settings.law).encode()).hexdigest()
        transact(world, CONSOLE, lambda unit: found_installation(unit, law_digest=digest))
    return world


def make_folder(settings: Settings) -> None:
    """The data folder, for the service's account only; and that of an SQLite file elsewhere."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = sa.engine.make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def is_founded(settings: Settings) -> bool:
    """Whether the database holds an installation: it has its tables, and the national log has begun."""
    database = open_database(settings.database)
    try:
        with database.engine.connect() as connection:
            if not sa.inspect(connection).has_table("log"):
                return False
            return connection.execute(sa.select(of(Log).id).where(of(Log).id == NATIONAL)).first() is not None
    finally:
        database.close()


def identity_provider(settings: Settings, world: Environment) -> IdentityProvider | None:
    """The state identity provider of the settings; None where none is set. Raises TypeError for an unknown claim."""
    if not settings.oidc_issuer:
        return None
    told = ProviderSettings(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_scope,
        **settings.oidc_claims,
    )
    return IdentityProvider(told, world.clock)
