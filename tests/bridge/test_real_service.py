"""A bridge and the real service: registered, provided, cut off for a day, and heard again to the last scan."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from firmware_bridge.clock import Clock
from firmware_bridge.decide import Direction, Source, Verdict
from firmware_bridge.fakes import FakeClock, MemoryFile
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.journal import Journal
from firmware_bridge.link import Answer, Link, NoAnswer, OneByOne, Question
from firmware_bridge.passes import Refusal
from firmware_bridge.release import Credential, Ground, NotReleased, Releases
from firmware_bridge.today import Today
from firmware_bridge.upkeep import Upkeep
from service.app.appointment_cancel import cancel_appointment
from service.app.gate_pin_set import choose_pin
from service.domain.refusal import Refusal as Refused
from service.store.columns import of
from service.store.tables import Admission, JournalEntry, Scan
from tests.app.booking import granted, token
from tests.app.bridging import identity
from tests.bridge.real_service import channel, link
from tests.cast import MEDIUM, World

MORNING = datetime(2026, 3, 14, 4, 30, tzinfo=UTC)
MANY = 10_000
PIN, OTHER_PIN = "482915", "730264"


class Switch(OneByOne):
    """A network that can be pulled out."""

    def __init__(self, behind: Link) -> None:
        self.behind, self.is_on = behind, True

    def ask(self, question: Question, within: float) -> Answer | NoAnswer:
        return self.behind.ask(question, within) if self.is_on else NoAnswer("pulled out")


class Kept:
    """A file of one thing, in memory."""

    def __init__(self) -> None:
        self.octets: bytes | None = None

    def read(self) -> bytes | None:
        return self.octets

    def write(self, octets: bytes) -> None:
        self.octets = octets


class Machine:
    """A bridge's program without its lines, on the real service."""

    def __init__(self, world: World, clock: FakeClock | None = None) -> None:
        self.world, self.clock = world, clock or FakeClock(MORNING)
        self.own, self.file, self.known, self.bundle = identity(), MemoryFile(), Kept(), Kept()
        self.switch = Switch(link(world))
        self.start()

    def start(self) -> None:
        self.journal = Journal(self.file, self.own.sign)
        self.today = Today(self.clock, identity=self.own, kept=self.bundle, limit=timedelta(hours=4))
        self.gatehouse = Gatehouse(
            8, {}, journal=self.journal, link=self.switch, clock=self.clock, new_id=lambda: "0" * 15 + "1",
            today=self.today, deadline=60,
        )  # fmt: skip
        self.upkeep = self.keeping(self.clock)
        gate = str(UUID(self.world.gates[MEDIUM]))
        self.entry, self.exit = (Place(f"kpp-{way}", gate, 1, way) for way in (Direction.ENTRY, Direction.EXIT))

    def keeping(self, clock: Clock, *, alone: bool = False) -> Upkeep:
        return Upkeep(
            self.gatehouse, self.journal, self.today, clock, None if alone else channel(self.world), self.own,
                self.known,
            lambda event, **facts: None,
        )  # fmt: skip


def scans(world: World) -> list[tuple[str, str | None, str | None]]:
    row = of(Scan)
    with world.environment.database.reading() as session:
        statement = sa.select(row.verdict, row.offline_verdict, row.refusal).order_by(row.sequence)
        return [tuple(one) for one in session.execute(statement)]


@pytest.fixture
def family(world: World) -> str:
    text = token(world, granted(world))
    world.clock.set(MORNING)
    return text


