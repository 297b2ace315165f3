"""A second reader of Twilio's description, which we did not write: Stoplight's Prism, as a proxy before the carrier.

It needs Node 18.20.1 or newer and npm (Debian: `nodejs`, `npm`), and is laid from `prism/package-lock.json` by hashes.
Prism lets parameters pass that the description does not name; those are the carrier's own to refuse.
"""

import base64
import json
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.carrier.carrier import ACCOUNT, TOKEN, Carrier, open_carrier
from tests.carrier.described import FILE
from tests.carrier.gateway import PUBLIC, twilio_sms

LOCK = Path(__file__).parent / "prism"
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MOTHER = "+77015550101"
PATIENCE = 300
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def corrected(schema: Any, *, answering: bool = False) -> Any:
    """The description as a strict reader can take it: the addresses of pages in answers are relative."""
    if isinstance(schema, list):
        return [corrected(one, answering=answering) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: corrected(value, answering=answering or key == "responses") for key, value in schema.items()}
    if answering and plain.get("format") == "uri":
        del plain["format"]
    return plain


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for program in ("node", "npm"):
        assert shutil.which(program), f"{program} is missing: install Debian's nodejs and npm (see .ci/system-packages)"
    folder = tmp_path_factory.mktemp("prism")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCK / name, folder)
    laid = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert laid.returncode == 0, laid.stderr[-2000:]
    return folder / "node_modules" / ".bin" / "prism"


@pytest.fixture
def carrier() -> Carrier:
    return Carrier(lambda: NOW, random.Random(1))


@pytest.fixture
def proxied(prism: Path, carrier: Carrier, tmp_path: Path) -> Iterator[str]:
    """Prism between the service and the carrier: requests and answers that it objects to are errors."""
    document = tmp_path / "messages.json"
    document.write_text(json.dumps(corrected(json.loads(FILE.read_text(encoding="utf-8")))), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port = chosen.getsockname()[1]
    with open_carrier(carrier) as base:
        process = subprocess.Popen(
            [prism, "proxy", document, base, "--errors", "--host", "127.0.0.1", "--port", str(port)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            end = time.monotonic() + PATIENCE
            while not _listens(port):
                assert process.poll() is None, process.stdout.read() if process.stdout else ""
                assert time.monotonic() < end, "prism does not begin"
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.communicate()


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


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
