"""The carrier and the workers as processes of their own, on a clock that runs faster than the wall's."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from service.gateways.mail import LocalMail
from service.jobs.delivering import Deliverer, Suppliers
from tests.builders import make_environment
from tests.carrier.carrier import Carrier, listen
from tests.carrier.gateway import twilio_sms

_DIRECT = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class FastClock:
    """Begins at `start` and runs `speed` times as fast as the wall's, in every process alike."""

    start: datetime
    speed: float
    begun: float = field(default_factory=time.time)

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=(time.time() - self.begun) * self.speed)


def carry(clock: Callable[[], datetime], seed: int, behaviour: dict[str, Any], told: Connection) -> None:
    """A carrier's process: tells its port, and serves until it is killed."""
    server = listen(Carrier(clock, random.Random(seed), **behaviour))
    told.send(server.server_address[1])
    server.serve_forever()


def control(base: str, **told: Any) -> dict[str, Any]:
    """Tells a carrier how to behave; or, told nothing, answers what it took."""
    data = json.dumps(told).encode() if told else None
    with _DIRECT.open(Request(f"{base}/control", data), timeout=60) as answer:
        answered: dict[str, Any] = json.loads(answer.read())
        return answered


def work(url: str, keys: Path, clock: Callable[[], datetime], carrier: str, letters: Path, timeout: float) -> None:
    """A worker's process: delivers turn after turn until it is killed."""
    environment = make_environment(url, keys, clock)
    deliverer = Deliverer(Suppliers(twilio_sms(carrier, timeout=timeout), LocalMail(letters, clock)))
    while True:
        if not deliverer.turn(environment):
            time.sleep(0.05)
