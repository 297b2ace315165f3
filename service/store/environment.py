"""What a use case is handed: database, clock, keys, law, randomness. Made once by `service.bootstrap`, or by a test."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from service.domain.law import Law
from service.record.policy import Policy
from service.store.engine import Database
from service.store.keys import KeyFolder, RandomBytes
from service.store.vault import Vault

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Environment:
    """The outside world of the use cases.

    `clock` returns aware moments; `domain` begins every log's origin; `witness_policy` names who watches the logs.
    """

    database: Database
    clock: Clock
    keys: KeyFolder
    vault: Vault
    law: Law
    random_bytes: RandomBytes
    domain: str = "kezdesu.kz"
    witness_policy: Policy | None = None

    def new_id(self) -> str:
        """128 random bits as 32 hexadecimal digits."""
        return self.random_bytes(16).hex()

    def at(self, clock: Clock) -> Self:
        """The same world at another time; for tests and simulations."""
        return replace(self, clock=clock)
