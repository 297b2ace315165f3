"""A register is imported whole or not at all, with every fault named before."""

import threading
from datetime import date

import pytest
import sqlalchemy as sa

from service.app.convict_show import show_convict
from service.app.register_import import AT_ONCE, Progress, check_register, import_register, import_steps
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Convict, Event, FileEntry, Person, Placement
from service.store.verify.run import verify
from tests.app.refusals import refused
from tests.app.registers import HEADING, Line, as_csv, as_xlsx, line, lines
from tests.app.rows import rows
from tests.builders import iin
from tests.cast import MAXIMUM, MEDIUM, World


def counts(world: World) -> list[int]:
    with world.environment.database.reading() as session:
        tables = (Person, Convict, Placement, FileEntry, Event)
        return [session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in tables]


def clerk(world: World) -> Actor:
    return world.as_officer("registry_officer")


def faults(world: World, *changed: Line) -> list[list[tuple[str, str]]]:
    report = check_register(world.environment, clerk(world), MEDIUM, as_csv(list(changed)))
    return [[(one.column, one.reason.code) for one in row.faults] for row in report.rows]


def test_a_register_becomes_convicts_with_their_files(world: World) -> None:
    heard: list[Progress] = []
    before = counts(world)
    report = import_register(world.environment, clerk(world), MEDIUM, as_csv(lines(45), "kz1048"), told=heard.append)
    assert (report.imported, report.faulty, report.coding) == (45, 0, "kz1048")
    assert [(one.done, one.total) for one in heard] == [(20, 45), (40, 45), (45, 45)]
    after = counts(world)
    assert [after[place] - before[place] for place in range(3)] == [45, 45, 45]
    assert after[4] - before[4] == 2 * -(-45 // AT_ONCE)  # an event in each of two logs for every part
    entry = of(FileEntry)
    with world.environment.database.reading() as session:
        found = session.execute(
            sa.select(entry.convict_id, entry.since).where(entry.kind == "past_visit", entry.value == "short")
        ).first()
    assert found is not None
    shown = show_convict(world.environment, clerk(world), found.convict_id)
    assert (shown.now("condition"), shown.left["short"] and shown.left["short"].last) == ("regular", date(2026, 1, 14))
    due = shown.left["short"] and shown.left["short"].answer.due
    assert due == date(2026, 3, 14)  # six a year: two months after the last one, which the register knew


def test_what_was_imported_verifies_as_everything_else(world: World) -> None:
    import_register(world.environment, clerk(world), MEDIUM, as_csv(lines(25)))
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    assert verify(url.replace("+psycopg", ""), world.environment.vault).findings == []


def test_a_workbook_is_imported_like_a_text_file(world: World) -> None:
    assert import_register(world.environment, clerk(world), MEDIUM, as_xlsx(lines(5))).imported == 5
    with refused("file-has-faults"):
        import_register(world.environment, clerk(world), MEDIUM, as_csv(lines(5)))  # the same people once more


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("ИИН", "061211600013", [("iin", "iin-wrong")]),
        ("Дата рождения", "31.02.1990", [("birth_date", "day-unreadable")]),
        ("Дата рождения", "1.1.2090", [("birth_date", "date-impossible")]),
        ("Дата прибытия", "", [("since", "text-missing")]),
        ("Дата прибытия", "03.03.2026", [("since", "date-impossible")]),
        ("Фамилия", "<script>", [("family_name", "name-not-a-name")]),
        ("Условия отбывания", "мягкие", [("condition", "choice-unknown")]),
        ("Условия отбывания", "", [("condition", "text-missing")]),
        ("Степень поведения", "+4", [("degree", "choice-unknown")]),
        ("Номер личного дела", "8/2025-0117", [("file_number", "already-there")]),
        ("Условия отбывания", "Қатаң", []),
        ("Степень поведения", "−2", []),
        ("Дата рождения", "1990-03-19", []),
        ("ИИН", "", []),
    ],
)
def test_each_fault_of_a_line_is_named_in_its_cell(
    world: World, heading: str, cell: str, expected: list[tuple[str, str]]
) -> None:
    assert faults(world, line(1, **{heading: cell})) == [expected]


def test_all_faults_of_all_lines_are_named_at_once(world: World) -> None:
    found = faults(world, line(1), line(2, Фамилия="", ИИН="1"), line(1, Имя="Болат"))
    assert found == [
        [],
        [("family_name", "text-missing"), ("iin", "iin-wrong")],
        [("file_number", "row-repeats")],
    ]


