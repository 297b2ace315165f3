"""A gate bridge beside the service's use cases: its identity, its journal, and how it tells of them."""

from collections.abc import Sequence
from typing import Any

from firmware_bridge.fakes import MemoryFile
from firmware_bridge.identity import Identity
from firmware_bridge.journal import Journal
from service.app.bridge_register import Registered, register_key
from service.app.journal_take import Taken, take_journal
from tests.cast import MEDIUM, World

NAME = "0123456789abcdef"
AT = "2026-03-02T04:00:00+00:00"


def identity(number: int = 1) -> Identity:
    """The keys of one of several bridges."""
    return Identity.of(bytes([number]) * 32, bytes([number + 100]) * 32)


def register(world: World, own: Identity | None = None, journal: str = NAME) -> Registered:
    own = own or identity()
    return world.run(
        world.bridge(MEDIUM),
        lambda unit: register_key(
            unit,
            journal=journal,
            signing_key=own.signing_public,
            sealing_key=own.sealing_public,
            claim=own.claim(journal),
        ),
    )


def journal(own: Identity | None = None, *facts: dict[str, Any], count: int = 5) -> Journal:
    """A journal in memory with those facts, or some heartbeats."""
    made = Journal(MemoryFile(), (own or identity()).sign)
    for one in facts or [{"kind": "heartbeat", "at": AT, "n": number} for number in range(count)]:
        made.append(one)
    return made


def upload(world: World, entries: Sequence[bytes]) -> Taken:
    return world.run(world.bridge(MEDIUM), lambda unit: take_journal(unit, entries))
