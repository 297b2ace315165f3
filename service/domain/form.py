"""The form of an appointment: its length, its hour, its channel, and permissions that go with them."""

from datetime import datetime, time, timedelta

from service.domain.answer import Blocker, fixed
from service.domain.calls import HELP
from service.domain.facts import CALL_KINDS, AppointmentRequest, Kind
from service.domain.law import Law
from service.domain.law_rows import DurationRow, InstitutionRule
from service.domain.reasons import Reason, reason


def form_blockers(
    law: Law, request: AppointmentRequest, house: InstitutionRule | None, length: DurationRow | None
) -> list[Blocker]:
    """What of the form is not lawful; none of it depends on the day."""
    found = _channel(request, house) + _hours(law, request, house, length) + _lengths(request, length)
    if request.from_long and request.kind != "short":
        found.append(fixed("substitution-not-possible"))
    if request.outside:
        if request.kind != "long" or house is None or not house.outside_visits:
            found.append(fixed("outside-not-here"))
        elif not request.outside_permitted:
            found.append(fixed("outside-permission-needed"))
    if needs_investigator(request, house) and not request.investigator_permits:
        found.append(fixed("investigator-permission-needed"))
    return found


def needs_investigator(request: AppointmentRequest, house: InstitutionRule | None) -> bool:
    """Visits in remand need the written permission of the investigator or the court (353-I 17(2))."""
    return house is not None and house.permission == "investigator" and request.kind in ("short", "long")


def form_notes(request: AppointmentRequest) -> list[Reason]:
    """What goes with the form: substitution, shortening."""
    found = []
    if request.from_long:
        found.append(reason("note-from-long"))
    if request.shortened_to is not None:
        found.append(reason("note-shortened-whole"))
    return found


def _channel(request: AppointmentRequest, house: InstitutionRule | None) -> list[Blocker]:
    if request.channel == "in_person" or request.kind in CALL_KINDS:
        return []
    if request.kind != "short" or (house is not None and not house.video_visits):
        return [fixed("video-not-for-kind")]
    return [] if request.convict_consents_to_video else [fixed("video-needs-consent")]


def _hours(
    law: Law, request: AppointmentRequest, house: InstitutionRule | None, length: DurationRow | None
) -> list[Blocker]:
    if request.start is None or request.purpose in HELP:
        return []
    opens, closes, article = _open(law, request.kind, house)
    if opens is None or closes is None:
        return []
    lasts = request.shortened_to or (length.longest if length else timedelta())
    if lasts >= timedelta(days=1):
        lasts = timedelta()
    begins = datetime.combine(request.day, request.start)
    if opens <= request.start and begins + lasts <= datetime.combine(request.day, closes):
        return []
    return [fixed("outside-hours", article, opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")]


def _open(law: Law, kind: Kind, house: InstitutionRule | None) -> tuple[time | None, time | None, str | None]:
    rule = law.hours.get("call" if kind in CALL_KINDS else kind)
    if rule is not None:
        return rule.opens, rule.closes, rule.article
    return (None, None, None) if house is None else (house.opens, house.closes, house.article)


def _lengths(request: AppointmentRequest, length: DurationRow | None) -> list[Blocker]:
    asked = request.shortened_to
    if asked is None or length is None:
        return []
    if asked > length.longest:
        return [fixed("longer-than-lawful", length.article)]
    if asked <= timedelta() or (length.shortest is not None and asked < length.shortest):
        return [fixed("shorter-than-lawful", length.article)]
    return []
