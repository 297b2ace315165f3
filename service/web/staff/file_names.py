"""What the entries of a personal file are called on pages. English sentences, translated where they are shown."""

from collections.abc import Mapping

from service.domain.file_entries import MALICIOUS
from service.web.face import ground_text
from service.web.i18n import words
from service.web.messages import N_, Message

ENTRIES: Mapping[str, Message] = {
    "placement": N_("Placement"),
    "condition": N_("Condition of serving"),
    "degree": N_("Behaviour degree"),
    "incentive": N_("Incentive"),
    "penalty": N_("Penalty"),
    "suspension": N_("Suspension of visits"),
    "ban": N_("Bar"),
    "illness": N_("Illness that bears on visits"),
    "credit": N_("Extra visit"),
    "permission": N_("Permission"),
    "first_visit": N_("Which visit comes first"),
    "past_visit": N_("Visit before this service"),
    "diligence": N_("Diligent work or study"),
    "vulnerable": N_("Not to be in strict conditions"),
    "chapter": N_("Chapter of the Criminal Code"),
    "term": N_("Beginning of the term"),
    "release_day": N_("End of the term"),
    "end": N_("Left the institution"),
}
VALUES: Mapping[str, Message] = {
    "regular": N_("regular"),
    "light": N_("light"),
    "preferential": N_("preferential"),
    "strict": N_("strict"),
    "minimum": N_("minimum security"),
    "medium": N_("medium security"),
    "maximum": N_("maximum security"),
    "extreme": N_("extreme security"),
    "complete": N_("complete security"),
    "mixed": N_("mixed security"),
    "juvenile": N_("medium security, for juveniles"),
    "remand": N_("remand centre"),
    "dispatch": N_("awaiting dispatch"),
    "gratitude": N_("gratitude"),
    "gift": N_("gift"),
    "money-prize": N_("money prize"),
    "extra-short-visit": N_("extra short visit"),
    "extra-spending": N_("extra spending"),
    "extra-parcel": N_("extra parcel"),
    "extra-walk": N_("longer walk"),
    "early-lifting": N_("early lifting of a penalty"),
    "remark": N_("remark"),
    "reprimand": N_("reprimand"),
    "strict-reprimand": N_("strict reprimand"),
    "isolator": N_("disciplinary isolator"),
    "single-cell": N_("single cell"),
    "temporary-isolation": N_("temporary isolation"),
    "quarantine": N_("quarantine unit"),
    "special-regime": N_("regime of special conditions"),
    "head-order": N_("order of the head"),
    "tuberculosis": N_("tuberculosis with bacterial excretion"),
    "smuggling": N_("attempt to smuggle"),
    "short:incentive": N_("short visit, as an incentive"),
    "long:incentive": N_("long visit, as an incentive"),
    "short:restored": N_("short visit, given later"),
    "long:restored": N_("long visit, given later"),
    "investigator": N_("of the investigator or the court"),
    "outside-stay": N_("stay outside the institution"),
    "short": N_("short visit"),
    "long": N_("long visit"),
    "diligent": N_("diligent"),
    "pregnant": N_("pregnant"),
    "small-children": N_("small children"),
    "disability": N_("disability"),
    "released": N_("released"),
    "died": N_("died"),
    "adult": N_("adult"),
}
OF_MALICIOUS = N_("{penalty}, for a malicious act")
DEGREE_NONE = N_("no degree")
DECISIONS: Mapping[str, Message] = {
    "adopted": N_("Adopted"),
    "declined": N_("Declined"),
    "beside": N_("Decided beside the facts"),
}


def value_name(kind: str, value: str) -> str:
    """The value of an entry in the language of the page; what has no name of its own stays as it is."""
    if kind == "degree":
        return (
            words().sentence(DEGREE_NONE)
            if value == "0"
            else value.replace("-", "−")
            if value[0] == "-"
            else f"+{value}"
        )
    if value.endswith(MALICIOUS):
        return words().sentence(OF_MALICIOUS, {"penalty": value_name(kind, value.removesuffix(MALICIOUS))})
    name = VALUES.get(value)
    return words().sentence(name) if name is not None else value


FLAGS: Mapping[str, Message] = {
    "interval-before": N_("Too soon after the visit before."),
    "interval-after": N_("Too soon before the next visit."),
    "not-placed": N_("The convict is not in any institution on that day."),
    "condition-not-set": N_("No condition of serving is in force on that day."),
    "date-blocked": N_("The day is closed."),
    "no-session": N_("The session no longer takes place."),
    "room-closed": N_("The room or the place is closed."),
    "in-pause": N_("The visit begins in a pause of the day."),
    "suspended-isolator": N_("The convict is in the disciplinary isolator."),
    "in-quarantine": N_("The convict is in the quarantine unit."),
}
"""Reasons whose sentence names days that a flag does not keep."""


def flag_name(code: str) -> str:
    """Why a visit no longer fits, as the work list says it; the code itself where nothing is said of it."""
    said = ground_text(code)
    if said:
        return said
    return words().sentence(FLAGS[code]) if code in FLAGS else code
