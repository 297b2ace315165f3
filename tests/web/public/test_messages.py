"""Messages can be read again with what became of them; an e-mail address answers before it is written to."""

import re
from pathlib import Path

import pytest

from service.app.notices import Notice, notify_all
from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms, NotReached, Sent
from service.jobs.delivering import Deliverer, Suppliers
from service.store.unit_of_work import UnitOfWork
from service.web import public
from service.web.code_sending import code_sender
from tests.browser.faces import SETTINGS, Faces
from tests.builders import CONSOLE
from tests.cast import MEDIUM
from tests.web.clicking import Clicker, signed_in, words_of


def tell(faces: Faces, name: str, template: str, **arguments: str) -> None:
    def act(unit: UnitOfWork) -> None:
        notify_all(unit, [Notice(faces.world.people[name], template, arguments)], institution=MEDIUM)
        unit.tell("notice.tried", MEDIUM)

    faces.world.run(CONSOLE, act)


def deliver(faces: Faces, folder: Path) -> LocalMail:
    letters = LocalMail(folder / "mail", faces.world.clock)
    deliverer = Deliverer(Suppliers(LocalSms(folder / "other-sms", faces.world.clock), letters))
    while deliverer.turn(faces.world.environment):
        pass
    return letters


def code_in(letters: LocalMail) -> str:
    found = re.search(r"\b\d{6}\b", letters.received()[0].text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("language", "words", "state"),
    [("kk", "Байланыс туралы өтінішіңізге келісім берілмеді", "жіберілді"), ("en", "was not agreed to", "sent")],
)
def test_what_was_told_is_there_with_what_became_of_it(
    faces: Faces, tmp_path: Path, language: str, words: str, state: str
) -> None:
    tell(faces, "Болат", "relationship-declined")
    who = signed_in(faces, "Болат", language)
    before = words_of(who.see("/messages"))
    assert words in before
    deliver(faces, tmp_path)
    assert state in words_of(who.see("/messages"))
    assert faces.world.phones["Болат"] in before.replace(" ", "")


def test_nobody_reads_what_others_were_told(faces: Faces) -> None:
    tell(faces, "Болат", "relationship-declined")
    assert "was not agreed to" not in words_of(signed_in(faces, "Гульзат").see("/messages"))


def with_letters(faces: Faces, folder: Path) -> tuple[Clicker, LocalMail]:
    letters = LocalMail(folder / "code-mail", faces.world.clock)
    environment = faces.world.environment
    app = public.create_app(environment, SETTINGS, send_code=code_sender(environment, faces.texts, letters))
    who = Clicker(app)
    who.send_and_follow("/sign-in", phone=faces.world.phones["Болат"])
    who.send_and_follow("/sign-in/code", code=faces.code())
    return who, letters


def test_letters_begin_when_the_address_has_answered(faces: Faces, tmp_path: Path) -> None:
    who, letters = with_letters(faces, tmp_path)
    who.send_and_follow("/messages/email", email="bolat@example.kz")
    assert [one.to for one in letters.received()] == ["bolat@example.kz"]
    assert "bolat@example.kz" not in words_of(who.see("/messages"))
    wrong = who.send("/messages/email/code", code="000000" if code_in(letters) != "000000" else "111111")
    assert wrong.status_code == 200
    assert "bolat@example.kz" in words_of(who.send_and_follow("/messages/email/code", code=code_in(letters)))
    again = who.send("/messages/email/code", code=code_in(letters))
    assert again.status_code == 200, "a code is good once"
    sent = deliver(faces, tmp_path).received()
    assert {one.to for one in sent} >= {"bolat@example.kz"}
    page = who.send_and_follow("/messages/email/end", "/messages")
    assert "bolat@example.kz" not in words_of(page).partition("How you are told")[2]


def test_a_wrong_address_is_said_at_its_field(faces: Faces, tmp_path: Path) -> None:
    who, letters = with_letters(faces, tmp_path)
    answer = who.send("/messages/email", email="nobody")
    assert answer.status_code == 200
    assert "e-mail" in words_of(answer)
    assert letters.received() == []


def test_a_supplier_that_is_away_is_a_sentence_and_no_fault(faces: Faces) -> None:
    class Away(LocalSms):
        def send(self, *, to: str, text: str, reference: str) -> Sent:
            raise NotReached("twilio-not-reached")

    environment = faces.world.environment
    sender = code_sender(environment, Away(faces.texts.file, faces.world.clock))
    answer = Clicker(public.create_app(environment, SETTINGS, send_code=sender)).send(
        "/sign-in", phone=faces.world.phones["Болат"]
    )
    assert answer.status_code == 200
    assert "could not be sent just now" in words_of(answer)
