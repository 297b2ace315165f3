"""What requests, alarms, cards and devices of kiosks are called at the desk; translated where they are shown."""

from collections.abc import Mapping

from service.web.messages import N_, Message

ASKED: Mapping[str, Message] = {
    "visit": N_("Visit"),
    "call": N_("Telephone call"),
    "video_call": N_("Video call"),
    "first_visit": N_("Kind of the first visit"),
    "keep_for": N_("Whom the next visit is kept for"),
    "long_to_short": N_("A short visit in place of a long one"),
    "record_copy": N_("A copy of his record"),
}
PURPOSES: Mapping[str, Message] = {
    "legal": N_("legal help"),
    "medical": N_("medical help"),
    "exceptional": N_("exceptional circumstances"),
}
HOW: Mapping[str, Message] = {
    "visit": N_(
        "Granting tells the convict that this visit may be booked. The relative books it on the families' pages, and"
        " the request is decided there; a visit that is booked already can be named here."
    ),
    "call": N_(
        "Granting tells the convict that this call will take place. It is booked for a free hour of calls; one that is"
        " booked already can be named here."
    ),
    "video_call": N_(
        "Granting tells the convict that this call will take place. It is booked for a free hour of calls; one that is"
        " booked already can be named here."
    ),
    "long_to_short": N_(
        "Granting tells the convict. Then cancel the long visit and let the relative book a short one in its place"
        " (PEC 106(5))."
    ),
    "record_copy": N_(
        "Granting tells the convict. Print his visits and calls, and hand the copy over against signature"
        " (PEC 104(1)(6))."
    ),
}
HELP = N_("A call for legal or medical help counts against no number and is never refused for lack of one.")
ALARMS: Mapping[str, Message] = {
    "duress": N_("The PIN for duress was entered"),
    "locked": N_("The card was locked by wrong PINs"),
}
CARD_ENDINGS: Mapping[str, Message] = {
    "lost": N_("lost"),
    "stolen": N_("stolen"),
    "replaced": N_("replaced"),
    "released": N_("released"),
    "transferred": N_("transferred"),
}
DEVICES: Mapping[str, Message] = {"kiosk": N_("Kiosk"), "bridge": N_("Gate bridge")}
REVOKED: Mapping[str, Message] = {
    "stolen": N_("stolen"),
    "lost": N_("lost"),
    "replaced": N_("replaced"),
    "compromised": N_("its key became known"),
}
