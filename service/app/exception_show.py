"""Exceptions and merges as the desk and oversight see them, with how many an officer may still approve this month."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.exception_limit import approvals_this_month, waits_for_witness
from service.app.reading import MOST, Reading
from service.domain.access import Actor, Target, require
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import ActSignature, ExceptionRequest, Institution, Officer, Person, PersonMerge


@dataclass(frozen=True, slots=True)
class ShownException:
    """One exception: about whom, in whose words; `asked_by` and `decided_by` are employee numbers."""

    row: ExceptionRequest
    convict: str | None
    words: str | None
    asked_by: str
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class ShownMerge:
    """One merge: who goes on, who ends."""

    row: PersonMerge
    kept: str | None
    ended: str | None
    words: str | None
    asked_by: str
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Those of an institution, the open ones first; `approved` of `most` by this officer this month; `waits`: nobody
    outside watches the record, so that none can be granted now. `signed`: by row and half ("ask", "decide"), whether
    the officer signed it with a passkey; nothing stands there from before halves were signed."""

    exceptions: tuple[ShownException, ...]
    merges: tuple[ShownMerge, ...]
    approved: int
    most: int
    waits: bool
    signed: Mapping[tuple[str, str], bool]


def list_exceptions(environment: Environment, actor: Actor) -> Exceptions:
    """For the desk of the officer's institution, and for its auditors. Raises Refusal."""
    here = actor.institution or ""
    require(actor, "exception.see", Target(here))
    with Reading(environment, actor) as reading:
        row, merge = of(ExceptionRequest), of(PersonMerge)
        asked = reading.session.scalars(
            sa.select(ExceptionRequest)
            .where(row.institution_id == here)
            .order_by(row.state != "asked", row.asked_at.desc(), row.id)
            .limit(MOST)
        ).all()
        merges = reading.session.scalars(
            sa.select(PersonMerge)
            .where(merge.institution_id == here)
            .order_by(merge.state != "asked", merge.asked_at.desc(), merge.id)
            .limit(MOST)
        ).all()
        named = _names(
            reading, {one.convict_id for one in asked} | {p for m in merges for p in (m.kept_id, m.ended_id)}
        )
        numbers = _numbers(reading, [*asked, *merges])
        zone = ZoneInfo(reading.get(Institution, here).time_zone)
        return Exceptions(
            tuple(
                ShownException(
                    one,
                    named.get(one.convict_id),
                    reading.words_in(one, "words"),
                    numbers[one.asked_by],
                    numbers.get(one.decided_by or ""),
                )
                for one in asked
            ),
            tuple(
                ShownMerge(
                    one,
                    named.get(one.kept_id),
                    named.get(one.ended_id),
                    reading.words_in(one, "words"),
                    numbers[one.asked_by],
                    numbers.get(one.decided_by or ""),
                )
                for one in merges
            ),
            approvals_this_month(reading.session, actor.id, reading.now, zone),
            environment.law.exceptions.approvals_a_month,
            waits_for_witness(reading.session, environment, here),
            signed_halves(reading, [*(one.id for one in asked), *(one.id for one in merges)]),
        )


def signed_halves(reading: Reading, rows: Collection[str]) -> Mapping[tuple[str, str], bool]:
    """By row and half ("ask", "decide", "approve"), whether it was signed with a passkey."""
    row = of(ActSignature)
    found = reading.session.execute(sa.select(row.row_id, row.act, row.passkey_id).where(row.row_id.in_(rows)))
    return {(one.row_id, one.act.partition(".")[2]): one.passkey_id is not None for one in found}


def _names(reading: Reading, people: set[str]) -> Mapping[str, str | None]:
    rows = reading.session.scalars(sa.select(Person).where(of(Person).id.in_(people)))
    return {one.id: reading.name_of(one) for one in rows}


def _numbers(reading: Reading, rows: list[ExceptionRequest | PersonMerge]) -> Mapping[str, str]:
    row, wanted = of(Officer), {one for asked in rows for one in (asked.asked_by, asked.decided_by) if one}
    found = reading.session.execute(sa.select(row.id, row.employee_number).where(row.id.in_(wanted)))
    return {one.id: one.employee_number for one in found}
