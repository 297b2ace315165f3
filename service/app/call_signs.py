"""What a page of a call has to know each second: how far it is, until when, what was said by the officer's hand."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Call, CallMark

SHOWN = ("warned", "limit_near")
"""Kinds of marks that both parties read."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning of the closed list (`service.domain.call_states.WARNINGS`), and when it was given."""

    at: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Signs:
    """A call as its pages show it at `now`, the service's clock.

    `live`: the parties reach each other. `hard_end_at` is None before the first going live. `warnings`: those given
    after the moment that was asked for, the oldest first. `muted`: the party that nobody hears. `voice`: the officer
    speaks and both hear him. `recording`: the call is being kept. `ended_code` names why it is over.
    """

    state: str
    now: datetime
    live: bool
    hard_end_at: datetime | None
    warnings: tuple[Warned, ...]
    muted: str | None
    voice: bool
    recording: bool
    ended_code: str | None


def call_signs(session: Session, call: str, party: str, since: datetime | None, now: datetime) -> Signs:
    """The signs for one `party` of a call; warnings after `since` (None: all of them).

    Reads two short queries and asks nobody's permission: whoever asks has been let into the seat before. Raises
    Refusal 'not-found'.
    """
    del party  # everybody reads the same: what only the officer may know stands on his page, not here
    row = session.get(Call, call)
    if row is None:
        raise Refusal("not-found")
    mark = of(CallMark)
    said = sa.select(mark.at, mark.code).where(mark.call_id == call, mark.kind.in_(SHOWN), mark.code.is_not(None))
    if since is not None:
        said = said.where(mark.at > since)
    return Signs(
        state=row.state,
        now=now,
        live=row.state == "live",
        hard_end_at=row.hard_end_at,
        warnings=tuple(Warned(one.at, one.code) for one in session.execute(said.order_by(mark.at, mark.id))),
        muted=row.muted,
        voice=row.voice_since is not None,
        recording=row.recorded_since is not None,
        ended_code=row.ended_code,
    )
