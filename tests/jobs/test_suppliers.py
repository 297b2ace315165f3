"""A supplier is contracted whole or not at all, and its secrets stand in no message, no representation, no log."""

import logging
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from service.config import Settings
from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms, NotSent
from service.gateways.smtp import SmtpMail
from service.gateways.twilio import TwilioReceipts, TwilioSms
from service.suppliers import receipt_reader, suppliers
from tests.carrier.carrier import Carrier, open_carrier
from tests.carrier.gateway import twilio_sms

ACCOUNT = "AC" + "a" * 32
SECRET = "not-to-be-seen-anywhere"
TWILIO = {
    "sms": "twilio",
    "twilio_account": ACCOUNT,
    "twilio_token": SECRET,
    "twilio_sender": "Kezdesu",
    "twilio_callback": "https://api.kezdesu.example",
}
SMTP = {"mail": "smtp", "smtp_host": "mail.example", "smtp_sender": "no-reply@kezdesu.example"}


def test_until_told_otherwise_everything_stays_on_this_machine(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    carried = suppliers(settings)
    assert isinstance(carried.sms, LocalSms)
    assert isinstance(carried.mail, LocalMail)
    assert receipt_reader(settings) is None


@pytest.mark.parametrize("missing", sorted(set(TWILIO) - {"sms"}))
def test_half_of_twilio_is_refused_and_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(ValidationError, match=f"KEZDESU_{missing.upper()}") as fault:
        Settings(**{name: value for name, value in TWILIO.items() if name != missing})  # type: ignore[arg-type]
    assert SECRET not in str(fault.value)


@pytest.mark.parametrize("missing", ["smtp_host", "smtp_sender"])
def test_half_of_a_mail_server_is_refused(missing: str) -> None:
    with pytest.raises(ValidationError, match=f"KEZDESU_{missing.upper()}"):
        Settings(**{name: value for name, value in SMTP.items() if name != missing})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({**TWILIO, "twilio_callback": "http://api.example"}, "https://"),
        ({**SMTP, "smtp_security": "none"}, "this machine only"),
        ({**SMTP, "smtp_user": "us"}, "KEZDESU_SMTP_PASSWORD"),
        ({**TWILIO, "twilio_token": "", "twilio_token_file": "/nowhere/at/all"}, "cannot be read"),
    ],
)
def test_what_would_not_be_safe_or_could_not_work_is_refused(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Settings(**wrong)  # type: ignore[arg-type]


def test_secrets_come_from_files_and_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    told = {**TWILIO, **SMTP, "twilio_token": "", "twilio_token_file": file, "smtp_user": "us"}
    settings = Settings(**told, smtp_password_file=file)  # type: ignore[arg-type]
    carried, reader = suppliers(settings), receipt_reader(settings)
    assert isinstance(carried.sms, TwilioSms)
    assert isinstance(carried.mail, SmtpMail)
    assert isinstance(reader, TwilioReceipts)
    assert (carried.sms.secret, carried.mail.password, reader.secret) == (SECRET,) * 3
    assert SECRET not in f"{settings!r} {carried!r} {reader!r}"


def test_a_shared_webhook_key_takes_the_place_of_the_token() -> None:
    reader = receipt_reader(Settings(**TWILIO, twilio_webhook_secret="shared"))  # type: ignore[arg-type]
    assert reader == TwilioReceipts("https://api.kezdesu.example", "shared", shared_key=True)


def test_no_number_and_no_word_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    carrier = Carrier(lambda: datetime(2026, 3, 2, tzinfo=UTC), random.Random(1))
    with open_carrier(carrier) as base:
        gateway = twilio_sms(base)
        gateway.send(to="+77015550101", text="Кездесу", reference="0" * 32)
        gateway.find(to="+77015550101", text="Кездесу", reference="0" * 32, since=datetime(2026, 3, 1, tzinfo=UTC))
        carrier.refused_numbers = {"+77015550101": 21211}
        with pytest.raises(NotSent):
            gateway.send(to="+77015550101", text="Кездесу", reference="0" * 32)
    assert "7015550101" not in caplog.text
    assert "Кездесу" not in caplog.text
