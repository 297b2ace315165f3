"""What the states, ends, warnings and parties of calls are called, at the desk and on the pages of the parties."""

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
OWN_STATES: Mapping[str, Message] = {
    "scheduled": N_("Arranged"),
    "open": N_("You can come in"),
    "waiting_monitor": N_("Waits for the officer"),
    "live": N_("You are talking"),
    "paused": N_("Paused: the officer has gone"),
    "ended": N_("The call is over"),
    "no_show": N_("The call did not take place"),
    "cancelled": N_("The call was cancelled"),
}
"""The same states, said to a party."""
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
    "voice_on": N_("The officer speaks to both"),
    "voice_off": N_("The officer no longer speaks"),
    "taken_over": N_("Another officer took over"),
    "agreed": N_("Agreed to be recorded"),
    "recorded": N_("Recording on"),
    "unrecorded": N_("Recording off"),
}
PURPOSE_NAMES: Mapping[str, Message] = {
    "ordinary": N_("ordinary"),
    "exceptional": N_("exceptional ground"),
    "legal": N_("legal help"),
    "medical": N_("medical help"),
}
