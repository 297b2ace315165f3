"""Houses, people and files of the installation of `tests.store.whole`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from service.app.checkpoint_publish import publish_checkpoint
from service.app.institution_open import open_institution
from service.app.person_register import Identity, add_person
from service.app.transact import transact
from service.domain.access import Actor
from service.store import tables as t
from service.store.environment import Environment
from service.store.unit_of_work import UnitOfWork
from tests.store.world import NAMES, SYSTEM

HOUSE = "la-155-8"
OTHER_HOUSE = "uk-161-3"
HOUR = timedelta(hours=1)
DAY = date(2026, 3, 19)


@dataclass
class Whole:
    """The ids of what was made, by names, and how to make more."""

    world: Environment
    ids: dict[str, str] = field(default_factory=dict)

    def act(self, type_: str, log: str, fill: Callable[[UnitOfWork], object], actor: Actor = SYSTEM) -> None:
        """One event of that type, with what `fill` writes."""

        def filled(unit: UnitOfWork) -> None:
            fill(unit)
            unit.tell(type_, log)

        transact(self.world, actor, filled)

    def new(
        self, unit: UnitOfWork, called: str, table: type[t.Row], sealed: dict[str, str] | None = None, /, **cells: Any
    ) -> str:
        """Adds a row; `sealed` are the cells to seal, under the key of the person `of`."""
        row_id: str = cells.pop("id", None) or self.world.new_id()
        person = cells.pop("of", None)
        if sealed is not None:
            cells |= unit.sealed(table, row_id, person, **sealed)
        unit.add(table(id=row_id, **cells))
        self.ids[called] = row_id
        return row_id

    def change(self, unit: UnitOfWork, table: type[t.Row], called: str, /, **cells: Any) -> None:
        unit.change(unit.get(table, self.ids[called]), **cells)

    def publish(self) -> None:
        """Publishes the head of every log."""
        for log in (t.NATIONAL, HOUSE, OTHER_HOUSE):
            transact(self.world, SYSTEM, lambda unit, log=log: publish_checkpoint(unit, log=log))


def houses(made: Whole) -> None:
    transact(
        made.world,
        SYSTEM,
        lambda unit: open_institution(
            unit, code=OTHER_HOUSE, number=2, names=NAMES, kind="maximum", time_zone="Asia/Almaty"
        ),
    )

    def law(unit: UnitOfWork) -> None:
        made.new(unit, "law2", t.LawVersion, jurisdiction="kz", digest="1" * 64, adopted_at=unit.now)
        end = {"signs_until": unit.now + HOUR, "trusted_until": unit.now + 2 * HOUR}
        made.new(unit, "key2", t.PassKey, number=2, public_key="0" * 64, signs_from=unit.now, **end)

    made.act("law.adopted", t.NATIONAL, law)

    def rooms(unit: UnitOfWork) -> None:
        for number in (1, 2):
            gate = made.new(
                unit,
                f"gate{number}",
                t.Gate,
                institution_id=HOUSE,
                name=f"КПП-{number}",
                zone=number,
                opened_at=unit.now,
            )
            room = made.new(
                unit, f"room{number}", t.Room, institution_id=HOUSE, kind="short", name=f"{number}", gate_id=gate,
                opened_at=unit.now,
            )  # fmt: skip
            for seat in ("a", "b"):
                made.new(
                    unit, f"place{number}{seat}", t.Place, institution_id=HOUSE, room_id=room, label=seat,
                    opened_at=unit.now,
                )  # fmt: skip
            made.new(
                unit, f"template{number}", t.SessionTemplate, institution_id=HOUSE, room_id=room, kind="short",
                weekdays="135", starts="10:00", minutes=120, valid_from=DAY, valid_to=DAY + timedelta(days=number),
                capacity=number,
            )  # fmt: skip

    made.act("room.opened", HOUSE, rooms)

    def close(unit: UnitOfWork) -> None:
        made.change(unit, t.Gate, "gate2", closed_at=unit.now)
        made.change(unit, t.Room, "room2", closed_on=DAY)
        made.change(unit, t.Place, "place2a", closed_on=DAY)

    made.act("room.closed", HOUSE, close)


def people_and_officers(made: Whole) -> None:
    names = ("mother", "brother", "son", "other_son", "registrar", "second_registrar", "head", "gone")

    def people(unit: UnitOfWork) -> None:
        for number, name in enumerate(names):
            identity = Identity(
                "Ахметова", f"Айгүл {'абвгдежз'[number]}", date(1970, 1, 1 + number), patronymic="Сериковна",
                document=f"KGZ passport AN12345{number}", iin=None,
            )  # fmt: skip
            made.ids[name] = add_person(unit, identity).id

    made.act("person.registered", t.NATIONAL, people)

    def officers(unit: UnitOfWork) -> None:
        for name in ("registrar", "second_registrar", "head"):
            made.new(
                unit, f"officer_{name}", t.Officer, person_id=made.ids[name], employee_number=f"№ {name}", login=name,
                password_hash="$argon2id$", body="institution", created_at=unit.now,
            )  # fmt: skip

    made.act("officer.appointed", t.NATIONAL, officers)

    def close(unit: UnitOfWork) -> None:
        made.change(unit, t.Officer, "officer_head", closed_at=unit.now, closed_reason="left")

    made.act("officer.closed", t.NATIONAL, close)

    def roles(unit: UnitOfWork) -> None:
        one, two, head = (made.ids[f"officer_{name}"] for name in ("registrar", "second_registrar", "head"))
        made.new(
            unit, "role1", t.OfficerRole, institution_id=HOUSE, officer_id=one, role="registry_officer", founding=False,
            asked_by=two, asked_at=unit.now, approved_by=head, started_at=unit.now, ended_at=unit.now + HOUR,
            ended_reason="left",
        )  # fmt: skip
        made.new(
            unit, "role2", t.OfficerRole, institution_id=HOUSE, officer_id=head, role="head", founding=True,
            asked_by=None, asked_at=unit.now, approved_by=one, started_at=unit.now,
        )  # fmt: skip

    made.act("role.given", HOUSE, roles)

    def accounts(unit: UnitOfWork) -> None:
        for number, name in enumerate(("mother", "brother", "gone")):
            phone = f"+7701000000{number}"
            made.new(
                unit, f"account_{name}", t.Account, {"phone": phone, "email": f"{name}@example.kz"}, of=made.ids[name],
                person_id=made.ids[name], phone_index=made.world.vault.index("account.phone", phone),
                consent_version="1", consented_at=unit.now, created_at=unit.now,
            )  # fmt: skip

    made.act("account.opened", t.NATIONAL, accounts, Actor("relative", "x", made.ids["mother"]))
    made.act(
        "account.closed",
        t.NATIONAL,
        lambda unit: made.change(unit, t.Account, "account_brother", closed_at=unit.now, closed_reason="asked"),
    )


def files(made: Whole) -> None:
    officer, other = made.ids["officer_registrar"], made.ids["officer_second_registrar"]

    def admit(unit: UnitOfWork) -> None:
        for name in ("son", "other_son"):
            number = f"дело {name}"
            made.new(
                unit, f"convict_{name}", t.Convict, {"file_number": number}, of=made.ids[name], id=made.ids[name],
                file_number_index=made.world.vault.index("convict.file_number", number), lifer=name == "son",
                quarantine_left_on=DAY - timedelta(days=30), admitted_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"placement_{name}", t.Placement, institution_id=HOUSE, convict_id=made.ids[name],
                institution_type="medium", basis="sentence", court_type="district", since=DAY, until=None,
                paper="№ 1", set_by=officer,
            )  # fmt: skip
            for kind, value in (("condition", "light"), ("credit", "incentive-short")):
                made.new(
                    unit, f"{kind}_{name}", t.FileEntry, institution_id=HOUSE, convict_id=made.ids[name], kind=kind,
                    value=value, since=DAY, until=None, paper="№ 2", set_by=officer, set_at=unit.now,
                )  # fmt: skip
        unit.tell("convict.admitted", t.NATIONAL)

    made.act("convict.admitted", HOUSE, admit)

    def move_on(unit: UnitOfWork) -> None:
        made.change(unit, t.Placement, "placement_other_son", until=DAY + timedelta(days=9))
        made.change(unit, t.FileEntry, "condition_son", until=DAY + timedelta(days=9))
        made.change(unit, t.Convict, "convict_other_son", released_on=DAY + timedelta(days=9))
        unit.tell("convict.moved", t.NATIONAL)

    made.act("convict.moved", HOUSE, move_on)

    def claim(unit: UnitOfWork) -> None:
        for name, son in (("mother", "son"), ("brother", "son"), ("gone", "other_son")):
            made.new(
                unit, f"tie_{name}", t.Relationship, {"basis": "свидетельство о рождении"}, of=made.ids[name],
                institution_id=HOUSE, person_id=made.ids[name], convict_id=made.ids[son], kind="parent",
                represented_by=made.ids[name] if name == "brother" else None, listed_in_file=name == "mother",
                permitted_by=other, permitted_at=unit.now, state="claimed", claimed_at=unit.now,
            )  # fmt: skip

    made.act("relationship.claimed", HOUSE, claim)
    for state, cells in (
        ("accepted", {"accepted_how": "kiosk"}),
        ("verified", {"verified_by": officer}),
        ("confirmed", {"confirmed_by": other, "since": DAY - timedelta(days=1), "until": DAY + timedelta(days=90)}),
    ):

        def step(unit: UnitOfWork, state: str = state, cells: dict[str, Any] = cells) -> None:
            for name in ("mother", "brother"):
                made.change(unit, t.Relationship, f"tie_{name}", state=state, **{f"{state}_at": unit.now}, **cells)

        made.act(f"relationship.{state}", HOUSE, step)

    def end(unit: UnitOfWork) -> None:
        made.change(unit, t.Relationship, "tie_gone", state="withdrawn", ended_at=unit.now, ended_ground="asked")
        for number, name in enumerate(("brother", "mother")):
            made.new(
                unit, f"ban_{name}", t.VisitorBan, institution_id=HOUSE, person_id=made.ids[name],
                ground="ground-smuggling", since=DAY, until=DAY + timedelta(days=number), paper="№ 3",
                set_by=officer, set_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"blocked_{number}", t.BlockedDate, institution_id=HOUSE, room_id=made.ids["room1"],
                first_on=DAY, last_on=DAY + timedelta(days=number), ground="ремонт", set_by=officer, set_at=unit.now,
                lifted_at=unit.now, lifted_by=other,
            )  # fmt: skip
        for number, kind in enumerate(("bridge", "kiosk")):
            made.new(
                unit, f"device_{kind}", t.Device, institution_id=HOUSE, kind=kind, name=f"{kind} 1",
                gate_id=made.ids["gate1"], key_hash=str(number) * 64, added_at=unit.now, added_by=officer,
            )  # fmt: skip

    made.act("devices.added", HOUSE, end)

    def revoke(unit: UnitOfWork) -> None:
        revoked = {"revoked_at": unit.now, "revoked_by": other, "revoked_code": "lost"}
        made.change(unit, t.Device, "device_kiosk", **revoked)

    made.act("device.revoked", HOUSE, revoke)
