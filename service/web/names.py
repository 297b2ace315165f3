"""What codes are called on pages: kinds, ties, states, roles. English sentences, translated where they are shown."""

from collections.abc import Mapping

from service.app.appointment_weigh import Wish
from service.web.messages import N_, Message

KINDS: Mapping[str, Message] = {
    "long": N_("Long visit"),
    "short": N_("Short visit"),
    "video": N_("Visit by video"),
    "call": N_("Telephone call"),
    "video_call": N_("Video call"),
    "lawyer": N_("Meeting with a lawyer"),
    "marriage_registration": N_("Registration of marriage"),
}
"""Kinds of appointments as people know them; a short visit by video is "video"."""

BOOKABLE: Mapping[str, Wish] = {
    "long": Wish("long"),
    "short": Wish("short"),
    "video": Wish("short", by_video=True),
}
"""What relatives book themselves."""

NEED_NAMES: Mapping[str, Message] = {
    "wheelchair": N_("a wheelchair, or steps are hard"),
    "hard-of-hearing": N_("hears badly"),
    "sign-language": N_("sign language"),
    "poor-sight": N_("sees badly"),
    "pregnancy": N_("pregnant"),
    "infant": N_("a baby: place to feed and change"),
    "medicine-at-hand": N_("medicine that must stay at hand"),
}
"""What a party needs, by the code of `service.domain.party_needs`."""
BRING_NAMES: Mapping[str, Message] = {
    "food": N_("food"),
    "clothes": N_("clothes and shoes"),
    "hygiene": N_("things for washing"),
    "books": N_("books and newspapers"),
    "stationery": N_("paper, pens, envelopes"),
    "medicine": N_("medicine, for the medical unit"),
}
"""What a parcel holds, by the same codes."""

HOUSES: Mapping[str, Message] = {
    "minimum": N_("Institution of minimum security"),
    "medium": N_("Institution of medium security"),
    "maximum": N_("Institution of maximum security"),
    "extreme": N_("Institution of extreme security"),
    "complete": N_("Institution of complete security"),
    "mixed": N_("Institution of mixed security"),
    "juvenile": N_("Institution for juveniles"),
    "remand": N_("Remand centre"),
    "awaiting-dispatch": N_("Waiting to be sent to an institution"),
}
"""Types of institutions, by the names of the law file."""
CONDITIONS: Mapping[str, Message] = {
    "regular": N_("Regular conditions"),
    "light": N_("Light conditions"),
    "preferential": N_("Preferential conditions"),
    "strict": N_("Strict conditions"),
    "kept-for-order": N_("Left for housekeeping work"),
    "adult": N_("Adults"),
    "juvenile": N_("Juveniles"),
    "-": N_("Everybody"),
}

KIND_ICONS = {"long": "home", "short": "people", "video": "video"}

TIES: Mapping[str, Message] = {
    "spouse": N_("husband or wife"),
    "parent": N_("mother or father"),
    "child": N_("son or daughter"),
    "adoptive-parent": N_("adoptive parent"),
    "adopted-child": N_("adopted child"),
    "full-sibling": N_("brother or sister"),
    "half-sibling": N_("half-brother or half-sister"),
    "grandparent": N_("grandmother or grandfather"),
    "grandchild": N_("grandson or granddaughter"),
    "great-grandparent": N_("great-grandparent"),
    "great-grandchild": N_("great-grandchild"),
    "aunt-or-uncle": N_("aunt or uncle"),
    "niece-or-nephew": N_("niece or nephew"),
    "cousin": N_("cousin"),
    "relative": N_("other relative"),
    "co-parent": N_("parent of a common child"),
    "in-law": N_("relative by marriage"),
    "guardian": N_("guardian"),
    "betrothed": N_("betrothed"),
    "lawyer": N_("lawyer"),
    "doctor": N_("doctor"),
    "other": N_("friend or acquaintance"),
}
"""What the person outside is to the convict."""

OF_FAMILIES = tuple(tie for tie in TIES if tie not in ("lawyer", "doctor"))
"""Ties that families claim themselves."""

STATES: Mapping[str, Message] = {
    "held": N_("The place is kept for you"),
    "requested": N_("Waiting for the decision"),
    "granted": N_("Granted"),
    "underway": N_("The visit is under way"),
    "completed": N_("The visit has taken place"),
    "no_show": N_("Nobody came"),
    "refused": N_("Refused"),
    "cancelled": N_("Cancelled"),
    "lapsed": N_("The place was given back"),
}
STATE_PICTURES = {
    "held": "attention", "requested": "waiting", "granted": "granted", "underway": "granted", "completed": "over",
    "no_show": "over", "refused": "refused", "cancelled": "over", "lapsed": "over",
}  # fmt: skip

QUEUE_STATES: Mapping[str, Message] = {
    "waiting": N_("You are in the queue"),
    "offered": N_("A place was offered to you"),
    "left": N_("You left the queue"),
    "passed": N_("Your turn has passed"),
    "closed": N_("The queue is closed"),
}
QUEUE_PICTURES = {
    "waiting": "waiting", "offered": "granted", "left": "over", "passed": "refused", "closed": "over",
}  # fmt: skip

TIE_STATES: Mapping[str, Message] = {
    "claimed": N_("Waiting for the convict's answer"),
    "accepted": N_("The convict has agreed; a registry officer checks the papers"),
    "verified": N_("The papers are checked; a second officer confirms"),
    "confirmed": N_("Confirmed"),
    "declined": N_("The convict has not agreed"),
    "refused": N_("Not confirmed"),
    "revoked": N_("No longer in force"),
    "withdrawn": N_("Withdrawn by you"),
}

DISPUTES: Mapping[str, Message] = {
    "did-not-happen": N_("This did not happen"),
    "was-not-there": N_("I was not there"),
    "unknown-person": N_("I do not know this person"),
    "other-time": N_("It was at another time"),
    "not-asked-for": N_("I did not ask for this"),
    "other": N_("Something else is wrong"),
}
OUTCOMES: Mapping[str, Message] = {
    "record-stands": N_("The record is right"),
    "record-was-wrong": N_("The record was wrong"),
    "sent-to-prosecutor": N_("Sent to the prosecutor"),
    "kept": N_("It stays as it is"),
    "moved": N_("It was moved"),
    "cancelled": N_("It was cancelled"),
}


def kind_name(kind: str, by_video: bool) -> Message:
    """What an appointment of this kind is called."""
    return KINDS["video" if by_video and kind == "short" else kind]
