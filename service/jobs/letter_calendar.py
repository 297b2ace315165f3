"""The iCalendar file that goes with a letter about a visit: the same entry as on its page, by UID and SEQUENCE."""

from service.app.notice_send import NoticeToSend
from service.app.notice_visit import visit_of_notice
from service.gateways.mail import Attachment
from service.language.calendar_file import STATUS, Entry, calendar_file
from service.language.notices import kind_said
from service.store.environment import Environment

CARRIED = frozenset(
    {
        "appointment-granted",
        "appointment-moved",
        "appointment-cancelled",
        "appointment-refused",
        "appointment-kept",
        "appointment-reminder",
    }
)
"""Notices after which a calendar shows something else than before, or should show it."""


def calendar_of(environment: Environment, notice: NoticeToSend) -> tuple[Attachment, ...]:
    """The file, for a letter about a visit; nothing for other notices. Nobody is named in it."""
    visit = visit_of_notice(environment, notice.message) if notice.template in CARRIED else None
    if visit is None:
        return ()
    entry = Entry(
        id=visit.id,
        state=visit.state,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        sequence=visit.sequence,
        summary=kind_said(visit.kind, notice.language, by_video=visit.by_video),
        location=f"{visit.institution[notice.language]}, {visit.room}",
        description="",
    )
    made = calendar_file([entry], domain=environment.domain, now=environment.clock(), language=notice.language)
    method = "PUBLISH" if visit.state in STATUS else "CANCEL"
    return (Attachment("kezdesu.ics", "text/calendar", made, (("method", method), ("charset", "utf-8"))),)
