"""What scanners are told, octet for octet as in their makers' tables."""

import pytest

from firmware_bridge.actuate.line import ACTUATORS, understood
from firmware_bridge.decide import Decision, Source, Verdict

ADMIT = Decision(Verdict.ADMIT, None, Source.LIVE)
LEAVE = Decision(Verdict.LEAVE, None, Source.OFFLINE)
REFUSE = Decision(Verdict.REFUSE, "too-late", Source.OFFLINE)


@pytest.mark.parametrize(
    ("kind", "good", "refused"),
    [
        ("honeywell", "1b 37 2c", "1b 38 2c 1b 38 2c"),
        ("datalogic", "12 1b 5b 36 71 0d 12 1b 5b 33 71 0d", "12 1b 5b 37 71 0d 12 1b 5b 34 71 0d"),
        ("silent", "", ""),
    ],
)
def test_the_octets_are_those_of_the_makers_table(kind: str, good: str, refused: str) -> None:
    assert ACTUATORS[kind](ADMIT).hex(" ") == ACTUATORS[kind](LEAVE).hex(" ") == good
    assert ACTUATORS[kind](REFUSE).hex(" ") == refused


def test_a_display_is_told_verdict_source_and_reason() -> None:
    assert ACTUATORS["text"](ADMIT) == b"ADMIT live\r\n"
    assert ACTUATORS["text"](LEAVE) == b"LEAVE offline\r\n"
    assert ACTUATORS["text"](REFUSE) == b"REFUSE offline too-late\r\n"


@pytest.mark.parametrize("kind", ["honeywell", "datalogic", "text"])
def test_the_simulated_scanner_understands_what_it_is_told(kind: str) -> None:
    assert understood(ACTUATORS[kind](ADMIT)) is True
    assert understood(ACTUATORS[kind](LEAVE)) is True
    assert understood(ACTUATORS[kind](REFUSE)) is False
    assert understood(b"?") is None
