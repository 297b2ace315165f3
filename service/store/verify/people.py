"""The keys of people, and what the openings show of an event's commitments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from service.record.commitment import matches
from service.record.fold import Shown
from service.record.leaf import Leaf, read_leaf
from service.record.refusals import RecordRefused
from service.store.openings import open_opening
from service.store.tables import NATIONAL
from service.store.vault import PersonKey, Unsealable, Vault
from service.store.verify.finding import Finding
from service.store.verify.raw import Raw

ERASED = "person.erased"


class People:
    """Who can be read: the keys as the database holds them, unwrapped when first asked for.

    Without a vault nobody can be read, and what stands behind commitments stays unchecked.
    """

    def __init__(self, vault: Vault | None, wrapped: Mapping[str, object], erased: Iterable[str] = ()) -> None:
        self.vault = vault
        self.erased = frozenset(erased)
        self._wrapped = wrapped
        self._keys: dict[str, PersonKey | None] = {}

    def key(self, person: object) -> PersonKey | None:
        """The key of a person, or None where it cannot be unwrapped."""
        if self.vault is None or not isinstance(person, str):
            return None
        if person not in self._keys:
            self._keys[person] = self._unwrapped(self.vault, person)
        return self._keys[person]

    def _unwrapped(self, vault: Vault, person: str) -> PersonKey | None:
        wrapped = self._wrapped.get(person)
        if not isinstance(wrapped, bytes):
            return None
        try:
            return vault.unwrap(person, wrapped)
        except Unsealable:
            return None


def read_people(raw: Raw, vault: Vault | None) -> People:
    """The people of a database. Who was erased is what the national log says, not what the row says."""
    wrapped = dict(raw.rows("SELECT id, wrapped_key FROM person", many=True)) if vault else {}
    erased: set[str] = set()
    for (leaf,) in raw.rows("SELECT leaf FROM event WHERE log_id = ? AND type = ?", NATIONAL, ERASED):
        try:
            erased.update(read_leaf(leaf).set.get("person", {}))
        except (RecordRefused, TypeError):
            continue  # the walk through the log names it
    return People(vault, wrapped, erased)


class Opener:
    """Opens the openings of events, one after another, and names what is wrong with them."""

    def __init__(self, people: People) -> None:
        self._people = people
        self.count = 0

    def shown(self, leaf: Leaf, openings: Sequence[tuple[object, object]], faults: list[Finding]) -> dict[str, Shown]:
        """What stands behind each commitment of an event, by path; `openings` are its people and sealed bytes."""
        commitments = leaf.commitments()
        found: dict[str, Shown] = {}
        sealed_for: set[str] = set()
        if self._people.vault is None:
            return found
        for person, sealed in openings:
            self.count += 1
            if person in self._people.erased and isinstance(person, str):
                sealed_for.add(person)
                continue
            for code, path in self._open(leaf, person, sealed, commitments, found):
                faults.append(Finding(code, leaf.log, leaf.number, "opening", str(person), detail=path))
        unread = commitments.keys() - found.keys()
        if bool(unread) != bool(sealed_for):
            code = "opening.missing" if unread else "opening.unexpected"
            faults.append(Finding(code, leaf.log, leaf.number, "opening", detail=", ".join(sorted(unread)) or None))
        still = Shown(None, None, frozenset(sealed_for))
        found.update(dict.fromkeys(unread, still))
        return found

    def _open(
        self, leaf: Leaf, person: object, sealed: object, commitments: Mapping[str, str], found: dict[str, Shown]
    ) -> Iterator[tuple[str, str | None]]:
        key = self._people.key(person)
        if key is None:
            yield "opening.key", None
            return
        if not isinstance(sealed, bytes):
            yield "opening.sealed", None
            return
        try:
            opening = open_opening(key, leaf.log, leaf.number, sealed)
        except (Unsealable, ValueError, TypeError, AttributeError):
            yield "opening.sealed", None
            return
        if not opening:
            yield "opening.unexpected", None
        for path, (salt, value) in opening.items():
            if path not in commitments or path in found:
                yield "opening.unexpected", path
            elif not _matches(commitments[path], salt, value):
                yield "opening.commitment", path
            elif path.startswith("by/") and value != key.person:
                yield "opening.person", path
            else:
                found[path] = Shown(key.person, value)


def _matches(commitment: str, salt: bytes, value: object) -> bool:
    try:
        return matches(commitment, salt, value)
    except RecordRefused:
        return False
