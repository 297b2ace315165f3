"""The gateway to Twilio, against a carrier that takes requests at the word of Twilio's own description."""

import random
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from service.gateways.sms import NotReached, NotSent, Unanswered
from tests.carrier.carrier import Carrier, open_carrier
from tests.carrier.described import NotDescribed, check_request
from tests.carrier.gateway import PUBLIC, twilio_sms

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MESSAGE = "0123456789abcdef0123456789abcdef"
DASHED = "01234567-89ab-cdef-0123-456789abcdef"
MOTHER = "+77015550101"
PATH = "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json"


@pytest.fixture
def carrier() -> Carrier:
    return Carrier(lambda: NOW, random.Random(1))


@pytest.fixture
def base(carrier: Carrier) -> Iterator[str]:
    with open_carrier(carrier) as address:
        yield address


def test_a_text_is_handed_over_with_the_address_of_its_receipts(carrier: Carrier, base: str) -> None:
    sent = twilio_sms(base).send(to=MOTHER, text="Кездесу рұқсат етілді.", reference=MESSAGE)
    taken = carrier.taken[0]
    assert sent.reference == taken["sid"]
    assert (taken["to"], taken["from"], taken["body"]) == (MOTHER, "Kezdesu", "Кездесу рұқсат етілді.")
    assert taken["callback"] == f"{PUBLIC}/callbacks/twilio/{DASHED}"
    assert carrier.faults == []


def test_a_messaging_service_is_named_as_such(carrier: Carrier, base: str) -> None:
    service = "MG" + "a" * 32
    twilio_sms(base, sender=service).send(to=MOTHER, text="x", reference=MESSAGE)
    assert (carrier.taken[0]["messaging_service_sid"], carrier.taken[0]["from"]) == (service, None)
    assert carrier.faults == []


def test_texts_of_the_same_words_to_the_number_are_found_newest_first(carrier: Carrier, base: str) -> None:
    gateway = twilio_sms(base)
    for number, text in ((MOTHER, "one"), (MOTHER, "two"), ("+77015550102", "one"), *((MOTHER, "one"),) * 60):
        gateway.send(to=number, text=text, reference=MESSAGE)
    found = gateway.find(to=MOTHER, text="one", reference=MESSAGE, since=NOW - timedelta(minutes=5))
    assert [one.reference for one in found] == [
        one["sid"] for one in reversed(carrier.taken) if (one["to"], one["body"]) == (MOTHER, "one")
    ]
    assert carrier.searches > 1, "more than one page was read"
    assert gateway.find(to=MOTHER, text="one", reference=MESSAGE, since=NOW + timedelta(minutes=1)) == []
    assert carrier.faults == []


def test_a_number_that_is_refused_is_never_tried_again(carrier: Carrier, base: str) -> None:
    carrier.refused_numbers = {MOTHER: 21211}
    with pytest.raises(NotSent) as fault:
        twilio_sms(base).send(to=MOTHER, text="x", reference=MESSAGE)
    assert (type(fault.value), fault.value.again, fault.value.why) == (NotSent, False, "twilio-21211")


@pytest.mark.parametrize(
    ("how", "expected", "taken"),
    [
        ("busy", NotReached, 0),
        ("drop-before", Unanswered, 0),
        ("drop-after", Unanswered, 1),
        ("fault-after", Unanswered, 1),
        ("late", Unanswered, 1),
    ],
)
def test_away_and_unanswered_are_told_apart(
    carrier: Carrier, base: str, how: str, expected: type[NotSent], taken: int
) -> None:
    carrier.chances, carrier.lateness = {how: 1.0}, 2.0
    with pytest.raises(NotSent) as fault:
        twilio_sms(base, timeout=0.5 if how == "late" else 10).send(to=MOTHER, text="x", reference=MESSAGE)
    assert type(fault.value) is expected
    assert len(carrier.taken) == taken
    assert MOTHER not in str(fault.value)


def test_a_service_that_is_down_or_does_not_know_us_is_not_reached(carrier: Carrier, base: str) -> None:
    carrier.down = True
    with pytest.raises(NotReached):
        twilio_sms(base).send(to=MOTHER, text="x", reference=MESSAGE)
    with pytest.raises(NotReached):
        twilio_sms(base).find(to=MOTHER, text="x", reference=MESSAGE, since=NOW)
    carrier.down = False
    with pytest.raises(NotReached, match="twilio-20003"):
        twilio_sms(base, token="wrong").send(to=MOTHER, text="x", reference=MESSAGE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(NotReached):
            twilio_sms(f"http://127.0.0.1:{free.getsockname()[1]}").send(to=MOTHER, text="x", reference=MESSAGE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"Boddy": ["x"]},
        {"ValidityPeriod": ["soon"]},
        {"SmartEncoded": ["perhaps"]},
        {"StatusCallback": ["not an address"]},
        {"MessagingServiceSid": ["MG1"]},
        {"Body": ["one", "two"]},
    ],
)
def test_the_carrier_refuses_what_the_description_does_not_know(wrong: dict[str, list[str]]) -> None:
    check_request("POST", PATH, {}, {"To": [MOTHER], "Body": ["x"], "From": ["Kezdesu"]})
    with pytest.raises(NotDescribed):
        check_request("POST", PATH, {}, {"To": [MOTHER], "From": ["Kezdesu"], "Body": ["x"], **wrong})
    with pytest.raises(NotDescribed):
        check_request("POST", PATH, {}, {"Body": ["x"]})
    with pytest.raises(NotDescribed):
        check_request("POST", PATH.replace("AC0", "AX0"), {}, {"To": [MOTHER]})
