"""Appointments as an iCalendar file (RFC 5545), for the calendar of a phone.

Times are in UTC, so that no table of time zones is needed; the UID of an appointment never changes; SEQUENCE is the
number of its newest event in the record, which grows with every change. Nobody is named: a calendar is shown to others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

STATUS = {"requested": "TENTATIVE", "granted": "CONFIRMED", "underway": "CONFIRMED", "completed": "CONFIRMED"}
"""RFC 5545, 3.8.1.11; a state that is not here is CANCELLED: calendars take the entry away."""
REMINDED = (timedelta(days=3), timedelta(hours=20))


@dataclass(frozen=True)
class Entry:
    """One appointment as a calendar shows it. Moments are aware; `sequence` grows with every change.

    `address` is its page, where it is known.
    """

    id: str
    state: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    summary: str
    location: str
    description: str
    address: str | None = None


def calendar_file(entries: Sequence[Entry], *, domain: str, now: datetime, language: str) -> bytes:
    """The file. METHOD is CANCEL where everything in it was cancelled, else PUBLISH (RFC 5546, 3.2)."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Kezdesu//{domain}//{language.upper()}")
    calendar.add("version", "2.0")
    cancelled = bool(entries) and all(entry.state not in STATUS for entry in entries)
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    for entry in entries:
        calendar.add_component(_event(entry, domain, now, language))
    return bytes(calendar.to_ical())


def _event(entry: Entry, domain: str, now: datetime, language: str) -> Event:
    event, said = Event(), {"language": language}
    event.add("uid", f"{entry.id}@{domain}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("status", STATUS.get(entry.state, "CANCELLED"))
    event.add("summary", entry.summary, parameters=said)
    event.add("location", entry.location, parameters=said)
    if entry.description:
        event.add("description", entry.description, parameters=said)
    if entry.address is not None:
        event.add("url", entry.address)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    if entry.state in ("requested", "granted"):
        for before in REMINDED:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", entry.summary)
            alarm.add("trigger", -before)
            event.add_component(alarm)
    return event
