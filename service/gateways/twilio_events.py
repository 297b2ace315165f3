"""Events of Twilio's conferences and video rooms, as forms that Twilio has signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from service.gateways.call_events import SupplierSaid, What
from service.gateways.twilio_signature import TwilioSignature
from service.gateways.twilio_voice import conference_name, seat_of

LONGEST = 80


@dataclass(frozen=True)
class TwilioVoiceEvents:
    """Events of a conference, in a form."""

    signature: TwilioSignature
    words: Mapping[str, What] = field(
        default_factory=lambda: {"participant-join": "came", "participant-leave": "went", "conference-end": "over"}
    )

    def read(
        self, *, call: str, target: str, headers: Mapping[str, str], form: Mapping[str, str], body: bytes
    ) -> SupplierSaid | None:
        """See `CallEventReader.read`."""
        said = self.signature.check(target=target, headers=headers, form=form, body=body)
        what = None if isinstance(said, str) else self.words.get(str(said.get("StatusCallbackEvent")))
        if isinstance(said, str) or what is None or said.get("FriendlyName") != conference_name(call):
            return None
        reference = _reference(said.get("ConferenceSid"), said.get("SequenceNumber"))
        at = parsedate_to_datetime(str(said.get("Timestamp"))).astimezone(UTC)
        if what == "over":
            return SupplierSaid(call, reference, what, at)
        party, seat = seat_of(str(said.get("ParticipantLabel") or ""), str(said.get("CallSid") or ""))
        return SupplierSaid(call, reference, what, at, party, seat)


@dataclass(frozen=True)
class TwilioVideoEvents:
    """Events of a video room, in a form."""

    signature: TwilioSignature
    words: Mapping[str, What] = field(
        default_factory=lambda: {
            "participant-connected": "came",
            "participant-disconnected": "went",
            "room-ended": "over",
        }
    )

    def read(
        self, *, call: str, target: str, headers: Mapping[str, str], form: Mapping[str, str], body: bytes
    ) -> SupplierSaid | None:
        """See `CallEventReader.read`."""
        said = self.signature.check(target=target, headers=headers, form=form, body=body)
        what = None if isinstance(said, str) else self.words.get(str(said.get("StatusCallbackEvent")))
        if isinstance(said, str) or what is None or said.get("RoomName") != conference_name(call):
            return None
        at = datetime.fromisoformat(str(said.get("Timestamp"))).astimezone(UTC)
        reference = _reference(said.get("RoomSid"), said.get("SequenceNumber"))
        if what == "over":
            return SupplierSaid(call, reference, what, at)
        return SupplierSaid(call, reference, what, at, *seat_of(str(said.get("ParticipantIdentity") or ""), ""))


def _reference(room: object, number: object) -> str:
    """Room and number: both, and no longer than any supplier writes them. Raises ValueError."""
    if not room or not number or len(f"{room}:{number}") > LONGEST:
        raise ValueError("an event without its number")
    return f"{room}:{number}"
