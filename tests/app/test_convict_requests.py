"""What a convict asks for cannot vanish: a number, an event, a deadline; what waited on the kiosk comes once."""

import base64
import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.convict_request_decide import grant_request, refuse_request, withdraw_request
from service.app.convict_request_make import Acknowledged, Asked, make_request
from service.app.entitlement_show import show_entitlement
from service.app.kiosk_show import list_requests, list_told, show_home
from service.app.letter_seal import add_oversight_key, keep_letter, list_letters, mark_fetched
from service.app.queue_take import INFO, SUITE, queue_key, take_queued
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import ConvictRequest, Event, FileEntry, QueuedFailure
from tests.app.test_kiosk_sign_in import CARD, PIN, kiosk, with_card
from tests.builders import CONSOLE
from tests.cast import MEDIUM, World

ALMATY = ZoneInfo("Asia/Almaty")


def asked(world: World, kind: str = "visit", sequence: int = 1, **more: Any) -> Asked:
    given = {"appointment_kind": "long", "relationship": world.relations["Айгүл", "Ерлан"], **more}
    return Asked(kind=kind, sequence=sequence, asked_at=world.clock.now, **given)


def ask(world: World, kind: str = "visit", sequence: int = 1, **more: Any) -> Acknowledged:
    request = asked(world, kind, sequence, **more)
    return world.run(world.at_kiosk("Ерлан"), lambda unit: make_request(unit, request))


def refusal_of(world: World, kind: str, **more: Any) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        ask(world, kind, **more)
    return [one.code for one in refusal.value.reasons] or [refusal.value.sort]


def told(world: World, *types: str) -> list[str]:
    with world.environment.database.reading() as session:
        found = session.execute(
            sa.select(of(Event).type).where(of(Event).log_id == MEDIUM).order_by(of(Event)["number"])
        ).scalars()
        return [one for one in found if one.startswith(types)]


def states(world: World) -> list[tuple[int, str]]:
    row = of(ConvictRequest)
    with world.environment.database.reading() as session:
        return [(one.number, one.state) for one in session.scalars(sa.select(ConvictRequest).order_by(row["number"]))]


def test_a_request_has_a_number_an_event_and_a_deadline_of_five_working_days(world: World) -> None:
    made = ask(world, words="Анам келсе екен")
    assert (made.number, made.state) == (1, "asked")
    assert made.decide_by is not None
    assert made.decide_by.astimezone(ALMATY).date() == world.environment.law.decision_due(
        world.clock.now.astimezone(ALMATY).date()
    )
    assert told(world, "convict_request") == ["convict_request.made"]
    assert ask(world, sequence=2).number == 2


def test_a_sequence_that_is_taken_swallows_no_other_request(world: World) -> None:
    """A kiosk that counts anew must hear that nothing was written down."""
    ask(world)
    world.clock.tick(minutes=1)
    with pytest.raises(Refusal) as refusal:
        ask(world)
    assert [one.code for one in refusal.value.reasons] == ["already-there"]
    assert ask(world, sequence=2).number == 2


def test_the_same_sequence_is_the_same_request_however_often_it_comes(world: World) -> None:
    said, first = asked(world), ask(world)
    world.clock.now += timedelta(minutes=3)
    again = [world.run(world.at_kiosk("Ерлан"), lambda unit: make_request(unit, said)) for _ in range(3)]
    assert again == [first] * 3
    assert states(world) == [(1, "asked")]
    other = Actor("kiosk", kiosk(world).id, world.people["Олег"], MEDIUM, device=kiosk(world).device)
    with pytest.raises(Refusal):
        world.run(other, lambda unit: make_request(unit, asked(world)))


def test_only_confirmed_relatives_of_his_own_are_asked_for(world: World) -> None:
    assert refusal_of(world, "visit", relationship=world.relations["Болат", "Ерлан"]) == ["not-confirmed"]
    assert refusal_of(world, "visit", relationship=world.relations["Гульзат", "Олег"]) == ["not-found"]
    assert refusal_of(world, "call", relationship=None) == ["not-confirmed"]
    assert refusal_of(world, "visit", appointment_kind="marriage") == ["choice-unknown"]
    assert refusal_of(world, "party") == ["choice-unknown"]
    yesterday = world.clock.now.date() - timedelta(days=2)
    assert refusal_of(world, "visit", first_day=yesterday) == ["date-impossible"]
    assert states(world) == []


def test_a_call_for_legal_or_medical_help_is_never_stopped_at_the_door(world: World) -> None:
    for number, purpose in enumerate(("legal", "medical"), start=1):
        made = ask(world, "call", sequence=number, purpose=purpose, relationship=None, words="адвокат, 8 701 000 00 00")
        assert made.state == "asked"


