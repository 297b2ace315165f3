"""The service's side of journals in the simulation: the real rule of continuation, and signatures that cost little."""

from collections.abc import Sequence
from hashlib import blake2b

from firmware_bridge.channel import Registered, Through
from firmware_bridge.identity import JOURNAL_CONTEXT, Identity
from firmware_bridge.link import NoAnswer
from service.domain.bridge_journal import NOTHING_BEFORE, Entry, Refused, continue_journal
from tests.bridge.simulation.machine import Fate, Network, Way

OWN = Identity.of(b"a" * 32, b"b" * 32)
VERIFIER = "kezdesu.example/la-155-8+b80b4cea+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


def quick(signed: bytes) -> bytes:
    """Stands for Ed25519, whose octets it has: thousands of seeds sign millions of entries."""
    return blake2b(JOURNAL_CONTEXT + signed, key=b"a bridge").digest()


def is_signed(signed: bytes, signature: bytes) -> bool:
    return blake2b(signed, key=b"a bridge").digest() == signature


class Journals:
    """What the service has of each bridge's journal, and what it refused."""

    def __init__(self) -> None:
        self.taken: dict[str, list[Entry]] = {}
        self._digests: dict[str, dict[int, str]] = {}
        self.refused: list[tuple[str, Refused]] = []

    def take(self, device: str, entries: Sequence[bytes]) -> int | None:
        """How far the journal is here; None when an entry was refused."""
        have, known = self.taken.setdefault(device, []), self._digests.setdefault(device, {})
        done = continue_journal(entries, len(have), known.get(len(have), NOTHING_BEFORE), known, is_signed)
        have.extend(done.new)
        known.update((entry.number, entry.digest) for entry in done.new)
        if done.refused is not None:
            self.refused.append((device, done.refused))
            return None
        return done.through


class Post:
    """A bridge's channel over the same network as its questions."""

    def __init__(self, way: Way, fate: Fate, journals: Journals, device: str) -> None:
        self._way, self._fate, self._journals, self._device = way, fate, journals, device

    def register(self, identity: Identity, journal: str) -> Registered | NoAnswer:
        return self._there() or Registered(bytes(16), True, VERIFIER)

    def upload(self, entries: Sequence[bytes]) -> Through | NoAnswer:
        away = self._there()
        if away is not None:
            return away
        through = self._journals.take(self._device, entries)
        self._fate.step()
        if self._way.network is Network.ANSWERS_LOST:
            return NoAnswer("no answer in time")
        return NoAnswer("the service answered 409", lasting=True) if through is None else Through(through)

    def bundle(self) -> bytes | NoAnswer:
        return NoAnswer("this simulation's gates have their keys from their settings")

    def _there(self) -> NoAnswer | None:
        self._fate.step()
        if self._way.network in (Network.DOWN, Network.SLOW):
            return NoAnswer("connection refused")
        return None
