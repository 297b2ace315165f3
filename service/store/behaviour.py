"""Reads what degree and condition depend on: incentives, penalties, work, the sentence (PEC 95, 103, 130)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.behaviour_facts import BehaviourFacts, Incentive, Penalty
from service.domain.file_entries import MALICIOUS
from service.store.columns import of
from service.store.facts import convict_file
from service.store.tables import Convict, FileEntry

KINDS = ("incentive", "penalty", "diligence", "vulnerable", "chapter", "term", "release_day")


def behaviour_facts(session: Session, convict: Convict, day: date) -> BehaviourFacts:
    """The facts as they bear on `day`; an incentive or penalty ended on its own day was annulled and is no fact."""
    row = of(FileEntry)
    found = session.execute(
        sa.select(row.kind, row.value, row.since, row.until)
        .where(row.convict_id == convict.id, row.kind.in_(KINDS), row.since <= day)
        .order_by(row.since, row.set_at, row.id)
    ).all()
    entries = [one for one in found if one.until is None or one.until > one.since]
    return BehaviourFacts(
        convict_file(session, convict).facts,
        incentives=tuple(Incentive(one.since) for one in entries if one.kind == "incentive"),
        penalties=tuple(_penalty(one) for one in entries if one.kind == "penalty"),
        release_on=_last_day(entries, "release_day"),
        diligent=any(_stands(one, day) for one in entries if one.kind == "diligence"),
        chapters=frozenset(int(one.value) for one in entries if one.kind == "chapter"),
        vulnerable=any(_stands(one, day) for one in entries if one.kind == "vulnerable"),
        term_began_on=_last_day(entries, "term"),
    )


def _penalty(row: Any) -> Penalty:
    kind, malicious, _ = row.value.partition(MALICIOUS)
    return Penalty(row.since, kind, bool(malicious), row.until)


def _stands(row: Any, day: date) -> bool:
    return row.until is None or day < row.until


def _last_day(entries: Sequence[Any], kind: str) -> date | None:
    """The day that was entered last: a day of release moves when a sentence is cut."""
    return next((date.fromisoformat(one.value) for one in reversed(entries) if one.kind == kind), None)
