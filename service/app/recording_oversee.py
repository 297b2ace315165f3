"""What bodies of oversight see of recordings: that they exist, by whose leave, who opened them.

Never what was said, and nobody by name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa

from service.app.oversight_show import LOOKED_BACK, code_of
from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.domain.call_states import CONVICT
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Call, CallMark, CallRecording, Officer, RecordingLook

Row = TypeVar("Row", CallMark, CallRecording, RecordingLook)
MARKS = ("agreed", "recorded", "unrecorded", "paused", "resumed")


@dataclass(frozen=True, slots=True)
class OverseenRecording:
    """A call of which anything was recorded. `convict` is a code; `agreed`: who agreed, and when; `lasted`: for how
    long it was on, with the call under way; `opened`: the officers who opened it, by number, and when."""

    kind: str
    since: datetime
    lasted: timedelta
    convict: str
    turned_on_by: str
    agreed: tuple[tuple[str, datetime], ...]
    kept: tuple[CallRecording, ...]
    held_by: Mapping[str, str]
    opened: tuple[tuple[str, datetime], ...]


def list_overseen_recordings(environment: Environment, actor: Actor) -> list[OverseenRecording]:
    """Recordings of a year at the auditor's institution, and older ones that are still kept, the newest call first.

    Raises Refusal.
    """
    if actor.institution is None:
        raise Refusal("not-found")
    require(actor, "oversight.see", Target(actor.institution))
    call, mark, kept, look = of(Call), of(CallMark), of(CallRecording), of(RecordingLook)
    with Reading(environment, actor) as reading:
        first = (
            sa.select(mark.call_id, sa.func.min(mark.at).label("at"))
            .where(mark.institution_id == actor.institution, mark.kind == "recorded")
            .group_by(mark.call_id)
            .subquery()
        )
        lies = sa.exists().where(kept.call_id == call.id, kept.purged_at.is_(None))
        found = reading.session.execute(
            sa.select(Call, first.c.at)
            .join(first, first.c.call_id == call.id)
            .where(sa.or_(first.c.at > reading.now - LOOKED_BACK, lies))
            .order_by(first.c.at.desc(), call.id)
            .limit(MOST)
        ).all()
        calls = [one[0].id for one in found]
        marks = _by_call(
            reading.session.scalars(
                sa.select(CallMark).where(mark.call_id.in_(calls), mark.kind.in_(MARKS)).order_by(mark.at, mark.id)
            )
        )
        sides = _by_call(
            reading.session.scalars(
                sa.select(CallRecording).where(kept.call_id.in_(calls)).order_by(kept.party, kept.id)
            )
        )
        looks = _by_call(
            reading.session.scalars(
                sa.select(RecordingLook).where(look.call_id.in_(calls)).order_by(look.looked_at, look.id)
            )
        )
        acted = {m.officer_id for one in marks.values() for m in one} | {
            s.held_by for one in sides.values() for s in one
        }
        acted |= {o.officer_id for one in looks.values() for o in one}
        officer = of(Officer)
        named = reading.session.execute(sa.select(officer.id, officer.employee_number).where(officer.id.in_(acted)))
        numbers = {one.id: one.employee_number for one in named}
        return [
            OverseenRecording(
                kind=one.kind,
                since=at,
                lasted=_lasted(marks[one.id], one.ended_at or reading.now),
                convict=code_of(environment, one.convict_id),
                turned_on_by=next(
                    (numbers.get(m.officer_id or "", "") for m in marks[one.id] if m.kind == "recorded"), ""
                ),
                agreed=tuple((m.code or CONVICT, m.at) for m in marks[one.id] if m.kind == "agreed"),
                kept=tuple(sides.get(one.id, ())),
                held_by={s.id: numbers.get(s.held_by, "") for s in sides.get(one.id, ()) if s.held_by},
                opened=tuple((numbers.get(o.officer_id, ""), o.looked_at) for o in looks.get(one.id, ())),
            )
            for one, at in found
        ]


def _by_call(rows: Iterable[Row]) -> dict[str, list[Row]]:
    sorted_: dict[str, list[Row]] = {}
    for one in rows:
        sorted_.setdefault(one.call_id, []).append(one)
    return sorted_


def _lasted(marks: Iterable[CallMark], ended: datetime) -> timedelta:
    """For how long it was on; while a call is paused nothing is recorded."""
    total, since, on, paused = timedelta(), ended, False, False
    for one in [*marks, None]:
        at = ended if one is None else one.at
        if on and not paused:
            total += max(at - since, timedelta())
        since = at
        if one is not None:
            on = {"recorded": True, "unrecorded": False}.get(one.kind, on)
            paused = {"paused": True, "resumed": False}.get(one.kind, paused)
    return total
