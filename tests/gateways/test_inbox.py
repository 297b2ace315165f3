"""The local inboxes stand for suppliers: what is sent lies there, once per reference, newest first."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from service.gateways.mail import LocalMail, MailGateway
from service.gateways.sms import LocalSms, SmsGateway

NOON = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def test_a_text_lies_in_the_inbox_as_it_was_sent(tmp_path: Path) -> None:
    inbox = LocalSms(tmp_path / "new" / "sms.jsonl", lambda: NOON)
    gateway: SmsGateway = inbox
    assert inbox.received() == []
    assert gateway.send(to="+77015550101", text="Кездесу рұқсат етілді ✅\nкод 12", reference="m1").reference == "m1"
    gateway.send(to="+77015550102", text="second", reference="m2")
    assert [(one.to, one.text, one.at) for one in inbox.received()] == [
        ("+77015550102", "second", NOON),
        ("+77015550101", "Кездесу рұқсат етілді ✅\nкод 12", NOON),
    ]


def test_a_text_sent_again_under_its_reference_is_there_once(tmp_path: Path) -> None:
    inbox = LocalSms(tmp_path / "sms.jsonl", lambda: NOON)
    for _ in range(2):
        inbox.send(to="+77015550101", text="x", reference="m1")
    assert len(inbox.received()) == 1


def test_writers_at_once_never_mix_their_lines(tmp_path: Path) -> None:
    inbox = LocalSms(tmp_path / "sms.jsonl", lambda: NOON)

    def write(writer: int) -> None:
        for number in range(50):
            inbox.send(to="+77015550101", text="ұ" * 300, reference=f"{writer}-{number}")

    writers = [threading.Thread(target=write, args=(one,)) for one in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert len(inbox.received()) == 200


def test_a_letter_lies_in_the_inbox_with_its_subject(tmp_path: Path) -> None:
    inbox = LocalMail(tmp_path / "mail.jsonl", lambda: NOON)
    gateway: MailGateway = inbox
    gateway.send(to="aigul@example.kz", subject="Рұқсаттама", text="…", reference="m1")
    assert [(one.to, one.subject) for one in inbox.received()] == [("aigul@example.kz", "Рұқсаттама")]


def test_only_the_service_reads_the_inbox(tmp_path: Path) -> None:
    inbox = LocalSms(tmp_path / "sms.jsonl", lambda: NOON)
    inbox.send(to="+77015550101", text="x", reference="m1")
    assert inbox.file.stat().st_mode & 0o077 == 0
