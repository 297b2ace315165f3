"""Heads reach the witnesses, their cosignatures are kept, and a witness that objects is heard."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app.reading import Reading
from service.app.receipt_make import make_receipt
from service.app.witness_feed import due_logs, make_ask, take_answer, take_cosignature
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.domain.witnessing import Step
from service.jobs.witnessing import FEEDER
from service.record import notes
from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.cosignature import Cosigner
from service.record.disclosure import check_receipt
from service.record.hashes import root
from service.record.keys import NoteSigner
from service.record.refusals import RecordRefused
from service.record.witness.request import encode_request
from service.store.tables import Log, WitnessLine
from tests.app.test_appointment_life import grant, hold, request
from tests.app.witness_field import Field, field
from tests.cast import MEDIUM

__all__ = ["field"]


def test_every_witness_cosigns_the_newest_head_of_every_log(field: Field) -> None:
    field.publish()
    assert field.feed() == 6
    assert field.count() == 6
    assert field.feed() == 0, "nothing is due before something happens"
    field.happens()
    field.publish()
    assert field.feed() == 3
    assert field.shown().age == timedelta(0)
    assert field.shown().step is Step.NORMAL


def test_a_head_is_taken_to_the_witness_with_the_proof_from_the_size_it_holds(field: Field) -> None:
    field.publish()
    field.feed("ngo")
    held = field.line("ngo").held_size
    field.happens()
    field.publish()
    field.asked.clear()
    assert field.feed("ngo") == 1
    assert field.asked == [("http://ngo.example", held)]


def test_a_witness_that_knows_the_log_already_tells_its_size_and_is_asked_from_there(field: Field) -> None:
    field.publish()
    field.feed("ngo")
    held = field.line("ngo").held_size
    with field.world.environment.database.writes() as session:
        session.execute(sa.delete(WitnessLine))
        session.commit()
    field.happens()
    field.publish()
    field.asked.clear()
    field.feed("ngo")
    assert field.asked[:2] == [("http://ngo.example", 0), ("http://ngo.example", held)]
    assert field.line("ngo").cosigned_size == field.shown().size or field.line("ngo").cosigned_size > held


def test_a_silent_witness_is_asked_once_a_turn_and_ever_more_seldom(field: Field) -> None:
    field.publish()
    field.silent.add("http://ngo.example")
    waits = []
    for _ in range(10):
        field.asked.clear()
        field.feed("ngo")
        assert len(field.asked) == 1, "the other logs do not wait for the same silence"
        line = field.line("ngo")
        assert line.next_at is not None
        assert line.fault == "not-reached"
        waits.append(line.next_at - field.world.clock.now)
        assert field.feed("ngo") == 0
        field.world.clock.now = line.next_at
    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (10, 20, 40, 80)]
    assert max(waits) == waits[-1] == timedelta(minutes=10)
    field.silent.clear()
    assert field.feed("ngo") == 2
    assert (field.line("ngo").failures, field.line("ngo").fault, field.line("ngo").next_at) == (0, None, None)


def test_a_silent_witness_keeps_no_other_from_cosigning(field: Field) -> None:
    field.publish()
    field.silent.add("http://prosecutor.example")
    assert field.feed() == 4
    assert field.shown().step is Step.NORMAL


def test_that_nothing_happened_is_cosigned_every_ten_minutes(field: Field) -> None:
    field.publish()
    field.feed()
    rows = field.count()
    for _ in range(6):
        field.passes(minutes=9, seconds=59)
        assert field.feed() == 0
        field.passes(seconds=1)
        assert field.feed() == 6
        assert field.shown().age == timedelta(0)
    assert field.count() == rows, "the first cosignature of a head stays, and no other is added"


def test_a_witness_that_holds_another_history_raises_an_alarm_once(field: Field) -> None:
    field.publish()
    witness = field.witnesses["http://ngo.example"]
    with field.world.environment.database.reading() as session:
        log = session.get(Log, MEDIUM)
        assert log is not None
        seed = field.world.environment.keys.read(f"log-{MEDIUM}")
    signer = NoteSigner(log.origin, Ed25519PrivateKey.from_private_bytes(seed))
    other = sign_checkpoint(Checkpoint(log.origin, 1, root([bytes(32)])), [signer])
    assert witness.add_checkpoint(encode_request(0, [], other)).status == 200
    field.feed("ngo")
    assert field.line("ngo").fault == "rewritten"
    (alarm,) = field.events("witness.refused")
    ngo = field.policy.witnesses["ngo"].id
    assert (alarm["witness"], alarm["code"]) == (ngo, "rewritten")
    assert field.shown().alarms == ("ngo",)
    for _ in range(3):
        field.passes(minutes=11)
        field.publish()
        field.feed("ngo")
    assert len(field.events("witness.refused")) == 1
    assert [one.kind for one in witness.state.refused()] == ["rewritten"] * len(witness.state.refused())
    assert witness.state.refused()


def answer(field: Field, status: int, body: bytes, old: int | None = None) -> str:
    with Reading(field.world.environment, FEEDER) as reading:
        ask = make_ask(reading, log=MEDIUM, witness=field.policy.witnesses["ngo"], old=old)
    assert ask is not None
    return field.world.run(FEEDER, lambda unit: take_answer(unit, field.policy, ask, status, body))


def test_a_conflict_without_a_size_is_a_refusal(field: Field) -> None:
    field.publish()
    assert answer(field, 409, b"") == "alarm"
    assert field.line("ngo").fault == "rewritten"


def test_a_witness_that_holds_more_than_there_is_says_that_the_log_was_cut(field: Field) -> None:
    field.publish()
    assert answer(field, 409, b"999999\n") == "alarm"
    assert field.events("witness.refused")[0] | {"size": 0} == {
        "witness": field.policy.witnesses["ngo"].id, "code": "longer", "held": 999999, "size": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"request.form"), (403, b""), (404, b""), (500, b""), (302, b""), (200, b""), (200, b"garbage"),
        (200, "— ngo.example/w AAAAAAAA\n".encode()),
    ],
)  # fmt: skip
def test_every_other_answer_is_a_failure_that_is_tried_again(field: Field, status: int, body: bytes) -> None:
    field.publish()
    assert answer(field, status, body) == "failed"
    assert field.line("ngo").next_at == field.world.clock.now + timedelta(seconds=10)
    assert field.events("witness.refused") == []
    assert field.count() == 0


def test_a_cosignature_by_another_key_is_not_kept(field: Field) -> None:
    field.publish()
    with Reading(field.world.environment, FEEDER) as reading:
        ask = make_ask(reading, log=MEDIUM, witness=field.policy.witnesses["ngo"])
    assert ask is not None
    stranger = Cosigner("ngo.example/w", Ed25519PrivateKey.generate())
    line = stranger.cosign(ask.head, field.world.clock.now).line.encode()
    assert answer(field, 200, line) == "failed"


def test_only_the_system_feeds(field: Field) -> None:
    field.publish()
    with Reading(field.world.environment, FEEDER) as reading:
        ask = make_ask(reading, log=MEDIUM, witness=field.policy.witnesses["ngo"])
    assert ask is not None
    with pytest.raises(Refusal):
        field.world.run(field.world.as_officer("head"), lambda unit: take_answer(unit, field.policy, ask, 422, b""))


def test_a_witness_without_a_line_answers_by_file(field: Field) -> None:
    field.publish()
    with Reading(field.world.environment, FEEDER) as reading:
        ask = make_ask(reading, log=MEDIUM, witness=field.policy.witnesses["ngo"])
    assert ask is not None
    reply = field.submit("http://ngo.example", ask.body)
    note = notes.parse(ask.head.encode() + reply.body)
    assert field.world.run(FEEDER, lambda unit: take_cosignature(unit, field.policy, note)) == ["ngo"]
    assert field.line("ngo").cosigned_size == ask.size
    with Reading(field.world.environment, FEEDER) as reading:
        assert MEDIUM not in due_logs(reading, field.policy.witnesses["ngo"])
    other = notes.sign(ask.head.text.replace(str(ask.size), "1"), [])
    with pytest.raises(RecordRefused, match=r"witness\.no-head"):
        field.world.run(FEEDER, lambda unit: take_cosignature(unit, field.policy, other))


def receipt_of(field: Field, appointment: str) -> bytes:
    made = field.world.run(Actor("auditor", "prosecutor"), lambda unit: make_receipt(unit, appointment=appointment))
    assert made is not None
    return made.data


def test_a_receipt_carries_the_cosignatures_there_are(field: Field) -> None:
    held = hold(field.world)
    request(field.world, held)
    grant(field.world, held.appointment)
    field.publish()
    log = next(key for key in field.keys if key.name.endswith(MEDIUM))
    keys = [one.verifier for one in field.cosigners.values()]
    assert check_receipt(receipt_of(field, held.appointment), log, keys).proven.witnessed == ()
    field.feed("ngo", "ombudsman")
    shown = check_receipt(receipt_of(field, held.appointment), log, keys, quorum=2)
    assert {name for name, _ in shown.proven.witnessed} == {"ngo.example/w", "ombudsman.example/w"}
    field.happens()
    field.publish()
    newer = check_receipt(receipt_of(field, held.appointment), log, keys, quorum=2)
    assert newer.proven.checkpoint == shown.proven.checkpoint, (
        "a head that others signed is worth more than a newer one"
    )
    field.feed()
    assert check_receipt(receipt_of(field, held.appointment), log, keys, quorum=3).proven.checkpoint.size > (
        shown.proven.checkpoint.size
    )
