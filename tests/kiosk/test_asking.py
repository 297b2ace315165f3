"""From the card to the number: what is asked for is in the record before the screen says so."""

import pytest
import sqlalchemy as sa

from service.app.card_issue import issue_card
from service.app.device_add import revoke_device
from service.store.columns import of
from service.store.tables import ConvictRequest, Dispute, Event
from tests.cast import MEDIUM, World
from tests.kiosk.standing import PIN, Person, Standing
from tests.web.api.v1.callers import Face, uid

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def requests(world: World) -> list[tuple[int, str, str]]:
    row = of(ConvictRequest)
    with world.environment.database.reading() as session:
        found = session.scalars(sa.select(ConvictRequest).order_by(row["number"])).all()
        return [(one.number, one.kind, one.state) for one in found]


def test_a_call_is_asked_for_with_few_touches_and_has_a_number(standing: Standing) -> None:
    him = Person(standing)
    assert "Здравствуйте, Ерлан" in him.sign_in()
    tie = standing.world.relations["Айгүл", "Ерлан"]
    assert "с кем?" in him.get("/ask/call")
    path = f"/ask/call/{uid(tie)}"
    him.get(path)
    assert "Номер: 1" in him.send(path, window="soon")
    assert requests(standing.world) == [(1, "call", "asked")]
    assert len(standing.slips) == 1
    assert "Ерлан" not in str(standing.slips[0])
    assert "№ 1" in him.get("/requests")


def test_a_lost_answer_and_a_second_press_make_no_second_request(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    him.get("/copy")
    standing.line.lost = 1
    him.client.post("/copy", data={"token": him._hidden("token"), "once": him._hidden("once")})
    him.send("/copy")
    assert [kind for _, kind, _ in requests(standing.world)] == ["record_copy"]


def test_the_kind_of_help_is_never_refused_but_says_whom_to_call(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    him.get("/help-call")
    assert "Напишите, кому вы хотите позвонить." in him.send("/help-call", purpose="legal", words="  ")
    assert "Принято" in him.send("/help-call", purpose="legal", words="адвокат Сергеева, 8 701 000 00 00")


def test_what_is_wrong_in_the_record_is_said_in_two_touches(standing: Standing) -> None:
    world = standing.world
    shown = Face(world).granted()
    him = Person(standing)
    him.sign_in()
    assert shown in him.get("/record")
    assert "Эта запись неверна?" in him.get(f"/record/{shown}")
    assert "Ваши слова записаны" in him.send(f"/record/{shown}/dispute", code="unknown-person")
    with world.environment.database.reading() as session:
        assert session.execute(sa.select(of(Dispute).code, of(Dispute).as_convict)).one() == ("unknown-person", True)


def test_he_accepts_and_declines_relatives_and_is_asked_once_more(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    assert "ждёт вашего ответа" in him.get("/people")
    tie = standing.world.relations["Болат", "Ерлан"]
    path = f"/people/{uid(tie)}/accept"
    assert "Хотите встречаться с этим человеком?" in him.get(path)
    assert "Ваше согласие записано" in him.send(path)
    assert "документы проверяются" in him.get("/people")


def test_every_screen_opens_in_every_language(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    paths = ("/home", "/record", "/people", "/requests", "/left", "/news", "/join", "/letter", "/help-call", "/keep",
             "/copy", "/first-visit", "/way", "/contact", "/ask/call", "/ask/long", "/still-here")  # fmt: skip
    for code in ("kk", "ru", "en"):
        him.get("/home")
        him.send("/language", language=code, back="/home")
        for path in paths:
            assert f'<html lang="{code}">' in him.get(path), path
            assert "{" not in him.page.split("<main")[1].replace("{{", ""), path


def test_a_first_pin_leads_to_a_choice_said_twice(standing: Standing) -> None:
    first = standing.give_card("Олег", "0400AA00BB", "8351")
    assert first != "8351"
    made = standing.world.run(
        standing.world.as_officer("registry_officer"),
        lambda unit: issue_card(unit, convict=standing.world.people["Олег"], number="0400AA00BC"),
    )
    him = Person(standing)
    assert "Выберите новый PIN-код" in him.sign_in("0400AA00BC", made.first_pin)
    assert "Введите новый PIN-код ещё раз" in him.type_pin("4071")
    assert "Набрано по-разному" in him.type_pin("4072")
    him.type_pin("1234")
    assert "слишком простой" in him.type_pin("1234")
    him.type_pin("4071")
    assert "Хотите второй код?" in him.type_pin("4071")
    assert "Код сохранён" in him.send("/second-pin", want="no")
    assert "Здравствуйте" in him.get("/home")


def test_a_stolen_key_is_dead_at_once_and_what_it_did_is_still_its_own(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    him.get("/copy")
    him.send("/copy")
    device = standing.world.devices[f"kiosk@{MEDIUM}"].device
    standing.world.run(
        standing.world.as_officer("duty_officer"), lambda unit: revoke_device(unit, device=device, code="stolen")
    )
    assert "Терминал жұмыс істемейді" in him.get("/home")
    assert "Терминал жұмыс істемейді" in him.get("/")
    fresh = Person(standing)
    assert "Здравствуйте" not in fresh.sign_in()
    with standing.world.environment.database.reading() as session:
        leaf = session.execute(sa.select(of(Event).leaf).where(of(Event).type == "convict_request.made")).scalar_one()
    assert device.encode() in leaf


def test_nonsense_typed_into_addresses_and_forms_is_never_a_fault(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    for path in ("/ask/party", "/ask/call/x", "/record/x", "/people/x/accept", "/people/x/eat", "/aloud/x.wav", "/x",
                 "/ask/call/%00", "/record?from=-5", "/record?from=99999999999999999999"):  # fmt: skip
        assert him.client.get(path).status_code < 500, path
    for path, form in (
        ("/keep", {"kind": "party", "tie": "x"}),
        ("/keep", {"kind": "long", "tie": "x"}),
        ("/first-visit", {"kind": "x"}),
        ("/letter", {"body": "x", "words": "y"}),
        ("/shorten/x", {}),
        ("/record/x/dispute", {"code": "did-not-happen"}),
        ("/pin", {"key": "٣"}),
        ("/language", {"language": "xx", "back": "//evil.example"}),
    ):
        him.get("/home")
        answer = him.client.post(path, data={"token": him._hidden("token"), "once": him._hidden("once"), **form})
        assert answer.status_code < 500, path
        assert "evil" not in answer.headers.get("Location", "")
    assert PIN not in him.get("/home")


def test_news_are_told_in_the_words_of_the_kiosk_which_knows_no_passes(standing: Standing) -> None:
    Face(standing.world).granted()
    him = Person(standing)
    him.sign_in()
    page = him.get("/news")
    assert "Свидание разрешено: 14 марта" in page
    assert "ропуск" not in page
    assert "Kezdesu:" not in page