def test_a_relative_who_becomes_a_convict_stays_one_person_and_a_stranger_with_their_number_does_not(
    world: World,
) -> None:
    with_number = {"Фамилия": "Ахметова", "Имя": "Айгүл", "Дата рождения": "02.01.1968"}
    number = iin(date(1968, 1, 2), 12)
    assert faults(world, line(1, ИИН=number)) == [[("iin", "identity-needs-desk")]]
    report = import_register(world.environment, clerk(world), MEDIUM, as_csv([line(1, ИИН=number, **with_number)]))
    assert report.imported == 1
    assert len(rows(world, Convict, id=world.people["Айгүл"])) == 1


def test_columns_that_are_missing_unknown_or_twice_are_refused_before_any_line(world: World) -> None:
    whole = lines(2)
    for heading, code in (
        (tuple(cell.replace("Фамилия", "Прозвище") for cell in HEADING), "column-unknown"),
        (tuple(cell.replace("Отчество", "Имя") for cell in HEADING), "column-unknown"),
    ):
        with refused(code):
            check_register(world.environment, clerk(world), MEDIUM, as_csv(whole, heading=heading))
    with refused("column-missing"):
        check_register(world.environment, clerk(world), MEDIUM, as_csv([row[1:] for row in whole], heading=HEADING[1:]))


def test_a_dry_run_writes_nothing(world: World) -> None:
    before = counts(world)
    report = check_register(world.environment, clerk(world), MEDIUM, as_csv(lines(30)))
    assert (report.faulty, len(report.rows), counts(world)) == (0, 30, before)


REFUSING = {
    "sqlite": "CREATE TRIGGER broken BEFORE INSERT ON placement WHEN NEW.paper = '{paper}' "
    "BEGIN SELECT RAISE(ABORT, 'broken'); END",
    "postgresql": "ALTER TABLE placement ADD CONSTRAINT broken CHECK (paper <> '{paper}') NOT VALID",
}


def test_a_broken_row_9999_of_10000_leaves_nothing_behind(world: World) -> None:
    before, register = counts(world), lines(10_000)
    register[9_997] = line(9_998, ИИН="061211600013")  # row 9,999 of the file: the heading is the first
    with refused("file-has-faults"):
        import_register(world.environment, clerk(world), MEDIUM, as_csv(register))
    assert counts(world) == before


@pytest.mark.parametrize("count", [200, pytest.param(10_000, id="ten-thousand")])
def test_what_the_database_refuses_at_the_last_row_but_one_takes_every_row_back(world: World, count: int) -> None:
    engine = world.environment.database.engine
    if count > 200 and engine.dialect.name != "sqlite":
        count = 2_000  # the long way once is enough
    with engine.execution_options(single=True).begin() as connection:
        connection.exec_driver_sql(REFUSING[engine.dialect.name].format(paper=f"приговор № {count - 1}"))
    before, reached = counts(world), [0]
    with pytest.raises(Refusal):
        import_register(
            world.environment,
            clerk(world),
            MEDIUM,
            as_csv(lines(count)),
            told=lambda now: reached.append(now.done),
        )
    assert reached[-1] == count - AT_ONCE
    assert counts(world) == before


def test_another_file_than_the_one_checked_is_not_imported(world: World) -> None:
    digest = check_register(world.environment, clerk(world), MEDIUM, as_csv(lines(2))).digest
    with refused("file-not-the-one-checked"):
        import_register(world.environment, clerk(world), MEDIUM, as_csv(lines(3)), digest=digest)


def test_whoever_stops_listening_in_the_middle_takes_everything_back(world: World) -> None:
    before = counts(world)
    steps = import_steps(world.environment, clerk(world), MEDIUM, as_csv(lines(60)))
    assert next(steps) == Progress(20, 60)
    steps.close()
    assert counts(world) == before


def test_of_two_registers_with_one_number_in_common_one_is_imported_whole_and_the_other_not_at_all(
    world: World,
) -> None:
    before, done = counts(world), []

    def bring(register: list[Line]) -> None:
        try:
            done.append(import_register(world.environment, clerk(world), MEDIUM, as_csv(register)).imported)
        except Refusal:
            done.append(0)

    both = [threading.Thread(target=bring, args=(register,)) for register in (lines(60), [line(60)])]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) in ([0, 1], [0, 60])
    assert counts(world)[1] - before[1] == max(done)


@pytest.mark.parametrize(("role", "institution"), [("duty_officer", MEDIUM), ("registry_officer", MAXIMUM)])
def test_only_the_registry_of_the_house_imports(world: World, role: str, institution: str) -> None:
    with pytest.raises(Refusal):
        import_register(world.environment, world.as_officer(role, institution), MEDIUM, as_csv(lines(1)))
