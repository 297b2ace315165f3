"""The log takes what it is told without waiting, and keeps its order."""

import io
import json

from firmware_bridge.log import MOST, Log
from tests.bridge.cast import MIDDAY


class Shut(io.StringIO):
    """A log whose reader is gone."""

    def write(self, _: str) -> int:
        raise BrokenPipeError


def test_what_was_told_is_written_in_its_order_one_object_a_line() -> None:
    stream = io.StringIO()
    log = Log(stream, lambda: MIDDAY)
    log("line", state="open", why="желі ашық")
    log("answered", sequence=2)
    assert stream.getvalue() == "", "whoever tells does not wait for the log"
    log.write()
    log.write()
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(one["event"], one["at"]) for one in told] == [
        ("line", MIDDAY.isoformat(timespec="milliseconds")),
        ("answered", MIDDAY.isoformat(timespec="milliseconds")),
    ]
    assert told[0]["why"] == "желі ашық"


def test_a_log_that_cannot_be_written_stops_nothing() -> None:
    log = Log(Shut(), lambda: MIDDAY)
    log("answered")
    log.write()


def test_of_more_than_may_wait_the_newest_are_kept() -> None:
    stream = io.StringIO()
    log = Log(stream, lambda: MIDDAY)
    for number in range(MOST + 5):
        log("answered", sequence=number)
    log.write()
    lines = stream.getvalue().splitlines()
    assert (len(lines), json.loads(lines[0])["sequence"]) == (MOST, 5)
