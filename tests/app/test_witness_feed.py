"""Heads reach the witnesses, their cosignatures are kept, and a witness that objects is heard."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app.checkpoint_publish import publish_checkpoint
from service.app.date_block import block_dates
from service.app.reading import Reading
from service.app.receipt_make import make_receipt
from service.app.witness_feed import due_logs, make_ask, take_answer, take_cosignature
from service.app.witnessed_show import Witnessed, show_witnessed
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.domain.witnessing import Step
from service.gateways.witness import LocalWitnesses, NotReached, Reply
from service.jobs.witnessing import FEEDER, feed_witness
from service.record import notes
from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.cosignature import Cosigner
from service.record.disclosure import check_receipt
from service.record.hashes import root
from service.record.keys import NoteSigner, NoteVerifier
from service.record.leaf import read_leaf
from service.record.policy import Policy
from service.record.policy_text import read_policy
from service.record.refusals import RecordRefused
from service.record.witness.request import encode_request
from service.record.witness.state import State
from service.record.witness.witness import Witness
from service.store.columns import of
from service.store.cosignatures import known_line
from service.store.tables import Cosignature, Event, Log, WitnessLine
from tests.app.test_appointment_life import grant, hold, request
from tests.cast import MEDIUM, World

OUTSIDE = ("prosecutor", "ombudsman", "ngo")


class Field:
    """A world, three witnesses outside with a quorum of two, and the lines to them."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        with world.environment.database.reading() as session:
            self.keys = [NoteVerifier.from_vkey(key) for key in session.scalars(sa.select(of(Log).verifier_key))]
        self.cosigners = {name: Cosigner(f"{name}.example/w", Ed25519PrivateKey.generate()) for name in OUTSIDE}
        lines = [f"witness {name} {one.vkey} http://{name}.example" for name, one in self.cosigners.items()]
        logs = [f"log {key.vkey}" for key in self.keys]
        text = "\n".join([*logs, *lines, f"group outside 2 {' '.join(OUTSIDE)}", "quorum outside", ""])
        self.policy: Policy = read_policy(text.encode())
        self.witnesses = {
            f"http://{name}.example": Witness(one, self.keys, self.state(folder, name), world.environment.clock)
            for name, one in self.cosigners.items()
        }
        self.silent: set[str] = set()
        self.asked: list[tuple[str, int]] = []

    def state(self, folder: Path, name: str) -> State:
        return State(folder / f"{name}.state", self.cosigners[name].name, lambda _: None)

    def submit(self, url: str, body: bytes) -> Reply:
        self.asked.append((url, int(body.split(b"\n")[0][4:])))
        if url in self.silent:
            raise NotReached(url)
        return LocalWitnesses(self.witnesses).submit(url, body)

    def happens(self) -> None:
        day = self.world.environment.clock().date() + timedelta(days=90)
        self.world.run(
            self.world.as_officer("head"),
            lambda unit: block_dates(unit, institution=MEDIUM, first=day, last=day, ground="жөндеу"),
        )

    def publish(self) -> None:
        for log in (MEDIUM, "national"):
            self.world.run(FEEDER, partial(publish_checkpoint, log=log))

    def feed(self, *names: str) -> int:
        return sum(
            feed_witness(self.world.environment, self.policy, self.policy.witnesses[name], self)
            for name in names or OUTSIDE
        )

    def passes(self, **time: float) -> None:
        self.world.clock.now += timedelta(**time)

    def shown(self, policy: Policy | None = None) -> Witnessed:
        with self.world.environment.database.reading() as session:
            return show_witnessed(session, policy or self.policy, self.world.environment.clock(), MEDIUM)

    def line(self, name: str, log: str = MEDIUM) -> WitnessLine:
        with self.world.environment.database.reading() as session:
            found = known_line(session, log, self.policy.witnesses[name].id)
        assert found is not None
        return found

    def events(self, type_: str) -> list[dict[str, object]]:
        with self.world.environment.database.reading() as session:
            rows = session.scalars(sa.select(of(Event).leaf).where(of(Event).type == type_).order_by(of(Event).number))
            return [read_leaf(bytes(leaf)).facts for leaf in rows]

    def count(self) -> int:
        with self.world.environment.database.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Cosignature)) or 0


@pytest.fixture
def field(world: World, tmp_path: Path) -> Field:
    return Field(world, tmp_path)


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


def test_the_age_counts_from_the_newest_moment_that_a_quorum_saw(field: Field) -> None:
    field.publish()
    field.feed("prosecutor", "ombudsman")
    for name in ("ngo", "prosecutor"):
        field.passes(minutes=20)
        field.feed(name)
    shown = field.shown()
    assert (shown.age, shown.step) == (timedelta(minutes=20), Step.BANNER)
    field.passes(minutes=40)
    assert field.shown().step is Step.NO_EXCEPTIONS
    field.passes(hours=3)
    assert field.shown().step is Step.PAPER
    field.feed()
    assert field.shown().step is Step.NORMAL


def test_cosignatures_of_old_heads_do_not_hide_events_that_nobody_published(field: Field) -> None:
    field.publish()
    field.feed()
    field.happens()
    for _ in range(2):
        field.passes(minutes=10)
        field.feed()
    assert field.shown().age == timedelta(minutes=20)


def test_before_the_first_cosignature_the_age_counts_from_the_first_try(field: Field) -> None:
    field.publish()
    assert field.shown().size == 0
    field.silent.update(f"http://{name}.example" for name in OUTSIDE)
    field.feed()
    field.passes(minutes=70)
    assert field.shown().step is Step.NO_EXCEPTIONS


def test_where_nobody_was_asked_to_watch_it_is_said_so(field: Field) -> None:
    with field.world.environment.database.reading() as session:
        shown = show_witnessed(session, None, field.world.clock.now, MEDIUM)
    assert (shown.step, shown.age) == (Step.UNWITNESSED, None)


def test_a_cosignature_changed_in_the_table_counts_as_none(field: Field) -> None:
    field.publish()
    field.feed()
    with field.world.environment.database.writes() as session:
        line = session.scalars(sa.select(WitnessLine).where(of(WitnessLine).log_id == MEDIUM)).all()
        forged = (2**40).to_bytes(8) + bytes(line[0].signature or b"")[8:]
        session.execute(sa.update(WitnessLine).where(of(WitnessLine).log_id == MEDIUM).values(signature=forged))
        session.commit()
    assert field.shown().size == 0


def test_a_witness_whose_clock_runs_ahead_does_not_make_a_head_newer(field: Field) -> None:
    field.publish()
    field.world.clock.now += timedelta(days=30)
    ahead = field.world.clock.now
    for witness in field.witnesses.values():
        witness.clock = lambda: ahead
    field.world.clock.now -= timedelta(days=30)
    field.feed()
    field.passes(minutes=30)
    assert field.shown().age == timedelta(minutes=30)


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
