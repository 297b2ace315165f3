"""A gate with its screen and a day's list, without a service: the list is sealed as the service seals it."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image, ImageDraw

from firmware_bridge.actuate.relay import Relay, framed
from firmware_bridge.bundle import CONTEXT, HEAD, MAGIC, seal_key
from firmware_bridge.decide import Decision
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.identity import Identity
from firmware_bridge.journal import Journal
from firmware_bridge.link import Link, NoLink
from firmware_bridge.release import Releases
from firmware_bridge.screen.screen import Screen
from firmware_bridge.screen.server import LoopbackServer
from firmware_bridge.today import Today
from tests.bridge.cast import IN, JOURNAL, MIDDAY, OUT, token
from tests.passes.vectors import VALID_FROM, VALID_UNTIL, VISIT, public

BRIDGE = bytes(range(16))
SERVICE = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
PINS = {"officer-1": "2580", "officer-2": "1379"}
_CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
VERIFIERS = {officer: _CHEAP.hash(pin) for officer, pin in PINS.items()}
NAMES = ["Айгүл Бекболатқызы С.", "Пётр К.", "Сәуле Ж.", "Марат Т.", "Дина О."]
TIES = ["parent", "half-sibling", "spouse", "grandparent", "aunt-or-uncle"]


def picture() -> bytes:
    """A photograph's size and kind."""
    drawn = Image.new("RGB", (240, 300), "#c9d3da")
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((75, 50, 165, 160), fill="#8b6f5c")
    pen.ellipse((30, 180, 210, 400), fill="#3b4a5c")
    file = BytesIO()
    drawn.save(file, "JPEG")
    return file.getvalue()


def facts(visitors: int = 5) -> dict[str, Any]:
    """The contents of a list: visitors of the afternoon, the first with a photograph, two officers."""
    day = timedelta(hours=24)
    return {
        "institution": VISIT.institution,
        "time_zone": "Asia/Almaty",
        "gates": [{"gate": IN.gate, "zone": IN.gate_zone, "name": "КПП-1"}],
        "keys": [
            {
                "id": 1,
                "public": public(1).hex(),
                "valid_from": VALID_FROM.isoformat(),
                "valid_until": VALID_UNTIL.isoformat(),
            }
        ],
        "revoked": [],
        "expected": [
            {
                "pass": number.to_bytes(16, "big").hex(),
                "zone": IN.gate_zone,
                "name": NAMES[number % len(NAMES)],
                "relation": TIES[number % len(TIES)],
                "convict": "Ерлан Сейітқазыұлы С.",
                "room": f"{number % 4 + 1}-бөлме",
                "starts_at": (MIDDAY + timedelta(minutes=30 * number)).isoformat(),
                "ends_at": (MIDDAY + 2 * day).isoformat(),
                "not_before": (MIDDAY - timedelta(hours=1)).isoformat(),
                "not_after": (MIDDAY + 2 * day).isoformat(),
                "children": number % 3,
                "photo": b64encode(picture()).decode() if number == 0 else None,
            }
            for number in range(visitors)
        ],
        "officers": [
            {"officer": "officer-1", "name": "Ә. Досжанов", "pin": VERIFIERS["officer-1"]},
            {"officer": "officer-2", "name": "Н. Петрова", "pin": VERIFIERS["officer-2"]},
        ],
    }


def sealed(contents: dict[str, Any], to: Identity, at: datetime, number: int = 1) -> bytes:
    """The octets of a list, from its table."""
    own = X25519PrivateKey.generate()
    theirs, nonce = own.public_key().public_bytes_raw(), bytes(12)
    head = HEAD.pack(MAGIC, BRIDGE, number, int(at.timestamp() * 1000), theirs, nonce)
    secret = seal_key(own.exchange(to.sealing.public_key()), theirs + to.sealing_public)
    signed = head + AESGCM(secret).encrypt(nonce, json.dumps(contents).encode(), head)
    return signed + SERVICE.sign(CONTEXT + signed)


@dataclass
class Stage:
    """The screen's address, and what stands behind it. `scan` shows the pass of a visitor at a reader."""

    clock: FakeClock
    today: Today
    identity: Identity
    gatehouse: Gatehouse
    relay: Relay
    file: MemoryFile
    address: str = ""
    screen: Screen | None = field(default=None, repr=False)

    def scan(self, visitor: int, place: Place = IN) -> Decision:
        return self.gatehouse.decide(
            place, token(visitor, not_before=MIDDAY - timedelta(hours=1), not_after=MIDDAY + timedelta(hours=48))
        )

    def kinds(self) -> list[str]:
        return [record.facts["kind"] for record in Journal(MemoryFile(self.file.durable)).taken_over()]

    def last(self) -> dict[str, Any]:
        return dict(Journal(MemoryFile(self.file.durable)).taken_over()[-1].facts)


@contextmanager
def stage(*, visitors: int = 5, with_list: bool = True, link: Link | None = None) -> Iterator[Stage]:
    """A gate at midday, served on loopback while the block lasts."""
    clock, file = FakeClock(MIDDAY), MemoryFile()
    identity = Identity.of(bytes([1]) * 32, bytes([2]) * 32)
    today = Today(clock, identity=identity, service=SERVICE.public_key(), bridge=BRIDGE)
    if with_list:
        today.take(sealed(facts(visitors), identity, clock.now().astimezone(UTC)))
    gatehouse = Gatehouse(
        VISIT.institution,
        {},
        journal=Journal(file),
        link=link or NoLink(),
        clock=clock,
        new_id=lambda: JOURNAL,
        today=today,
    )
    relay, secrets = Relay(framed(1), 5), count(1)
    screen = Screen(
        today=today,
        gatehouse=gatehouse,
        releases=Releases(gatehouse, today, clock),
        clock=clock,
        places=frozenset((IN, OUT)),
        secret=lambda: f"{next(secrets):032x}",
        doors={IN.gate: ("door-1", relay)},
    )
    server = LoopbackServer(0, screen)
    server.start()
    try:
        yield Stage(clock, today, identity, gatehouse, relay, file, server.url, screen)
    finally:
        server.close()
