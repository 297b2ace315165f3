"""Families and gates that never give up: whatever cuts them off, they send the same request again under the same key.

Run as `python -m tests.crash.client SCENE PORT PASSES LEDGER SEED`. Each acknowledged act becomes a line of the ledger
the moment its answer arrives; an answer that should not have come becomes a line too. It runs until it is ended.
"""

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tests.race.caller import Answered, Caller, new_key
from tests.race.families import ZONE, Family, Scene

PAUSE_SECONDS = 0.05
DAYS_AHEAD = 20
DAYS = 20
SCANS_PER_FAMILY = 2
AGAIN = {"request-in-flight", "someone-was-faster"}
"""Codes of a 409 after which the same request may be sent again."""


class Ledger:
    """Appends lines to a file, each in one write."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, **facts: Any) -> None:
        """One line."""
        os.write(self._file, json.dumps(facts).encode() + b"\n")


class Visitor:
    """One thread of the load: its families book and cancel in turn, and somebody goes in and out of its gate."""

    def __init__(
        self,
        number: int,
        caller: Caller,
        scene: Scene,
        families: Sequence[Family],
        token: str,
        ledger: Ledger,
        seed: str,
    ) -> None:
        self.number, self.caller, self.scene, self.families = number, caller, scene, families
        self.token, self.ledger = token, ledger
        self.chance = random.Random(f"{seed}-{number}")
        self.scans = 0

    def run(self) -> None:
        """Without end."""
        while True:
            booked = []
            for family in self.families:
                booked.append((family, self.book(family)))
                for _ in range(SCANS_PER_FAMILY):
                    self.scan()
                if self.chance.random() < 0.3:
                    self.cancel(*booked.pop())
            for family, appointment in booked:
                self.cancel(family, appointment)

    def book(self, family: Family) -> str:
        """The family holds a place and asks for the appointment."""
        day = datetime.now(UTC).astimezone(ZONE).date() + timedelta(days=DAYS_AHEAD + self.chance.randrange(DAYS))
        hold = self.insist("held", 201, lambda key: self.caller.hold(family, self.scene.hall, day, key=key))
        appointment: str = hold["appointment"]
        self.insist("requested", 201, lambda key: self.caller.request(family, appointment, key=key), appointment)
        return appointment

    def cancel(self, family: Family, appointment: str) -> None:
        """The family gives up what it has."""
        self.insist("cancelled", 200, lambda key: self.caller.cancel(family, appointment, key=key), appointment)

    def scan(self) -> None:
        """Somebody goes in, or out again."""
        direction, wanted = (("entry", "admit"), ("exit", "leave"))[self.scans % 2]
        self.scans += 1
        sequence = self.scans
        said = self.insist(
            "scanned",
            200,
            lambda _: self.caller.scan(self.token, sequence, bridge=self.number, direction=direction),
            bridge=self.scene.bridges[self.number][0],
            sequence=sequence,
        )
        if said["verdict"] != wanted:
            self.ledger.write(fault=f"{direction} answered {said}")

    def insist(
        self, act: str, status: int, send: Callable[[str], Answered], appointment: str | None = None, **facts: Any
    ) -> dict[str, Any]:
        """Sends one request until it is answered; what the answer says goes into the ledger."""
        key = new_key()
        tries = 0
        while True:
            tries += 1
            try:
                answered = send(key)
            except (OSError, HTTPException):
                time.sleep(PAUSE_SECONDS)
                continue
            if answered.status == status:
                body = answered.body
                self.ledger.write(
                    act=act,
                    key=key,
                    tries=tries,
                    replayed=answered.replayed,
                    appointment=appointment or body.get("appointment"),
                    answer=body,
                    **facts,
                )
                return body
            reasons = {answered.body.get("code"), *(one["code"] for one in answered.body.get("reasons", ()))}
            if answered.status != 503 and not (answered.status == 409 and reasons & AGAIN):
                self.ledger.write(fault=f"{act} answered {answered.status}: {answered.body}")
            time.sleep(PAUSE_SECONDS)


def main(scene: str, port: str, passes: str, ledger: str, seed: str) -> None:
    """See the module."""
    known, tokens, lines = Scene.read(Path(scene)), json.loads(Path(passes).read_text()), Ledger(Path(ledger))
    many = len(tokens)
    for number, token in enumerate(tokens):
        share = known.families[many + number :: many]
        visitor = Visitor(number, Caller(int(port), known), known, share, token, lines, seed)
        threading.Thread(target=visitor.run, daemon=True).start()
    parent = os.getppid()
    while os.getppid() == parent:  # a test run that is killed leaves nobody behind
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
