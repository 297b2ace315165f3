"""The slip for a request: its number, when it was said, by when it is answered, and where to check it. No name."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from firmware_bridge.actuate.escpos import Slip, Words
from kiosk.words import moment, said


def request_slip(answer: Mapping[str, Any], language: str, zone: ZoneInfo, institution: str, public: str = "") -> Slip:
    """What is printed for an acknowledged request; nobody who finds it learns whose it is.

    `public` is the address of the families' pages: a short link under it shows the receipt to whoever holds the slip.
    """
    received = datetime.fromisoformat(answer["received_at"])
    before = [
        Words(institution),
        Words(said(language, "slip.number", number=answer["number"]), big=True),
        Words(said(language, "slip.received", at=moment(language, received, zone))),
    ]
    if answer.get("decide_by"):
        due = datetime.fromisoformat(answer["decide_by"])
        before.append(Words(said(language, "slip.decide_by", at=moment(language, due, zone))))
    link = short_link(public, answer["id"]) if public else ""
    after = [Words(said(language, "slip.check")), Words(link)] if link else []
    code = link or f"kezdesu:request:{answer['id']}"
    return Slip(before=before, code=code, after=[*after, Words(said(language, "slip.keep"))])


def waiting_slip(number: int, asked_at: datetime, language: str, zone: ZoneInfo, institution: str) -> Slip:
    """What is printed for a request that waits for the line: the kiosk's own count, and nothing else is known yet."""
    return Slip(
        before=[
            Words(institution),
            Words(said(language, "slip.waiting", number=number), big=True),
            Words(said(language, "slip.kept", at=moment(language, asked_at, zone))),
        ],
        code="",
        after=[Words(said(language, "slip.sent_later")), Words(said(language, "slip.keep"))],
    )


def short_link(public: str, request: str) -> str:
    """The link under which the receipt of a request or letter is shown: 22 signs after the address."""
    code = base64.urlsafe_b64encode(UUID(request).bytes).decode().rstrip("=")
    return f"{public.rstrip('/')}/k/{code}"