def test_an_answer_names_its_ground_and_reaches_him_at_the_kiosk(world: World) -> None:
    granted, refused = ask(world), ask(world, sequence=2)
    head = world.as_officer("head")
    world.run(head, lambda unit: grant_request(unit, request=granted.request))
    with pytest.raises(Refusal):
        world.run(head, lambda unit: refuse_request(unit, request=refused.request, ground="ground-x", words="x"))
    world.run(
        head,
        lambda unit: refuse_request(unit, request=refused.request, ground="ground-medical", words="Карантин по гриппу"),
    )
    assert states(world) == [(1, "granted"), (2, "refused")]
    zone, notices = list_told(world.environment, world.at_kiosk("Ерлан"))
    assert str(zone) == "Asia/Almaty"
    said = [one for one in notices if one.template.startswith("convict-request")]
    assert {(one.template, one.arguments["number"]) for one in said} == {
        ("convict-request-granted", "1"),
        ("convict-request-refused", "2"),
    }
    shown = {one.row.number: one for one in list_requests(world.environment, world.at_kiosk("Ерлан"))}
    assert shown[2].ended_words == "Карантин по гриппу"
    with pytest.raises(Refusal):
        world.run(head, lambda unit: grant_request(unit, request=refused.request))


def test_no_officer_takes_a_request_back_and_no_other_role_answers_it(world: World) -> None:
    made = ask(world)
    for role in ("head", "duty_officer", "registry_officer"):
        with pytest.raises(Refusal):
            world.run(world.as_officer(role), lambda unit: withdraw_request(unit, request=made.request))
    with pytest.raises(Refusal):
        world.run(world.as_officer("duty_officer"), lambda unit: grant_request(unit, request=made.request))
    world.run(world.at_kiosk("Ерлан"), lambda unit: withdraw_request(unit, request=made.request))
    assert states(world) == [(1, "withdrawn")]
    assert [one.row.id for one in list_requests(world.environment, world.as_officer("head"), ("asked",))] == []


def test_whom_the_next_visit_is_kept_for_is_said_by_him_and_the_last_word_counts(world: World) -> None:
    ask(world, "keep_for", appointment_kind="long")
    made = ask(world, "keep_for", sequence=2, appointment_kind="long", relationship=world.relations["Динара", "Ерлан"])
    assert made.state == "done"
    assert made.decide_by is None
    assert states(world) == [(1, "withdrawn"), (2, "done")]
    kept = show_home(world.environment, world.at_kiosk("Ерлан")).kept
    assert [one.relationship_id for one in kept] == [world.relations["Динара", "Ерлан"]]


def test_what_is_kept_for_one_is_not_anothers_to_take_and_nobody_is_named(world: World) -> None:
    """The calendar of the others says so; once the one it is kept for has asked, the visit after it is anybody's."""
    mother, wife = world.as_relative("Айгүл"), world.as_relative("Динара")
    ask(world, "keep_for", appointment_kind="long", relationship=world.relations["Динара", "Ерлан"])

    def answer(who: Actor, name: str) -> tuple[bool, list[str]]:
        left = show_entitlement(
            world.environment, who, world.relations[name, "Ерлан"], wish=Wish("long"), day=date(2026, 3, 14)
        )
        return left.answer.allowed, [one.code for one in left.answer.reasons]

    assert answer(wife, "Динара")[0]
    assert answer(mother, "Айгүл") == (False, ["kept-for-another"])
    with pytest.raises(Refusal) as refusal:
        hold(world, mother, "Айгүл")
    assert "kept-for-another" in [one.code for one in refusal.value.reasons]
    held = hold(world, wife, "Динара")
    world.run(wife, lambda unit: request_appointment(unit, appointment=held))
    assert show_home(world.environment, world.at_kiosk("Ерлан")).kept == ()


def hold(world: World, who: Actor, name: str) -> str:
    return world.run(
        who,
        lambda unit: hold_place(
            unit,
            convict=world.people["Ерлан"],
            relationships=[world.relations[name, "Ерлан"]],
            template=world.templates[MEDIUM, "long"],
            day=date(2026, 3, 14),
            wish=Wish("long"),
        ),
    ).appointment


def test_the_kind_of_the_first_visit_is_chosen_once_and_stands_in_his_file(world: World) -> None:
    fresh = world.at_kiosk("Нұрлан")

    def choose(kind: str, sequence: int) -> Acknowledged:
        request = Asked("first_visit", sequence, world.clock.now, appointment_kind=kind)
        return world.run(fresh, lambda unit: make_request(unit, request))

    choose("long", 1)
    with pytest.raises(Refusal):
        choose("short", 2)
    with world.environment.database.reading() as session:
        found = session.execute(
            sa.select(of(FileEntry).value).where(
                of(FileEntry).kind == "first_visit", of(FileEntry).convict_id == world.people["Нұрлан"]
            )
        ).scalars()
        assert list(found) == ["long"]


def test_home_says_what_is_left_of_each_kind_and_why_not(world: World) -> None:
    home = show_home(world.environment, world.at_kiosk("Ерлан"))
    assert home.given_name == "Ерлан"
    assert [(wish.kind, wish.by_video) for wish, _ in home.left] == [
        ("short", False), ("long", False), ("short", True), ("call", False), ("video_call", False),
    ]  # fmt: skip
    assert all(left.answer.allowed or left.answer.reasons for _, left in home.left)