def test_ten_thousand_offline_scans_are_drained_counted_once_and_in_their_order(world: World, family: str) -> None:
    machine = Machine(world)
    machine.upkeep.step()
    machine.switch.is_on = False
    for number in range(MANY):
        place = machine.exit if number % 2 else machine.entry
        assert machine.gatehouse.decide(place, family).source is Source.OFFLINE
        machine.clock.moved(1)
    machine.switch.is_on = True
    world.clock.tick(hours=6)
    batch = link(world)
    machine.switch.tell = batch.tell  # type: ignore[method-assign]
    assert machine.gatehouse.send_unheard(600) == MANY
    assert machine.gatehouse.unheard == 0
    assert scans(world) == [("admit", "admit", None), ("leave", "leave", None)] * (MANY // 2)
    machine.upkeep.step()
    assert machine.upkeep.through == machine.journal.head[0]
    with world.environment.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) == machine.journal.head[0]
        assert session.scalar(sa.select(sa.func.count()).select_from(Admission)) == MANY // 2


def test_what_was_told_before_what_no_gate_has_and_what_is_new_go_in_one_request(world: World, family: str) -> None:
    machine = Machine(world)
    questions = [
        Question("", number, gate, "kpp", Direction.ENTRY, family, MORNING, Verdict.REFUSE)
        for number, gate in ((2, machine.entry.gate), (4, str(UUID("f" * 32))), (6, machine.entry.gate))
    ]
    real = link(world)
    first, foreign, third = real.tell(questions, 60)
    assert isinstance(first, Answer)
    assert isinstance(third, Answer)
    assert isinstance(foreign, NoAnswer)
    assert foreign.lasting
    assert real.tell(questions, 60)[0] == first
    assert len(scans(world)) == 2


def test_offline_the_bundle_answers_who_it_is_and_refuses_what_was_withdrawn(world: World, family: str) -> None:
    machine = Machine(world)
    machine.upkeep.step()
    (expected,) = machine.today.expected()
    assert (expected.name, expected.relation, expected.zone) == ("Ахметова Айгүл", "parent", 1)
    assert expected.convict.startswith("Ахметов Ерлан")
    machine.switch.is_on = False
    assert machine.gatehouse.decide(machine.entry, family).verdict is Verdict.ADMIT
    answered = machine.today.answers()[0]
    assert answered.expected == expected
    assert machine.gatehouse.who_is_inside == {expected.pass_id: MORNING}


def test_a_pass_withdrawn_before_the_network_went_is_refused_and_after_it_is_kept_with_its_label(
    world: World, family: str
) -> None:
    machine = Machine(world)
    machine.upkeep.step()
    machine.switch.is_on = False
    with world.environment.database.reading() as session:
        visit = session.scalars(sa.text("SELECT id FROM appointment")).one()
    world.run(
        world.as_relative("Айгүл"),
        lambda unit: cancel_appointment(unit, appointment=visit, ground="ground-visitor-asks"),
    )
    assert machine.gatehouse.decide(machine.entry, family).verdict is Verdict.ADMIT
    machine.switch.is_on = True
    machine.gatehouse.send_unheard(60)
    assert scans(world) == [("admit", "admit", "revoked")]
    machine.gatehouse.decide(machine.exit, family)
    machine.switch.is_on = False
    machine.clock.moved(600)
    machine.upkeep.step()
    late = machine.gatehouse.decide(machine.entry, family)
    assert (late.verdict, late.reason) == (Verdict.REFUSE, Refusal.REVOKED)


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_list_over_its_limit_lets_nobody_in_and_everybody_out_whatever_the_clock_says(
    world: World, family: str, hours: int
) -> None:
    machine = Machine(world)
    machine.upkeep.step()
    machine.switch.is_on = False
    assert machine.gatehouse.decide(machine.entry, family).verdict is Verdict.ADMIT
    machine.clock.set(machine.clock.now() + timedelta(hours=hours))
    assert not machine.today.is_too_old
    alone = machine.keeping(machine.clock, alone=True)
    for _ in range(5):
        machine.clock.moved(3600)
        alone.step()
    left = machine.gatehouse.decide(machine.exit, family)
    again = machine.gatehouse.decide(machine.entry, family)
    assert left.verdict is Verdict.LEAVE
    assert (again.verdict, again.reason) == (Verdict.REFUSE, Refusal.LIST_TOO_OLD)
    machine.start()
    assert machine.today.is_too_old


