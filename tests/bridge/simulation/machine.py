"""The machine a bridge runs on: it may die at any line, its disk may be full, its clock wrong, its network gone."""

import errno
from enum import Enum
from random import Random

from firmware_bridge.fakes import FakeClock, FakePort
from firmware_bridge.link import Answer, NoAnswer, OneByOne, Question
from tests.bridge.simulation.service import Service


class Died(BaseException):
    """The machine stops here. No `except Exception` of the bridge sees it."""


class Network(Enum):
    """What becomes of a question."""

    UP = "up"
    DOWN = "down"
    ANSWERS_LOST = "answers-lost"
    SLOW = "slow"


class Fate:
    """Dies at the n-th step from now, or never."""

    def __init__(self) -> None:
        self.steps: int | None = None

    def step(self) -> None:
        if self.steps is not None:
            self.steps -= 1
            if self.steps <= 0:
                self.steps = None
                raise Died


class Disk:
    """A journal's file. What was not synced may be gone, in part or as zeros, after a power cut."""

    def __init__(self, fate: Fate) -> None:
        self.written = bytearray()
        self.durable = b""
        self.full = False
        self._fate = fate

    def read(self) -> bytes:
        return bytes(self.written)

    def read_at(self, place: int, length: int) -> bytes:
        return bytes(self.written[place : place + length])

    def append(self, octets: bytes) -> None:
        self._fate.step()
        if self.full:
            self.written += octets[: len(octets) // 3]
            raise OSError(errno.ENOSPC, "No space left on device")
        self.written += octets[: len(octets) // 2]
        self._fate.step()
        self.written += octets[len(octets) // 2 :]
        self._fate.step()

    def cut(self, length: int) -> None:
        self._fate.step()
        del self.written[length:]

    def sync(self) -> None:
        self._fate.step()
        if self.full:
            raise OSError(errno.EIO, "Input/output error")
        self.durable = bytes(self.written)
        self._fate.step()

    def lose_power(self, random: Random) -> None:
        """Only what was synced is sure to be there."""
        tail = bytes(self.written[len(self.durable) :])
        kept = tail[: random.randint(0, len(tail))]
        left = self.durable + kept + (bytes(random.randint(0, 40)) if random.random() < 0.3 else b"")
        self.written, self.durable = bytearray(left), left


class Way(OneByOne):
    """The network between a bridge and the service."""

    def __init__(self, service: Service, device: str, clock: FakeClock, fate: Fate) -> None:
        self.network = Network.UP
        self._service = service
        self._device = device
        self._clock = clock
        self._fate = fate

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        self._fate.step()
        if self.network is Network.DOWN:
            return NoAnswer("connection refused")
        if self.network is Network.SLOW:
            self._clock.sleep(within)
            return NoAnswer("no answer in time")
        answer = self._service.ask(self._device, question)
        self._fate.step()
        if self.network is Network.ANSWERS_LOST:
            self._clock.sleep(within)
            return NoAnswer("no answer in time")
        return answer


class DyingPort(FakePort):
    """The line to a reader. The machine may die before the answer is on it."""

    def __init__(self, clock: FakeClock, fate: Fate) -> None:
        super().__init__(clock)
        self._fate = fate

    def write(self, octets: bytes) -> bool:
        self._fate.step()
        return super().write(octets)
