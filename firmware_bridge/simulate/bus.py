"""A half-duplex line in arithmetic: ten bit times to the octet, loss, flipped bits, cuts, and garbled overlaps.

Time is passed in, so that it runs as fast as a test wants or as slowly as a real line.
"""

from dataclasses import dataclass
from random import Random

BITS = 10


@dataclass(slots=True)
class _Octet:
    sender: int
    begins: float
    ends: float
    value: int
    lost: bool = False


class Bus:
    """A line that several nodes hear. Nodes are numbers; nobody hears himself. `random` makes the faults repeatable."""

    def __init__(self, baud: int, random: Random, *, dropped: float = 0.0, flipped: float = 0.0) -> None:
        self.dropped = dropped
        self.flipped = flipped
        self._time = BITS / baud
        self._random = random
        self._flying: list[_Octet] = []
        self._free: dict[int, float] = {}
        self._cut: set[int] = set()

    def cut(self, *nodes: int) -> None:
        """Pulls these nodes off the line; what they say is lost, and what is on the line does not reach them."""
        self._cut.update(nodes)

    def mend(self, *nodes: int) -> None:
        """Puts them back."""
        self._cut.difference_update(nodes)

    def send(self, sender: int, octets: bytes, now: float) -> None:
        """Puts octets on the line, after what the sender is still sending."""
        begins = max(now, self._free.get(sender, 0.0))
        others = [flying for flying in self._flying if flying.sender != sender and sender not in self._cut]
        for value in octets:
            octet = _Octet(sender, begins, begins + self._time, value, lost=sender in self._cut)
            self._spoil(octet)
            for other in others:
                if other.begins < octet.ends and octet.begins < other.ends:
                    other.value ^= self._random.randrange(1, 256)
                    octet.value ^= self._random.randrange(1, 256)
            self._flying.append(octet)
            begins = octet.ends
        self._free[sender] = begins
        self._flying.sort(key=lambda octet: octet.ends)

    def arrived(self, now: float) -> list[tuple[int, bytes]]:
        """What has come through by now: the sender and his octets, in the order of the line."""
        found: list[tuple[int, bytes]] = []
        count = 0
        for octet in self._flying:
            if octet.ends > now:
                break
            count += 1
            if octet.lost or octet.sender in self._cut:
                continue
            if found and found[-1][0] == octet.sender:
                found[-1] = (octet.sender, found[-1][1] + bytes([octet.value]))
            else:
                found.append((octet.sender, bytes([octet.value])))
        del self._flying[:count]
        return found

    def hears(self, node: int, sender: int) -> bool:
        """Whether what the sender said reaches this node."""
        return node != sender and node not in self._cut

    def next(self) -> float | None:
        """When the next octet arrives; None while the line is silent."""
        return self._flying[0].ends if self._flying else None

    def _spoil(self, octet: _Octet) -> None:
        if self.dropped and self._random.random() < self.dropped:
            octet.lost = True
        if self.flipped and self._random.random() < self.flipped:
            octet.value ^= 1 << self._random.randrange(8)