# what waited for the line


def sealed(world: World, sequence: int, said: dict[str, Any], *, device: str | None = None) -> str:
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(queue_key(world.environment)))
    info = f"{INFO} {device or kiosk(world).device} {sequence}".encode()
    return base64.b64encode(SUITE.encrypt(json.dumps(said).encode(), public, info=info)).decode()


def said(world: World, **more: Any) -> dict[str, Any]:
    return {
        "card": CARD, "pin": PIN, "kind": "visit", "appointment_kind": "short",
        "relationship": world.relations["Айгүл", "Ерлан"], "first_day": "2026-03-10", "last_day": "2026-03-20", **more,
    }  # fmt: skip


def taken(world: World, sequence: int, words: str, at: datetime | None = None) -> Acknowledged | str:
    return take_queued(world.environment, kiosk(world), sequence=sequence, asked_at=at or world.clock.now, sealed=words)


def test_what_waited_for_the_line_comes_once_in_order_with_both_times(world: World) -> None:
    with_card(world)
    began = world.clock.now
    waiting = [
        (number, sealed(world, number, said(world)), began + timedelta(seconds=60 * number)) for number in range(1, 12)
    ]
    world.clock.now += timedelta(hours=1)
    answers = [taken(world, *one) for one in waiting]
    again = [taken(world, *one) for one in reversed(waiting)]
    assert answers == again[::-1]
    with world.environment.database.reading() as session:
        rows = session.scalars(sa.select(ConvictRequest).order_by(of(ConvictRequest)["number"])).all()
    assert [(one.sequence, one.asked_at, one.received_at, one.queued) for one in rows] == [
        (number, at, world.clock.now, True) for number, _, at in waiting
    ]


def test_what_cannot_be_carried_out_is_kept_with_its_reason_and_answered_alike_ever_after(world: World) -> None:
    with_card(world)
    wrong_pin = sealed(world, 1, said(world, pin="4071"))
    stranger = sealed(world, 2, said(world, relationship=world.relations["Гульзат", "Олег"]))
    moved = sealed(world, 9, said(world))
    elsewhere = sealed(world, 4, said(world), device="f" * 32)
    results = [
        taken(world, 1, wrong_pin),
        taken(world, 2, stranger),
        taken(world, 3, moved),
        taken(world, 4, elsewhere),
    ]
    assert results == ["sign-in-failed", "not-found", "unreadable", "unreadable"]
    assert [taken(world, 1, wrong_pin), taken(world, 5, "AAAA")] == ["sign-in-failed", "unreadable"]
    with world.environment.database.reading() as session:
        assert len(session.scalars(sa.select(QueuedFailure)).all()) == 5
    assert states(world) == []


# letters


def test_a_letter_is_opened_by_its_body_alone(world: World) -> None:
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    body = world.officers[MEDIUM, "auditor"]
    key = world.run(CONSOLE, lambda unit: add_oversight_key(unit, body="prosecutor", public_key=public.hex()))
    words = "Свидания мне не давали с мая."
    letter = base64.b64encode(SUITE.encrypt(words.encode(), private.public_key(), info=b"kezdesu letter v1")).decode()
    him = world.at_kiosk("Ерлан")

    def send(sequence: int) -> Acknowledged:
        return world.run(
            him, lambda unit: keep_letter(unit, key=key, sealed=letter, sequence=sequence, asked_at=world.clock.now)
        )

    made = send(1)
    assert (made.number, send(1).request, send(2).number) == (1, made.request, 2)
    auditor = Actor("auditor", body.id, body.person, MEDIUM, frozenset({"auditor"}))
    fetched = list_letters(world.environment, auditor)
    opened = SUITE.decrypt(base64.b64decode(fetched[0].sealed), private, info=b"kezdesu letter v1")
    assert opened.decode() == words
    for role in ("head", "duty_officer", "registry_officer"):
        with pytest.raises(Refusal):
            list_letters(world.environment, world.as_officer(role))
    world.run(auditor, lambda unit: mark_fetched(unit, letter=made.request))
    world.run(auditor, lambda unit: mark_fetched(unit, letter=made.request))
    assert told(world, "letter") == ["letter.kept", "letter.kept", "letter.fetched"]


def test_what_is_not_sealed_is_not_kept_as_a_letter(world: World) -> None:
    key = world.run(CONSOLE, lambda unit: add_oversight_key(unit, body="ombudsman", public_key="2" * 64))
    for text in ("Пишу открыто", "AAAA", "x" * 20_000):
        with pytest.raises(Refusal):
            world.run(
                world.at_kiosk("Ерлан"),
                lambda unit, text=text: keep_letter(unit, key=key, sealed=text, sequence=1, asked_at=world.clock.now),
            )