def test_two_officers_release_by_hand_with_their_pins_when_nothing_else_works(world: World, family: str) -> None:
    for role, pin in (("gate_officer", PIN), ("duty_officer", OTHER_PIN)):
        choose_pin(world.environment, world.as_officer(role), pin=pin)
    machine = Machine(world)
    machine.upkeep.step()
    machine.switch.is_on = False
    gate, duty = (world.as_officer(role).id for role in ("gate_officer", "duty_officer"))
    releases = Releases(machine.gatehouse, machine.today, machine.clock)
    (expected,) = machine.today.expected()
    how = {"gate": machine.entry.gate, "direction": Direction.ENTRY, "ground": Ground.READER_BROKEN}
    for first, second, code in (
        (Credential(gate, PIN), Credential(gate, PIN), "same-officer"),
        (Credential(gate, PIN), Credential(duty, PIN), "wrong-pin"),
        (Credential(gate, PIN), Credential("f" * 32, PIN), "unknown-officer"),
    ):
        with pytest.raises(NotReleased, match=code):
            releases.release(first, second, **how)  # type: ignore[arg-type]
    number = releases.release(
        Credential(gate, PIN), Credential(duty, OTHER_PIN), pass_id=expected.pass_id, **how  # type: ignore[arg-type]
    )  # fmt: skip
    assert list(machine.gatehouse.who_is_inside) == [expected.pass_id]
    assert machine.gatehouse.decide(machine.entry, family).reason == Refusal.ALREADY_INSIDE
    kinds = [record.facts["kind"] for record in Journal(machine.file).taken_over()]
    assert (kinds[number - 1], kinds.count("release-refused")) == ("release", 1)
    machine.upkeep.step()
    assert machine.upkeep.through is not None
    machine.clock.moved(10)
    machine.upkeep.step()
    with world.environment.database.reading() as session:
        assert "release" in session.scalars(sa.select(of(JournalEntry).kind)).all()


def test_a_wrong_pin_is_tried_five_times_and_then_waited_for(world: World, family: str) -> None:
    assert family
    choose_pin(world.environment, world.as_officer("gate_officer"), pin=PIN)
    choose_pin(world.environment, world.as_officer("duty_officer"), pin=OTHER_PIN)
    machine = Machine(world)
    machine.upkeep.step()
    gate, duty = (world.as_officer(role).id for role in ("gate_officer", "duty_officer"))
    releases = Releases(machine.gatehouse, machine.today, machine.clock)

    def tried(pin: str) -> str:
        try:
            releases.release(
                Credential(duty, OTHER_PIN), Credential(gate, pin), gate="g", direction=Direction.ENTRY,
                ground=Ground.EMERGENCY,
            )  # fmt: skip
        except NotReleased as refusal:
            return refusal.code
        return "released"

    assert [tried("000000") for _ in range(6)] == ["wrong-pin"] * 5 + ["too-many-tries"]
    assert tried(PIN) == "too-many-tries"
    machine.clock.moved(901)
    assert tried(PIN) == "released"


@pytest.mark.parametrize("pin", ["12345", "111111", "123456", "987654", "12a456", "1" * 13, "121212"])
def test_a_pin_that_everybody_tries_first_is_not_taken(world: World, pin: str) -> None:
    with pytest.raises(Refused):
        choose_pin(world.environment, world.as_officer("gate_officer"), pin=pin)


def test_a_journal_cut_back_after_its_upload_is_seen_and_what_follows_is_refused(world: World, family: str) -> None:
    machine = Machine(world)
    machine.upkeep.step()
    octets = bytes(machine.file.written)
    machine.gatehouse.decide(machine.entry, family)
    machine.clock.moved(10)
    machine.upkeep.step()
    machine.file = MemoryFile(octets)
    machine.start()
    machine.upkeep.step()
    assert "the service has" in machine.upkeep.troubles["journal"]
    machine.gatehouse.decide(machine.exit, family)
    machine.clock.moved(10)
    machine.upkeep.step()
    assert "not taken" in machine.upkeep.troubles["journal"]
