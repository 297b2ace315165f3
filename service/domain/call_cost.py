"""What a call costs: a tariff a minute, in whole tiyn (1/100 tenge), and how a begun minute counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Rounding = Literal["minute", "second"]
ROUNDINGS: tuple[Rounding, ...] = ("minute", "second")
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Cost:
    """`seconds` talked, `tariff` tiyn a minute, `amount` tiyn."""

    seconds: int
    tariff: int
    rounding: str
    amount: int


def price(seconds: int, tariff: int, rounding: Rounding) -> Cost:
    """By 'minute', every begun minute is a whole one; by 'second', the part of a tiyn that is left over is nobody's."""
    amount = -(-seconds // MINUTE) * tariff if rounding == "minute" else seconds * tariff // MINUTE
    return Cost(seconds, tariff, rounding, amount)


def talked(live_at: datetime | None, ended_at: datetime | None, hard_end_at: datetime | None) -> int:
    """Whole seconds from live to the end, never past the limit: nobody pays for a cut that came late."""
    if live_at is None or ended_at is None:
        return 0
    end = ended_at if hard_end_at is None else min(ended_at, hard_end_at)
    return max(0, int((end - live_at).total_seconds()))
