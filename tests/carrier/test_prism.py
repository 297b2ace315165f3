"""A second reader of Twilio's description, which we did not write: Stoplight's Prism, as a proxy before the carrier.

Prism lets parameters pass that the description does not name; those are the carrier's own to refuse.
"""

import base64
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.carrier.carrier import ACCOUNT, TOKEN, Carrier, open_carrier
from tests.carrier.described import FILE
from tests.carrier.gateway import PUBLIC, twilio_sms
from tests.carrier.prism_proxy import proxied_by

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MOTHER = "+77015550101"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture
def carrier() -> Carrier:
    return Carrier(lambda: NOW, random.Random(1))


@pytest.fixture
def proxied(prism: Path, carrier: Carrier, tmp_path: Path) -> Iterator[str]:
    """Prism between the service and the carrier."""
    description = json.loads(FILE.read_text(encoding="utf-8"))
    with open_carrier(carrier) as base, proxied_by(prism, description, base, tmp_path) as address:
        yield address


def test_what_the_service_asks_and_the_carrier_answers_is_in_twilios_description(
    carrier: Carrier, proxied: str
) -> None:
    gateway = twilio_sms(proxied, timeout=60)
    sent = gateway.send(to=MOTHER, text="Кездесу рұқсат етілді.", reference="0" * 32)
    service = twilio_sms(proxied, sender="MG" + "a" * 32, timeout=60)
    service.send(to=MOTHER, text="Свидание разрешено.", reference="1" * 32)
    found = gateway.find(to=MOTHER, text="Кездесу рұқсат етілді.", reference="0" * 32, since=NOW)
    assert [one.reference for one in found] == [sent.reference] == [carrier.taken[0]["sid"]]
    assert len(carrier.taken) == 2
    assert carrier.faults == []
    right = {"To": MOTHER, "From": "Kezdesu", "Body": "x", "StatusCallback": f"{PUBLIC}/callbacks/twilio/0"}
    assert asked(proxied, right) == 201
    for wrong in ({"ValidityPeriod": "soon"}, {"MessagingServiceSid": "MG1"}, {"SmartEncoded": "perhaps"}):
        assert asked(proxied, {**right, **wrong}) == 422, wrong
    assert asked(proxied, {"Body": "x"}) == 422
    assert asked(proxied, {**right, "Boddy": "x"}) != 201, "Prism lets it pass, the carrier does not"
    assert len(carrier.taken) == 3


def asked(base: str, fields: dict[str, str]) -> int:
    """The status with which a form is answered."""
    signed = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {signed}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        with build_opener(ProxyHandler({})).open(
            Request(base + PATH, urlencode(fields).encode(), headers), timeout=60
        ) as answer:
            return int(answer.status)
    except HTTPError as fault:
        return fault.code
