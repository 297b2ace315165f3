"""What an institution may no longer do when nobody outside has seen its record for some time.

An outage of ours is never put upon a family: whoever holds a pass is let in at every step.
"""

from datetime import timedelta
from enum import StrEnum

BANNER_AFTER = timedelta(minutes=15)
NO_EXCEPTIONS_AFTER = timedelta(hours=1)
PAPER_AFTER = timedelta(hours=4)


class Step(StrEnum):
    """How far the work is restricted, from not at all; `unwitnessed` where no body outside was asked to watch."""

    UNWITNESSED = "unwitnessed"
    NORMAL = "normal"
    BANNER = "banner"
    NO_EXCEPTIONS = "no-exceptions"
    PAPER = "paper"


class Act(StrEnum):
    """What is told apart: surpluses and overrides, moves of others' times, letting in to a long visit, all the rest."""

    EXCEPTION = "exception"
    REASSIGNMENT = "reassignment"
    LONG_ADMISSION = "long-admission"
    ORDINARY = "ordinary"


class Need(StrEnum):
    """What an act takes: nothing more than usual, a paper form and a second officer, or to wait."""

    NOTHING = "nothing"
    PAPER_AND_SECOND_OFFICER = "paper-and-second-officer"
    WAIT = "wait"


def step_at(age: timedelta | None) -> Step:
    """The step for the age of the newest head that bodies outside have cosigned; None where none was asked to."""
    if age is None:
        return Step.UNWITNESSED
    for after, step in (
        (PAPER_AFTER, Step.PAPER),
        (NO_EXCEPTIONS_AFTER, Step.NO_EXCEPTIONS),
        (BANNER_AFTER, Step.BANNER),
    ):
        if age >= after:
            return step
    return Step.NORMAL


def need_of(act: Act, step: Step) -> Need:
    """What an act takes at a step.

    Acts that the law does not give a family as its right, and that nobody outside could see, wait; a long visit, in
    which people live for days behind the gate, is let in on paper by two; everything else goes on.
    """
    if act in (Act.EXCEPTION, Act.REASSIGNMENT) and step in (Step.NO_EXCEPTIONS, Step.PAPER):
        return Need.WAIT
    if act is Act.LONG_ADMISSION and step is Step.PAPER:
        return Need.PAPER_AND_SECOND_OFFICER
    return Need.NOTHING
