"""No false alarm: honest people may do what they like in any order, nothing is found; what is changed is found."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from service.store.columns import Exempt
from service.store.tables import Passing
from service.store.verify import Report, inspect_record, verify
from service.store.verify.shape import columns_found, shape_of
from service.store.verify.tables import all_models
from tests.cast import Made
from tests.postgres import Databases
from tests.store.honest import Days, days_of
from tests.store.mutations import insider

Begin = Callable[[], Days]
NOT_HELD = {
    (str(model.__tablename__), column.name)
    for model in all_models()
    for column in model.__table__.columns
    if isinstance(column.info["record"], Exempt)
} | {("alembic_version", "version_num")}
WORKING = {
    str(model.__tablename__)
    for model in all_models()
    if issubclass(model, Passing) and all(isinstance(one.info["record"], Exempt) for one in model.__table__.columns)
} | {"alembic_version"}

small = st.integers(0, 9)
ACTS = ("request", "request", "grant", "grant", "refuse", "cancel", "move", "miss", "complete", "dispute")


def honest_machine(begin: Begin, end: Callable[[Days], None]) -> type[RuleBasedStateMachine]:
    class HonestDays(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.days = begin()
            self.steps = 0

        @rule(family=small, kind=small, ahead=st.integers(1, 40), exception=st.none() | small)
        def hold(self, family: int, kind: int, ahead: int, exception: int | None) -> None:
            self.days.hold(family, kind, ahead, exception)

        @rule(which=small, act=st.sampled_from(ACTS))
        def on_a_visit(self, which: int, act: str) -> None:
            self.days.on_a_visit(which, act)

        @initialize(wanted=st.lists(st.tuples(small, small, st.integers(1, 9)), min_size=1, max_size=4))
        def some_visits_are_granted(self, wanted: list[tuple[int, int, int]]) -> None:
            for family, kind, ahead in wanted:
                self.book(family, kind, ahead)

        @rule(family=small, kind=small, ahead=st.integers(1, 9))
        def book_and_grant(self, family: int, kind: int, ahead: int) -> None:
            self.book(family, kind, ahead)

        def book(self, family: int, kind: int, ahead: int) -> None:
            self.days.hold(family, kind, ahead)
            self.days.on_a_visit(0, "request")
            self.days.on_a_visit(0, "grant")

        @rule(
            which=small,
            direction=st.sampled_from(["entry", "exit"]),
            offline=st.sampled_from([None, None, "admit", "leave"]),
        )
        def scan(self, which: int, direction: str, offline: str | None) -> None:
            self.days.scan(which, direction, offline)

        @rule(which=small, leave=st.booleans())
        def come(self, which: int, leave: bool) -> None:
            self.days.come(which, leave)

        @rule(which=small, matched=st.booleans())
        def match(self, which: int, matched: bool) -> None:
            self.days.match(which, matched)

        @rule(minutes=st.sampled_from([1, 16, 600, 3000, 40_000]))
        def time_passes(self, minutes: int) -> None:
            self.days.world.clock.tick(minutes=minutes)

        @rule(seconds=st.integers(1, 100))
        def the_clock_is_set_back(self, seconds: int) -> None:
            self.days.world.clock.tick(seconds=-seconds)

        @rule()
        def night(self) -> None:
            self.days.night()

        @rule(family=small, granted=st.booleans())
        def ask_surplus(self, family: int, granted: bool) -> None:
            self.days.ask_surplus(family, granted)

        @rule(ahead=st.integers(0, 9))
        def block(self, ahead: int) -> None:
            self.days.block(ahead)

        @rule(family=small)
        def revoke(self, family: int) -> None:
            self.days.revoke(family)

        @rule(family=small)
        def transfer(self, family: int) -> None:
            self.days.transfer(family)

        @rule()
        def publish(self) -> None:
            self.days.publish()

        @rule()
        def look(self) -> None:
            days = self.days
            assert verify(days.url, days.world.environment.vault, days.heads).findings == []

        @precondition(lambda self: self.days.visits)
        @rule(data=st.data(), changes=st.integers(1, 3))
        def tamper(self, data: st.DataObject, changes: int) -> None:
            tampered(self.days, data, changes)

        def teardown(self) -> None:
            try:
                self.look()
            finally:
                end(self.days)

    return HonestDays


def tampered(days: Days, data: st.DataObject, changes: int) -> None:
    """An insider changes up to three cells or rows; it is found; everything is taken back."""
    with insider(days.url) as inside:
        present = columns_found(shape_of(inside.raw))
        tables = [table for table in inside.columns if table not in WORKING and inside.rows(table)]
        statements = []
        for _ in range(changes):
            table = data.draw(st.sampled_from(tables))
            rows = inside.rows(table)
            row = data.draw(st.integers(0, len(rows) - 1))
            if data.draw(st.booleans()):
                statements.append(f'DELETE FROM "{table}" WHERE {rows[row].where}')
                continue
            column = data.draw(
                st.sampled_from([one for one in inside.columns[table] if (table, one.name) not in NOT_HELD])
            )
            options = list(inside.changes(column, [rows[row], rows[(row + 1) % len(rows)]]))
            change = data.draw(st.sampled_from(options))
            statements.append(change.statement)
        before = {table: [row.cells for row in inside.rows(table)] for table in tables}
        with inside.doing(*statements) as done:
            after = {table: [row.cells for row in inside.rows(table)] for table in tables}
            if done and repr(before) != repr(after):
                report = Report()
                inspect_record(inside.raw, days.world.environment.vault, present, report)
                assert not report.clean, statements


@contextmanager
def beginnings(request: pytest.FixtureRequest, engine: str) -> Iterator[tuple[Begin, Callable[[Days], None]]]:
    """How a run gets a world of its own, and how it gives it back."""
    made: Made = request.getfixturevalue(f"{'sqlite' if engine == 'sqlite' else 'postgres'}_cast")
    databases: Databases | None = request.getfixturevalue("postgres_databases") if engine != "sqlite" else None

    def copied(folder: Path) -> str:
        if databases is not None:
            return databases.make(copy_of=made.url)
        shutil.copyfile(made.url, folder / "kezdesu.db")
        return f"sqlite:///{folder / 'kezdesu.db'}"

    with tempfile.TemporaryDirectory() as all_of_them:

        def begin() -> Days:
            return days_of(made, Path(tempfile.mkdtemp(dir=all_of_them)), copied)

        def end(days: Days) -> None:
            days.world.environment.database.close()
            if databases is not None:
                databases.drop(days.url)

        yield begin, end


@pytest.mark.parametrize(("engine", "usually", "soaking"), [("sqlite", 10, 400), ("postgresql", 3, 60)])
def test_honest_days_raise_no_alarm_and_changed_ones_do(
    request: pytest.FixtureRequest, rounds: Callable[[int, int], int], engine: str, usually: int, soaking: int
) -> None:
    with beginnings(request, engine) as (begin, end):
        run_state_machine_as_test(
            honest_machine(begin, end),
            settings=settings(max_examples=rounds(usually, soaking), stateful_step_count=30, deadline=None),
        )
