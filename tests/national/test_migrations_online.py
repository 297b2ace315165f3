"""A migration is applied while the version before serves: what would break or hold it up is refused; it is tried."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from service.store import engine, migrate
from service.store.migrate import HERE, current, head, upgrade
from service.store.migrate_check import BEFORE, unsafe, unsafe_migrations
from tests.race.caller import Caller
from tests.race.families import settle, world_of
from tests.race.racing import Hand
from tests.race.server import Server

WAIT = 60
FRAME = """import sqlalchemy as sa
from alembic import op
{said}
def upgrade():
{body}
def downgrade():
    op.drop_table("parcel")
"""
NEXT = '''"""A column and a table"""
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Both"""
    op.add_column("appointment", sa.Column("parcels", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("parcel", sa.Column("id", sa.String(32), primary_key=True),
                    sa.Column("appointment_id", sa.String(32), sa.ForeignKey("appointment.id"), nullable=False))
    op.create_index("ix_parcel_appointment", "parcel", ["appointment_id"])
'''
REFUSED = {
    'op.drop_column("room", "zone")': "takes a column away",
    'op.drop_table("room")': "takes a table away",
    'op.rename_table("room", "hall")': "takes a name away",
    'op.alter_column("room", "name", new_column_name="title")': "takes a name away",
    'op.alter_column("room", "name", type_=sa.Text())': "writes the whole table anew",
    'op.alter_column("room", "name", nullable=False)': "refuses what the version before writes",
    'op.add_column("room", sa.Column("size", sa.Integer(), nullable=False))': "must be given by processes",
    'op.create_index("ix_scan_at", "scan", ["scanned_at"])': "reads the whole table under a lock",
    'op.create_foreign_key("fk", "scan", "gate", ["gate_id"], ["id"])': "reads the whole table under a lock",
    'op.create_check_constraint("ck", "scan", "sequence >= 0")': "reads the whole table under a lock",
    'op.execute("ALTER TABLE scan ALTER COLUMN sequence TYPE bigint")': "writes the whole table anew",
    'op.execute("UPDATE scan SET verdict = NULL")': "changes rows of the whole table",
    'op.execute("CREATE INDEX ix ON scan (verdict)")': "reads the whole table under a lock",
    'op.execute("LOCK TABLE scan")': "holds up everybody",
    'with op.batch_alter_table("room") as batch:\n        batch.drop_column("zone")': "takes a column away",
}  # fmt: skip
TAKEN = (
    'op.add_column("room", sa.Column("size", sa.Integer(), nullable=True))',
    'op.add_column("room", sa.Column("size", sa.Integer(), nullable=False, server_default="0"))',
    'op.alter_column("room", "name", nullable=True)',
    'op.create_index("ix_scan_at", "scan", ["scanned_at"], postgresql_concurrently=True)',
    'op.create_foreign_key("fk", "scan", "gate", ["gate_id"], ["id"], postgresql_not_valid=True)',
    'op.create_table("parcel", sa.Column("id", sa.String(32)))\n    op.create_index("ix", "parcel", ["id"])',
    'op.create_table("parcel", sa.Column("id", sa.String(32)))\n'
    "    op.execute(\"ALTER TABLE parcel ADD CONSTRAINT c CHECK (id > '')\")",
)


def written(body: str, said: str = "") -> str:
    return FRAME.format(said=said, body=f"    {body}")


def test_every_migration_may_be_applied_beside_running_processes_or_says_from_when() -> None:
    assert unsafe_migrations() == []
    assert head() >= BEFORE


@pytest.mark.parametrize("body", REFUSED)
def test_what_breaks_or_holds_up_running_processes_is_refused(body: str) -> None:
    assert any(REFUSED[body] in fault for fault in unsafe(written(body)))
    assert unsafe(written(body, 'CONTRACT = True\nRUNS_FROM = "0.2.0"')) == []
    assert unsafe(written(body, "CONTRACT = True")) == ["a contract says with RUNS_FROM from which version it may run"]


@pytest.mark.parametrize("body", TAKEN)
def test_what_only_adds_is_taken(body: str) -> None:
    assert unsafe(written(body)) == []


def test_the_refusals_beside_a_migration_are_read_too() -> None:
    old = "ALTER TABLE scan ADD CONSTRAINT c CHECK (sequence >= 0)"
    assert unsafe(written("pass"), f"-- ALTER TABLE scan DROP x\n{old};") != []
    assert unsafe(written("pass"), f"{old} NOT VALID; CREATE FUNCTION f() AS $$ UPDATE scan SET x = 1; $$;") == []


def test_a_migration_found_in_a_folder_is_judged(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "9001_worse.py").write_text(written('op.drop_table("room")'))
    (told,) = unsafe_migrations(tmp_path)
    assert told.startswith("migration 9001: drop_table of room")


def test_a_migration_gives_up_before_those_who_wait_behind_it() -> None:
    assert migrate.LOCK_TIMEOUT_MS < engine.LOCK_TIMEOUT_MS


class Load:
    """Families that hold and cancel through a real server, one after the other, and what they were answered."""

    def __init__(self, server: Server, url: str, keys: Path) -> None:
        self.scene = settle(url, keys, families=4)
        self.answers: list[int] = []
        self._stop, self._hand, self._server = threading.Event(), Hand(world_of(url, keys), self.scene), server
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(4)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(WAIT)
        self._hand.world.database.close()

    def more(self, answers: int) -> bool:
        """Whether so many further bookings were answered within the time."""
        wanted, pause = len(self.answers) + answers, threading.Event()
        for _ in range(WAIT * 20):
            if len(self.answers) >= wanted:
                return True
            pause.wait(0.05)
        return False

    def _ask(self, number: int) -> None:
        caller, family = Caller(self._server.port, self.scene), self.scene.families[number]
        day = self._hand.today + timedelta(days=20)
        while not self._stop.is_set():
            held = caller.hold(family, self.scene.block, day, "long")
            self.answers.append(held.status)
            if held.status == 201:
                self.answers.append(caller.cancel(family, held.body["appointment"]).status)
        caller.close()


@pytest.fixture
def load(engine_url: str, tmp_path: Path) -> Iterator[Load]:
    with ExitStack() as ending:
        keys = tmp_path / "keys"
        server = Server(engine_url, keys, tmp_path, workers=2)
        made = Load(server, engine_url, keys)
        server.start()
        ending.callback(server.kill)
        made.start()
        ending.callback(made.stop)
        yield made


def newer(folder: Path) -> Path:
    """The migrations of the program, and one more."""
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9001_parcels.py").write_text(NEXT.format(head=head()))
    return folder


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_bookings_are_answered_while_a_migration_waits_and_is_applied(
    load: Load, engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = threading.Event()
    monkeypatch.setattr(migrate, "time", SimpleNamespace(sleep=lambda _: again.set()))
    folder = newer(tmp_path / "newer")
    assert unsafe(NEXT.format(head=head())) == []
    assert load.more(8)
    reading = sa.create_engine(sa.make_url(engine_url).set(drivername="postgresql+psycopg"))
    applying = threading.Thread(target=lambda: upgrade(engine_url, folder=folder))
    with reading.connect() as slow:
        slow.exec_driver_sql("SELECT count(*) FROM appointment")  # a long report, whose lock stays until it ends
        applying.start()
        assert again.wait(WAIT), "the migration did not give way"
        assert load.more(8)
    applying.join(WAIT)
    assert not applying.is_alive()
    assert load.more(8)
    with reading.connect() as connection:
        assert current(connection) == "9001"
        assert connection.exec_driver_sql("SELECT count(*) FROM appointment WHERE parcels = 0").scalar_one() > 0
    reading.dispose()
    assert {status for status in load.answers if status >= 500} == set()
    assert load.answers.count(201) > 8
