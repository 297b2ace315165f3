"""What is due at a moment, and what has outlived its use."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.appointment import NO_SHOW_AFTER
from service.store.columns import of
from service.store.tables import (
    Admission,
    Appointment,
    Call,
    EntryPass,
    IdempotentAnswer,
    OneTimeCode,
    PasskeyChallenge,
    ProviderSignIn,
    Throttle,
)
from service.store.tables import Session as SignedIn

AT_ONCE = 500
"""How many appointments one turn of a task takes on; the next turn finds the rest."""
LONGEST_THROTTLE = timedelta(days=1)


def missed(session: Session, now: datetime) -> list[str]:
    """Granted visits that began long enough ago and to which nobody has come; by video, nobody passes a gate."""
    row = of(Appointment)
    return list(
        session.scalars(
            sa.select(row.id)
            .where(row.state == "granted", row.starts_at <= now - NO_SHOW_AFTER, ~_inside(row.id), ~_called(row.id))
            .order_by(row.starts_at)
            .limit(AT_ONCE)
        )
    )


def over(session: Session, now: datetime) -> list[str]:
    """Visits under way whose time is over and of which nobody is inside."""
    row = of(Appointment)
    return list(
        session.scalars(
            sa.select(row.id)
            .where(row.state == "underway", row.ends_at <= now, ~_inside(row.id), ~_called(row.id))
            .order_by(row.ends_at)
            .limit(AT_ONCE)
        )
    )


def outlived(now: datetime, sessions: timedelta, codes: timedelta, answers: timedelta) -> Iterator[sa.Delete]:
    """The statements that remove sessions over since `sessions`, codes and kept answers older than given."""
    signed_in: Any = of(SignedIn)
    yield sa.delete(SignedIn).where(sa.or_(signed_in.ends_at <= now - sessions, signed_in.ended_at <= now - sessions))
    yield sa.delete(OneTimeCode).where(of(OneTimeCode).asked_at <= now - codes)
    yield sa.delete(PasskeyChallenge).where(of(PasskeyChallenge).asked_at <= now - codes)
    yield sa.delete(ProviderSignIn).where(of(ProviderSignIn).asked_at <= now - codes)
    yield sa.delete(IdempotentAnswer).where(of(IdempotentAnswer).answered_at <= now - answers)
    yield sa.delete(Throttle).where(of(Throttle).window_start <= now - LONGEST_THROTTLE)


def _called(appointment: Any) -> sa.Exists:
    """Whether it is a supervised call, whose own timers say what became of it."""
    return sa.select(of(Call).id).where(of(Call).appointment_id == appointment).exists()


def _inside(appointment: Any) -> sa.Exists:
    """Whether somebody of the appointment is behind the gate, matched or still to be compared."""
    entry, admission = of(EntryPass), of(Admission)
    return (
        sa.select(admission.id)
        .join(EntryPass, entry.id == admission.pass_id)
        .where(entry.appointment_id == appointment, admission.left_at.is_(None))
        .exists()
    )
