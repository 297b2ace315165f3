"""What a gate judges by: the keys and withdrawals of the newest bundle, and of the settings."""

from collections.abc import Callable, Mapping

from firmware_bridge.bundle import Bundle
from firmware_bridge.decide import GateRules
from firmware_bridge.passes import PublicKey
from firmware_bridge.today import Today


class Rules:
    """The rules of each gate zone, made anew when another bundle has come; safe from several threads."""

    def __init__(
        self, institution: int, keys: Mapping[int, PublicKey], revoked: Callable[[bytes], bool], today: Today
    ) -> None:
        self._institution, self._keys, self._revoked, self._today = institution, keys, revoked, today
        self._made: tuple[Bundle | None, dict[int, GateRules]] = None, {}

    def at(self, zone: int) -> GateRules:
        """Those of a zone, now."""
        bundle, (of, by_zone) = self._today.bundle, self._made
        if of is not bundle:
            by_zone = {}
            self._made = bundle, by_zone
        found = by_zone.get(zone)
        if found is None:
            found = by_zone[zone] = self._from(bundle, zone)
        return found

    def _from(self, bundle: Bundle | None, zone: int) -> GateRules:
        is_set_revoked = self._revoked
        if bundle is None:
            return GateRules(self._institution, zone, self._keys, is_set_revoked)
        withdrawn = bundle.revoked
        return GateRules(
            self._institution, zone, bundle.keys, lambda pass_id: is_set_revoked(pass_id) or pass_id in withdrawn
        )
