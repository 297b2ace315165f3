"""What people, files, rooms and relationships go through, and at the end the record agrees with every cell."""

from datetime import date

from service.app.account_close import close_account
from service.app.account_open import open_account
from service.app.convict_admit import Arrival
from service.app.convict_enter import enter_file, leave_quarantine, lift_entry, set_condition, set_degree
from service.app.convict_transfer import release_convict, transfer_convict
from service.app.date_block import block_dates, lift_block
from service.app.device_add import revoke_device
from service.app.dispute_raise import answer_dispute, raise_dispute
from service.app.exception_ask import ask_exception, decide_exception
from service.app.officer_appoint import appoint_officer, dismiss_officer, invite_officer
from service.app.officer_sign_in import choose_password, sign_in_officer
from service.app.person_erase import ask_erasure, decide_erasure
from service.app.person_register import register_person
from service.app.relationship_claim import Sought, claim_relationship
from service.app.relationship_decide import list_relationship, permit_relationship, refuse_relationship
from service.app.relationship_end import revoke_relationship, withdraw_relationship
from service.app.role_give import approve_role, ask_role, end_role
from service.app.room_open import close_place, close_room
from service.app.timetable_change import end_sessions_on
from service.app.visitor_ban import ban_visitor
from service.store.unit_of_work import UnitOfWork
from service.store.verify.run import verify
from tests.app.rows import events
from tests.app.test_appointment_life import granted
from tests.cast import MAXIMUM, MEDIUM, World, person

TODAY = date(2026, 3, 2)


def people_and_officers(world: World) -> None:
    registry, head = world.as_officer("registry_officer"), world.as_officer("head")
    administrator = world.as_officer("account_administrator")
    new = world.run(registry, lambda unit: register_person(unit, person("Жаңа", "Адам", date(1980, 1, 1), 3000)))
    account = world.run(
        registry,
        lambda unit: open_account(unit, person=new, phone="+7 701 888 88 88", consent_version="2", email="x@y.kz"),
    )
    world.run(registry, lambda unit: close_account(unit, account=account, reason="consent-withdrawn"))
    appointed = world.run(
        administrator,
        lambda unit: appoint_officer(
            unit, identity=person("Жаңа", "Офицер", date(1980, 2, 2), 3010), employee_number="77", login="new"
        ),
    )
    choose_password(world.environment, invitation=appointed.invitation, password="seventeen purple bicycles")
    officer = appointed.officer
    for role in ("duty_officer", "call_supervisor"):
        asked = world.run(administrator, lambda unit: ask_role(unit, officer=officer, institution=MEDIUM, role=role))  # noqa: B023
        world.run(head, lambda unit: approve_role(unit, role=asked))  # noqa: B023
    world.run(head, lambda unit: end_role(unit, role=asked, reason="moved"))
    sign_in_officer(world.environment, login="new", password="seventeen purple bicycles", address="192.0.2.1")
    world.run(head, lambda unit: invite_officer(unit, officer=officer))
    world.run(head, lambda unit: dismiss_officer(unit, officer=officer, reason="left"))
    kiosk = world.devices[f"bridge@{MEDIUM}"].device
    world.run(head, lambda unit: revoke_device(unit, device=kiosk, code="replaced"))


def relationships(world: World) -> None:
    head, registry = world.as_officer("head"), world.as_officer("registry_officer")
    friend, brother = world.relations["Сергей", "Ерлан"], world.relations["Болат", "Ерлан"]
    world.run(registry, lambda unit: list_relationship(unit, relationship=friend, listed=True))
    world.run(head, lambda unit: permit_relationship(unit, relationship=friend))
    world.run(head, lambda unit: refuse_relationship(unit, relationship=friend, ground="ground-kinship-not-proved"))
    world.confirm("Болат", "Ерлан")
    world.run(head, lambda unit: revoke_relationship(unit, relationship=brother, ground="ground-false-papers"))
    nobody = Sought("8/1999-0001", "Никто", date(1980, 1, 1))
    world.run(world.as_relative("Нина"), lambda unit: claim_relationship(unit, sought=nobody, kind="parent"))
    world.run(
        head,
        lambda unit: ban_visitor(
            unit,
            institution=MEDIUM,
            person=world.people["Болат"],
            ground="administrative-offence",
            since=TODAY,
            paper="постановление № 1",
        ),
    )
    child = world.relations["Аружан", "Ерлан"]
    world.run(world.as_relative("Динара"), lambda unit: withdraw_relationship(unit, relationship=child))
    request = world.run(world.as_relative("Сергей"), lambda unit: ask_erasure(unit, person=world.people["Сергей"]))
    world.run(head, lambda unit: decide_erasure(unit, request=request, erase=True))


