"""The life of a supervised call (PEC 109, IR 101-105): pure, one function a step.

    scheduled -> open <-> waiting_monitor -> live <-> paused -> ended
         \\         \\            \\-> no_show, ended, cancelled
          cancelled

Two rules hold at every step, whatever is lost, repeated or late: a call is live only while an officer sits in it, and
it ends once. The limit is set when it first goes live and moves for nobody: neither a pause nor a rejoin buys time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from service.domain.refusal import refuse

CallState = Literal["scheduled", "open", "waiting_monitor", "live", "paused", "ended", "no_show", "cancelled"]
CONVICT, RELATIVE, SUPERVISOR = "convict", "relative", "supervisor"
PARTIES = (CONVICT, RELATIVE, SUPERVISOR)
STATES = ("scheduled", "open", "waiting_monitor", "live", "paused", "ended", "no_show", "cancelled")
FINAL = frozenset({"ended", "no_show", "cancelled"})
ROOM = frozenset({"open", "waiting_monitor", "live", "paused"})
"""States in which there is a room that somebody may be in."""

LIMIT = timedelta(minutes=15)
WARN_BEFORE = timedelta(minutes=2)
OPENS_BEFORE = timedelta(minutes=5)
NO_SHOW_AFTER = timedelta(minutes=10)
SEAT_EMPTY = timedelta(seconds=60)
"""How long a call stays paused for its officer before it ends."""

ENDED_CODES = (
    "completed",
    "time-limit",
    "no-supervisor",
    "third-party",
    "indecency",
    "rules-broken",
    "identity-not-matched",
    "party-asks",
    "connection-lost",
)
"""Why a call ended; both parties see it. 'indecency' is never said of a call with a lawyer (IR 105)."""
OFFICERS_CODES = frozenset(ENDED_CODES) - {"time-limit", "no-supervisor"}
WARNINGS = ("third-party", "indecency", "language", "frame", "two-minutes", "one-more")
"""The warnings that an officer sends with one press."""


@dataclass(frozen=True, slots=True)
class CallNow:
    """A call as it stands. `present`: who is known to be in the room; `identified`: the relative, by the officer."""

    state: CallState = "scheduled"
    present: frozenset[str] = frozenset()
    identified: bool = False
    live_at: datetime | None = None
    hard_end_at: datetime | None = None
    ended_code: str | None = None


def open_room(call: CallNow) -> CallNow:
    """The room opens for its parties. Opening twice is opening once."""
    if call.state in ROOM:
        return call
    _insist(call.state == "scheduled")
    return _settled(replace(call, state="open"))


def arrive(call: CallNow, party: str, now: datetime) -> CallNow:
    """Somebody is in the room. Raises Refusal 'conflict' for a call that is not open, or whose time is over."""
    _insist(party in PARTIES and call.state in ROOM and not over(call, now))
    return _settled(replace(call, present=call.present | {party}))


def leave(call: CallNow, party: str) -> CallNow:
    """Somebody is gone; where it is the officer, a live call pauses at once. Of a call that is over it says nothing."""
    if call.state not in ROOM:
        return call
    return _settled(replace(call, present=call.present - {party}))


def identify(call: CallNow) -> CallNow:
    """The officer has compared the relative, whom the convict does not see before."""
    _insist(call.state in ("open", "waiting_monitor") and {RELATIVE, SUPERVISOR} <= call.present)
    return replace(call, identified=True)


def go_live(call: CallNow, now: datetime) -> CallNow:
    """The parties see and hear each other from now on; the limit is set here and never again.

    From a pause it goes on, where the officer sits again and time is left.
    """
    _insist(call.identified and call.present == frozenset(PARTIES) and not over(call, now))
    if call.state == "paused":
        return replace(call, state="live")
    _insist(call.state == "open" and call.live_at is None)
    return replace(call, state="live", live_at=now, hard_end_at=now + LIMIT)


def end(call: CallNow, code: str) -> CallNow:
    """The end of a call whose room was open. What has ended stays as it ended: the answer is then the call itself."""
    if call.state in FINAL:
        return call
    _insist(call.state in ROOM and code in ENDED_CODES)
    return replace(call, state="ended", present=frozenset(), ended_code=code)


def miss(call: CallNow) -> CallNow:
    """Nobody, or not everybody, came. A call that was live is never a no-show."""
    if call.state in FINAL:
        return call
    _insist(call.state in ("open", "waiting_monitor"))
    return replace(call, state="no_show", present=frozenset(), ended_code="no-show")


def cancel(call: CallNow, code: str) -> CallNow:
    """Taken back before it was live."""
    if call.state in FINAL:
        return call
    _insist(call.live_at is None)
    return replace(call, state="cancelled", present=frozenset(), ended_code=code)


def over(call: CallNow, now: datetime) -> bool:
    """Whether the limit has passed, whatever the state says: no page is kept alive after it."""
    return call.hard_end_at is not None and now >= call.hard_end_at


def absent(call: CallNow) -> tuple[str, ...]:
    """Who is not there, in the order convict, relative, supervisor."""
    return tuple(party for party in PARTIES if party not in call.present)


def _settled(call: CallNow) -> CallNow:
    """The state that follows from who is there."""
    officer = SUPERVISOR in call.present
    if call.state == "live":
        return call if officer else replace(call, state="paused")
    if call.state in ("open", "waiting_monitor"):
        waits = bool(call.present) and not officer
        identified = call.identified and RELATIVE in call.present
        return replace(call, state="waiting_monitor" if waits else "open", identified=identified)
    return call


def _insist(possible: bool) -> None:
    if not possible:
        raise refuse("conflict", "state-does-not-allow")
