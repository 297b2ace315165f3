"""What the states, ends, warnings and parties of calls are called at the desk."""

from collections.abc import Mapping

from service.web.messages import N_, Message

CALL_STATES: Mapping[str, Message] = {
    "scheduled": N_("Arranged"),
    "open": N_("Room open"),
    "waiting_monitor": N_("Waits for an officer"),
    "live": N_("Under way, watched"),
    "paused": N_("Paused: no officer"),
    "ended": N_("Ended"),
    "no_show": N_("Somebody did not come"),
    "cancelled": N_("Cancelled"),
}
PARTY_NAMES: Mapping[str, Message] = {
    "convict": N_("Convict"),
    "relative": N_("Relative"),
    "supervisor": N_("Officer who watches"),
}
END_NAMES: Mapping[str, Message] = {
    "completed": N_("The talk was finished"),
    "time-limit": N_("15 minutes have passed"),
    "no-supervisor": N_("No officer was there"),
    "third-party": N_("Somebody else took part"),
    "indecency": N_("Indecent behaviour"),
    "rules-broken": N_("The rules were broken"),
    "identity-not-matched": N_("It was not the person named"),
    "party-asks": N_("One side asked for it"),
    "connection-lost": N_("The line was lost"),
    "no-show": N_("Somebody did not come"),
}
WARNING_NAMES: Mapping[str, Message] = {
    "third-party": N_("Nobody else may take part"),
    "indecency": N_("Please keep to decency"),
    "language": N_("Please speak about permitted matters only"),
    "frame": N_("Please stay in the picture, alone"),
    "two-minutes": N_("Two minutes are left"),
    "one-more": N_("One more breach ends the call"),
}
MARK_NAMES: Mapping[str, Message] = {
    "warned": N_("Warned"),
    "muted": N_("Muted"),
    "unmuted": N_("Heard again"),
    "noted": N_("Note"),
    "paused": N_("Paused"),
    "resumed": N_("Went on"),
    "limit_near": N_("End announced"),
}
PURPOSE_NAMES: Mapping[str, Message] = {
    "ordinary": N_("ordinary"),
    "exceptional": N_("exceptional ground"),
    "legal": N_("legal help"),
    "medical": N_("medical help"),
}