def files(world: World) -> None:
    head, registry = world.as_officer("head"), world.as_officer("registry_officer")
    oleg, ivan = world.people["Олег"], world.people["Иван"]

    def enter(kind: str, value: str, until: date | None = None) -> str:
        def act(unit: UnitOfWork) -> str:
            return enter_file(
                unit, convict=oleg, kind=kind, value=value, since=date(2026, 2, 1), paper="№ 5", until=until
            )

        return world.run(head, act)

    isolator = enter("suspension", "isolator", date(2026, 2, 10))
    enter("penalty", "isolator")
    enter("incentive", "gratitude")
    credit = enter("credit", "short:incentive")
    world.run(head, lambda unit: lift_entry(unit, entry=isolator, until=date(2026, 2, 5), paper="№ 6"))
    world.run(head, lambda unit: lift_entry(unit, entry=credit, until=TODAY, paper="№ 7"))
    world.run(
        world.as_officer("commission_secretary"),
        lambda unit: set_condition(unit, convict=oleg, condition="regular", since=TODAY, paper="№ 8"),
    )
    world.run(head, lambda unit: set_degree(unit, convict=oleg, degree=-1, since=TODAY, paper="№ 9"))
    new = world.convict(
        "Жаңа", person("Жаңаев", "Жаңа", date(1980, 3, 3), 3020), "8/2026-1", Arrival(MEDIUM, TODAY, "№ 1", "regular")
    )
    world.run(registry, lambda unit: leave_quarantine(unit, convict=new, on=TODAY))
    world.run(registry, lambda unit: transfer_convict(unit, convict=oleg, arrival=Arrival(MAXIMUM, TODAY, "наряд № 5")))
    world.run(registry, lambda unit: release_convict(unit, convict=ivan, on=TODAY))


def rooms_and_disputes(world: World) -> None:
    head = world.as_officer("head")
    appointment = granted(world).appointment
    raised = world.run(
        world.at_kiosk("Ерлан"),
        lambda unit: raise_dispute(unit, appointment=appointment, code="other", words="Мен сұраған жоқпын"),
    )
    world.run(head, lambda unit: answer_dispute(unit, dispute=raised, outcome="sent-to-prosecutor"))
    request = world.run(
        world.as_officer("commission_secretary"),
        lambda unit: ask_exception(
            unit,
            convict=world.people["Ерлан"],
            kind="interval-before",
            appointment_kind="short",
            ground="grave-illness",
            article="PEC 109(2)",
            words="Анасы ауыр науқас",
            usable_until=date(2026, 4, 1),
        ),
    )
    world.run(head, lambda unit: decide_exception(unit, request=request, grant=True))
    blocked = world.run(
        head, lambda unit: block_dates(unit, institution=MEDIUM, first=TODAY, last=TODAY, ground="Жөндеу")
    )
    world.run(head, lambda unit: lift_block(unit, block=blocked))
    world.run(head, lambda unit: end_sessions_on(unit, template=world.templates[MEDIUM, "call"], last=date(2026, 6, 1)))
    world.run(head, lambda unit: close_place(unit, place=world.places[MEDIUM, "call"][0], on=TODAY))
    world.run(head, lambda unit: close_room(unit, room=world.rooms[MEDIUM, "video"], on=TODAY))


def test_after_all_of_it_every_cell_is_as_the_record_says(world: World) -> None:
    for part in (people_and_officers, rooms_and_disputes, relationships, files):
        part(world)
        world.clock.tick(minutes=5)
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    report = verify(url, world.environment.vault)
    assert [str(one) for one in report.findings] == []
    assert report.events > 250


def test_no_leaf_of_the_whole_story_names_anybody(world: World) -> None:
    for part in (people_and_officers, rooms_and_disputes, relationships, files):
        part(world)
    logs = {log: "".join(str(one) for one in events(world, log)) for log in ("national", MEDIUM, MAXIMUM)}
    names = {
        cell
        for identity in world.identities.values()
        for cell in (identity.family_name, identity.iin, identity.document)
        if cell is not None
    }
    names |= {*world.phones.values(), *world.file_numbers.values(), "aigul@example.kz", "seventeen", "сұраған"}
    assert {(log, one) for log, text in logs.items() for one in names if one in text} == set()
    local = {(log, name) for log in (MEDIUM, MAXIMUM) for name, one in world.people.items() if one in logs[log]}
    assert local == set(), "an institution's log shows who is meant"


def test_in_the_national_log_a_persons_id_is_only_the_name_of_their_own_row(world: World) -> None:
    relationships(world)
    people = set(world.people.values())
    for event in events(world, "national"):
        rows = [
            (table, key, cells)
            for part in ("new", "set")
            for table, found in event.get(part, {}).items()
            for key, cells in found.items()
        ]
        shown = {(table, key) for table, key, _cells in rows if key in people}
        assert {table for table, _key in shown} <= {"person", "convict"}
        rest = str({**event, "new": None, "set": None}) + "".join(str(cells) for _table, _key, cells in rows)
        assert not [one for one in people if one in rest]
