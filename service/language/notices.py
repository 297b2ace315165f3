"""What messages say: short, without a name or number of a document, in the language of whoever reads them.

A message may travel through a supplier outside the country, and be read by whoever holds the phone.
"""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.domain.reasons import REASONS, Reason
from service.language.catalogues import LANGUAGES, translations
from service.language.days import format_day, format_moment
from service.language.sentences import reason_text


def N_(sentence: str) -> str:
    """Marks a sentence for the catalogue `pages`."""
    return sentence


CODE = N_(
    "Kezdesu: {code} is your code to sign in. It is good for 10 minutes. Tell it to nobody, no officer asks for it."
)
EMAIL_CODE = N_(
    "{code} is the code for this e-mail address. It is good for 10 minutes. If you did not ask for it, do nothing."
)
SENTENCES: Mapping[str, str] = {
    "relationship-accepted": N_("The convict has agreed to your request. Next a registry officer checks your papers."),
    "relationship-declined": N_("Your request for a tie was not agreed to."),
    "relationship-verified": N_("Your papers are checked. A second officer confirms next."),
    "relationship-confirmed": N_("Your tie is confirmed. You can book visits now."),
    "relationship-refused": N_("Your tie was not confirmed. {ground} You can complain: see Help."),
    "relationship-reopened": N_("Your tie was refused and is looked at once more. You need not do anything."),
    "relationship-permitted": N_("The head of the institution permits you short visits."),
    "relationship-revoked": N_("Your tie is no longer in force. {ground} You can complain: see Help."),
    "relationship-withdrawn": N_("You have ended the tie. Booked visits are checked again."),
    "visitor-banned": N_("Visits are barred for you from {since}. You can complain: see Help."),
    "appointment-requested": N_("You asked for a visit on {starts_at}. The answer comes by {decide_by}."),
    "appointment-granted": N_("Granted: the visit on {starts_at}. The pass is on your page. Bring your document."),
    "appointment-refused": N_("Refused: the visit on {starts_at}. {ground} You can complain: see Help."),
    "appointment-cancelled": N_("Cancelled: the visit on {starts_at}. {ground} Nothing was used up."),
    "appointment-moved": N_("Moved: the visit of {before} is now on {starts_at}. Passes were made anew."),
    "appointment-missed": N_("Nobody came to the visit on {starts_at}. If this is wrong, say so on your page."),
    "appointment-flagged": N_("Something about the visit on {starts_at} no longer fits. {reason} An officer decides; "
                              "see your page."),
    "appointment-kept": N_("The visit on {starts_at} was looked at again: it stays as it is."),
    "convict-transferred": N_("Since {since} the convict is in another institution. Where, and what becomes of booked "
                              "visits: see your page."),
    "convict-released": N_("The convict has left the institution. Booked visits are settled one by one; "
                         "see your page."),
    "institution-will-call": N_("The institution will call you about the convict. Please keep your telephone "
                         "with you."),
    "appointment-reminder": N_("Reminder: your visit is on {starts_at}. Bring your document and the pass."),
    "call-granted": N_("A supervised call is arranged for {starts_at}. See your page how to join."),
    "call-soon": N_("Reminder: your supervised call is on {starts_at}. Have your document at hand."),
    "call-cancelled": N_("Cancelled: the call on {starts_at}. {ground} Nothing was used up."),
    "call-missed": N_("The call on {starts_at} did not take place. If this is wrong, say so on your page."),
    "queue-offered": N_("A place is free on {starts_at}. It is kept for you until {answer_by}: "
                         "ask for it on your page."),
    "queue-passed": N_("Your turn for {wanted_on} has passed. {reason} See your page."),
    "queue-closed": N_("No place became free for {wanted_on}. You can choose another day."),
    "convict-request-granted": N_("Your request No. {number} is granted."),
    "convict-request-refused": N_("Your request No. {number} is refused. {ground} You can write to the prosecutor."),
    "dispute-raised": N_("Somebody says that a record under your name is wrong. See your page."),
    "dispute-answered": N_("What you said about a record is answered: {outcome}."),
    "phone-changing": N_("The number of your account changes. News goes to the new number from {effective_at}. If it "
                         "was not you, sign in and stop it."),
    "email-added": N_("Letters to your e-mail are on. If it was not you, see Messages on your page."),
}  # fmt: skip
"""By the template of `service.app.notices`; the places are its arguments."""

BARRED_UNTIL = N_("Visits are barred for you from {since} to {until}. You can complain: see Help.")
OUTCOMES: Mapping[str, str] = {
    "record-stands": N_("The record is right"),
    "record-was-wrong": N_("The record was wrong"),
    "sent-to-prosecutor": N_("Sent to the prosecutor"),
}
SUBJECT = N_("News about your visit")


def code_text(code: str, language: str) -> str:
    """The text that carries a one-time code."""
    return _said(CODE, language).format(code=code)


def email_code_text(code: str, language: str) -> str:
    """The letter that carries the code of an e-mail address."""
    return f"Kezdesu: {_said(EMAIL_CODE, language).format(code=code)}"


def notice_text(template: str, language: str, arguments: Mapping[str, str], time_zone: ZoneInfo) -> str:
    """A notice as the text that is sent: what it says, and who says it. See `notice_words`."""
    return f"Kezdesu: {notice_words(template, language, arguments, time_zone)}"


def notice_words(template: str, language: str, arguments: Mapping[str, str], time_zone: ZoneInfo) -> str:
    """What a notice says; moments are shown in the institution's `time_zone`.

    `arguments` are as `service.app.notices` writes them: moments and days in ISO 8601, codes of grounds and reasons.
    Raises KeyError for a template that is not in the closed list.
    """
    sentence = SENTENCES[template]
    if template == "visitor-banned" and "until" in arguments:
        sentence = BARRED_UNTIL
    written = places_said(language, arguments, time_zone)
    text = _said(sentence, language).format_map({"reason": "", "ground": "", **written})
    return " ".join(text.split())


def places_said(language: str, arguments: Mapping[str, str], time_zone: ZoneInfo) -> dict[str, str]:
    """The arguments of a notice as they stand in its sentence: moments on the institution's wall, grounds in words."""
    return {name: _written(name, value, language, time_zone) for name, value in arguments.items()}


KINDS = {
    "long": N_("Long visit"),
    "short": N_("Short visit"),
    "video": N_("Visit by video"),
    "call": N_("Telephone call"),
    "video_call": N_("Video call"),
    "lawyer": N_("Meeting with a lawyer"),
    "marriage_registration": N_("Registration of marriage"),
}


def kind_said(kind: str, language: str, *, by_video: bool = False) -> str:
    """A kind of appointment as people know it; a short visit by video has a name of its own."""
    return _said(KINDS["video" if by_video and kind == "short" else kind], language)


def notice_subject(language: str) -> str:
    """The subject of a letter that carries a notice: it says nothing that others should not read."""
    return f"Kezdesu: {_said(SUBJECT, language)}"


def _said(sentence: str, language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is none of the languages {', '.join(LANGUAGES)}")
    return translations(language, "pages").gettext(sentence)


def _written(name: str, value: str, language: str, time_zone: ZoneInfo) -> str:
    if name in ("ground", "reason"):
        rule = REASONS.get(value)
        # A code alone does not say the days that a sentence would name: those stand on the page.
        return "" if rule is None or rule.arguments else reason_text(Reason(rule.code, rule.article), language)
    if name == "number":
        return value
    if name == "outcome":
        return _said(OUTCOMES[value], language)
    if "T" in value:
        return format_moment(datetime.fromisoformat(value), language, time_zone)
    return format_day(date.fromisoformat(value), language)
