"""What roles, checks, grounds and answers are called at the desk; translated where they are shown."""

from collections.abc import Mapping

from service.web.messages import N_, Message

ROLE_NAMES: Mapping[str, Message] = {
    "registry_officer": N_("Registry officer"),
    "second_registry_officer": N_("Second registry officer"),
    "duty_officer": N_("Duty officer"),
    "head": N_("Head of the institution"),
    "deputy_head": N_("Deputy head"),
    "commission_secretary": N_("Secretary of the commission"),
    "call_supervisor": N_("Call supervisor"),
    "gate_officer": N_("Gate officer"),
    "account_administrator": N_("Administrator of accounts"),
    "auditor": N_("Auditor"),
}
END_NAMES: Mapping[str, Message] = {
    "left": N_("left the service"),
    "moved": N_("moved to other work"),
    "misconduct": N_("misconduct"),
    "lost-access": N_("lost password or device"),
    "not-approved": N_("not approved"),
}
CHECK_NAMES: Mapping[str, Message] = {
    "iin-digit": N_("The check digit of the IIN"),
    "iin-birth-date": N_("The IIN and the date of birth"),
    "document-foreign": N_("A foreign document, without an IIN: look at it closely"),
    "document-none": N_("Neither IIN nor document is known"),
    "person-erased": N_("The data of this person were erased"),
    "phone-own": N_("Nobody else has used this phone"),
    "phone-shared": N_("Others have used the same phone: {count}"),
    "no-other-convicts": N_("No ties to other convicts"),
    "other-convicts": N_("Ties to other convicts: {count}"),
    "never-refused": N_("No tie was refused or ended before"),
    "refused-before": N_("Ties refused or ended before: {count}"),
    "visitor-banned": N_("Visits are barred for this person"),
    "is-convict": N_("This person is a convict"),
    "is-officer": N_("This person is an officer"),
    "merged-away": N_("This record was ended: the person goes on under another"),
    "is-minor": N_("A minor: a legal representative must come along"),
}
VERDICTS: Mapping[str, tuple[Message, str]] = {
    "good": (N_("in order"), "granted"),
    "look": (N_("look at it"), "attention"),
    "bad": (N_("does not fit"), "refused"),
}
REGISTRY_ANSWERS: Mapping[str, tuple[Message, str]] = {
    "asked": (N_("The civil registry is being asked; you can go on with other work."), "waiting"),
    "matches": (N_("The civil registry has the same"), "granted"),
    "differs": (N_("The civil registry says otherwise"), "refused"),
    "unavailable": (N_("The civil registry could not be asked: judge by the papers"), "attention"),
}
REGISTRY_SHORT: Mapping[str, tuple[Message, str]] = {
    "asked": (N_("being asked"), "waiting"),
    "matches": (N_("has the same"), "granted"),
    "differs": (N_("says otherwise"), "refused"),
    "unavailable": (N_("could not be asked"), "attention"),
}
DIFFERENCE_NAMES: Mapping[str, Message] = {
    "person-unknown": N_("it does not know this person"),
    "name-differs": N_("the name differs"),
    "birth-date-differs": N_("the date of birth differs"),
    "kinship-not-recorded": N_("this kinship is not recorded"),
    "person-dead": N_("the person is recorded as dead"),
}
EXCEPTION_KINDS: Mapping[str, Message] = {
    "interval-before": N_("Extra visit: before the interval is over"),
    "interval-after": N_("Extra visit: too close to the next one"),
    "month-used": N_("Extra visit: the month is used up"),
    "period-used": N_("Extra visit: the period is used up"),
    "window-used": N_("Extra visit: the days in a row are used up"),
    "day-used": N_("Extra call: the day is used up"),
    "first-kind-other": N_("First visit: of another kind than chosen"),
    "first-kind-not-chosen": N_("First visit: the kind was not chosen"),
    "head-permission-needed": N_("Somebody who is no close relative"),
    "outside-hours": N_("Outside the lawful hours"),
    "relation-refused": N_("A refused tie is looked at once more"),
}
EXCEPTION_GROUND_NAMES: Mapping[str, Message] = {
    "death-in-family": N_("death in the family"),
    "grave-illness": N_("grave illness"),
    "court-ruling": N_("ruling of a court"),
    "prosecutor-act": N_("act of the prosecutor"),
    "visit-prevented": N_("a visit was prevented"),
    "humanitarian": N_("humanitarian ground"),
    "refused-in-error": N_("refused in error"),
}
MERGE_GROUND_NAMES: Mapping[str, Message] = {
    "same-document": N_("the same document"),
    "same-phone": N_("the same phone"),
    "changed-name": N_("changed the name"),
    "registered-twice": N_("registered twice"),
}
ASKED_STATES: Mapping[str, tuple[Message, str]] = {
    "asked": (N_("waits for another officer"), "waiting"),
    "granted": (N_("approved"), "granted"),
    "refused": (N_("refused"), "refused"),
    "lapsed": (N_("lapsed"), "over"),
}
WITNESS_STEPS: Mapping[str, Message] = {
    "banner": N_("No body outside has seen our record for more than 15 minutes. Work goes on as usual."),
    "no-exceptions": N_(
        "No body outside has seen our record for more than an hour. Exceptions wait; visits and the gate go on."
    ),
    "paper": N_(
        "No body outside has seen our record for more than four hours. Exceptions wait. Long visits are let in on the "
        "paper form with a second officer's signature. Nobody with a pass is turned away for this."
    ),
}
