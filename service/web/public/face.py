"""What the pages of the relatives' site share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from service.web.call_room import CallRooms
from service.web.face import Face
from service.web.settings import WebSettings

CONSENT_VERSION = "2026-1"
"""The version of the consent that `templates/public/consent_words.html` words."""


@dataclass(frozen=True)
class PublicFace(Face):
    """The pages under construction. `send_code` hands a one-time code over to be sent, given its id."""

    settings: WebSettings
    send_code: Callable[[str], None]
    calls: CallRooms = field(default_factory=CallRooms)
