"""The slip for a request: its number, when it was said, by when it is answered, and where to check it. No name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from firmware_bridge.actuate.escpos import Slip, Words
from kiosk.words import moment, said


def request_slip(answer: Mapping[str, Any], language: str, zone: ZoneInfo, institution: str) -> Slip:
    """What is printed for an acknowledged request; nobody who finds it learns whose it is."""
    received = datetime.fromisoformat(answer["received_at"])
    before = [
        Words(institution),
        Words(said(language, "slip.number", number=answer["number"]), big=True),
        Words(said(language, "slip.received", at=moment(language, received, zone))),
    ]
    if answer.get("decide_by"):
        due = datetime.fromisoformat(answer["decide_by"])
        before.append(Words(said(language, "slip.decide_by", at=moment(language, due, zone))))
    return Slip(before=before, code=f"kezdesu:request:{answer['id']}", after=[Words(said(language, "slip.keep"))])
