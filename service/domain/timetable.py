"""Session templates on days: when a room opens, how long, and what an appointment there takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Template:
    """A weekly opening. `weekdays` holds ISO weekday digits ("135"), `starts` is local "HH:MM"."""

    id: str
    room: str
    kind: str
    weekdays: str
    starts: str
    minutes: int
    valid_from: date
    valid_to: date | None
    capacity: int | None = None
    """How many appointments it takes at once at most; None for as many as the room has places."""

    def opens_on(self, day: date) -> bool:
        """Whether the room opens on this institution-local day."""
        return (
            str(day.isoweekday()) in self.weekdays
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Pause:
    """Hours at which nothing begins: change of shift, meal, night. Local "HH:MM", `ends` is free again."""

    id: str
    name: str
    weekdays: str
    starts: str
    ends: str
    valid_from: date
    valid_to: date | None

    def stops(self, day: date, clock: str) -> bool:
        """Whether nothing begins at this hour ("HH:MM") of that institution-local day."""
        holds = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return holds and str(day.isoweekday()) in self.weekdays and self.starts <= clock < self.ends


def paused(pauses: Iterable[Pause], day: date, clock: str) -> bool:
    """Whether one of the pauses stops an appointment that begins then."""
    return any(one.stops(day, clock) for one in pauses)


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open, aware, UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a moment."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def local_moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The moment when wall clocks in the zone show `clock` ("HH:MM") on that day, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day wall calendars in the zone show."""
    return moment.astimezone(zone).date()


def length(kind: str, minutes: int, lawful: timedelta | None) -> timedelta:
    """How long an appointment lasts: a long visit as long as the law gives, others as the room offers, never more
    than the law gives (PEC 106(1), 109(1))."""
    offered = timedelta(minutes=minutes)
    if lawful is None:
        return offered
    return lawful if kind == "long" else min(offered, lawful)


def period(template: Template, day: date, zone: ZoneInfo, lawful: timedelta | None) -> Period:
    """What an appointment on this day takes. Days count on the wall, so that a long visit ends at the hour it began."""
    starts_at = local_moment(day, template.starts, zone)
    lasts = length(template.kind, template.minutes, lawful)
    if lasts.days and not lasts.seconds:
        return Period(starts_at, local_moment(day + lasts, template.starts, zone))
    return Period(starts_at, starts_at + lasts)
