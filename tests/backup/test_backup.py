"""A backup comes back whole, as the record says, or not at all; a rollback is told in words."""

import json
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Log
from tests.backup.place import Place, secret
from tests.cast import MEDIUM

ORIGIN = f"kezdesu.kz/{MEDIUM}"
sqlite_alone = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def size_of(place: Place) -> int:
    with place.world.environment.database.reading() as session:
        return session.scalars(sa.select(of(Log).size).where(of(Log).id == MEDIUM)).one()


def test_a_backup_taken_while_others_write_comes_back_as_the_record_says(place: Place) -> None:
    enough, ended = Event(), Event()

    def write() -> None:
        while not ended.is_set():
            place.happens()
            if place.count >= 5:
                enough.set()

    writing = Thread(target=write)
    writing.start()
    try:
        assert enough.wait(60)
        made = place.back_up("backup", "--json")
    finally:
        ended.set()
        writing.join()
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    held = next(log["size"] for log in told["logs"] if log["origin"] == ORIGIN)
    assert 5 <= held <= size_of(place)
    back = place.restore("backup", "--json")
    assert back.exit_code == 0, back.output
    found = json.loads(back.stdout)
    assert (found["clean"], found["discrepancies"], found["events"]) == (
        True,
        [],
        sum(log["size"] for log in told["logs"]),
    )
    again = place.kezdesu(
        "record", "verify", "--database-url", place.empty, "--data-dir", place.folder / "new", "--json"
    )
    assert json.loads(again.stdout)["clean"] is True


def test_keys_come_back_from_a_file_of_their_own(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = (place.folder / "keys", "--keys-passphrase-file", place.passphrase)
    made = place.back_up("backup", "--keys-to", *keys)
    assert made.exit_code == 0, made.output
    wrapping = place.world.environment.keys.read("wrapping")
    for name in ("backup", "keys"):
        sealed = (place.folder / name).read_bytes()
        assert wrapping not in sealed
        assert wrapping.hex().encode() not in sealed
    monkeypatch.setenv("KEZDESU_KEYS_DIR", str(place.folder / "other-disk"))
    back = place.restore("backup", "--keys-from", *keys)
    assert back.exit_code == 0, back.output
    old, new = place.world.environment.keys.path, place.folder / "other-disk"
    assert {path.name: path.read_text() for path in new.iterdir()} == {
        path.name: path.read_text() for path in old.glob("*.key")
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in (*new.iterdir(), place.folder / "backup"))


@sqlite_alone
def test_the_secret_of_the_database_does_not_also_open_the_keys(place: Place) -> None:
    refused = place.back_up("backup", "--keys-to", place.folder / "keys", "--keys-key-file", place.key)
    assert (refused.exit_code, "secret of their own" in refused.stderr) == (2, True)
    assert not (place.folder / "backup").exists()


def test_without_the_keys_a_restore_says_what_stays_unchecked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.back_up().exit_code == 0
    monkeypatch.setenv("KEZDESU_KEYS_DIR", str(place.folder / "nowhere"))
    back = place.restore()
    assert (back.exit_code, "keys.missing" in back.stdout) == (1, True)


def test_a_restore_that_loses_ten_minutes_is_refused_or_told_in_words(place: Place) -> None:
    place.happens()
    held = size_of(place)
    assert place.back_up().exit_code == 0
    for _ in range(3):
        place.world.clock.tick(minutes=3)
        place.happens()
    place.world.clock.tick(minutes=1)
    head = place.witnessed_head()
    refused = place.restore("backup", "--checkpoint", head)
    told = f"{ORIGIN}: 3 events of 10 minutes are lost, at least. A witness holds a head of {held + 3} entries"
    assert (refused.exit_code, told in refused.stdout, "Nothing was restored" in refused.stdout) == (1, True, True)
    taken = place.restore("backup", "--checkpoint", head, "--accept-loss", "--json")
    assert taken.exit_code == 0, "where nothing was restored, the place is empty still"
    (lost,) = json.loads(taken.stdout)["lost"]
    assert (lost["log"], lost["events"], lost["minutes"]) == (ORIGIN, 3, 10)
    where = ("--database-url", place.empty, "--data-dir", place.folder / "new", "--checkpoint", head)
    verified = place.kezdesu("record", "verify", *where)
    assert (verified.exit_code, told in verified.stdout, "outside.longer" in verified.stdout) == (1, True, True)
    assert json.loads(place.kezdesu("record", "verify", *where, "--json").stdout)["lost"][0]["minutes"] == 10


def test_a_backup_that_reaches_the_witness_loses_nothing(place: Place) -> None:
    place.happens()
    head = place.witnessed_head()
    assert place.back_up().exit_code == 0
    back = place.restore("backup", "--checkpoint", head, "--json")
    assert (back.exit_code, json.loads(back.stdout)["lost"]) == (0, [])


@sqlite_alone
def test_a_garbled_or_foreign_head_does_not_let_a_rollback_pass(place: Place) -> None:
    assert place.back_up().exit_code == 0
    place.happens()
    head = place.witnessed_head()
    for number, data in enumerate((b"nothing", head.read_bytes().replace(b"la-155-8", b"la-155-9"))):
        (place.folder / f"bad{number}").write_bytes(data)
        back = place.restore("backup", "--checkpoint", place.folder / f"bad{number}")
        assert (back.exit_code, f"head {1} is" in back.stderr) == (2, True), back.output
    assert not (place.folder / "new" / "kezdesu.db").exists()


def test_nothing_is_overwritten(place: Place) -> None:
    assert place.back_up().exit_code == 0
    before = (place.folder / "backup").read_bytes()
    assert place.back_up().exit_code == 2
    assert (place.folder / "backup").read_bytes() == before
    into_the_living = place.restore(url=place.url)
    assert (into_the_living.exit_code, "not empty" in into_the_living.stderr) == (2, True)


def test_a_drill_leaves_nothing_behind(place: Place) -> None:
    place.happens()
    assert place.back_up().exit_code == 0
    done = place.restore("backup", "--drill", "--json", url=place.url)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["drill"], told["restored"], told["clean"]) == (True, False, True)
    assert told["seconds"] >= 0
    assert not any(left.name.startswith("kezdesu_drill") for left in Path(place.folder).iterdir())
    if not place.world.environment.database.is_sqlite:
        with place.world.environment.database.engine.connect() as connection:
            names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars().all()
        assert [name for name in names if name.startswith("kezdesu_drill")] == []


@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
def test_without_the_programs_of_postgresql_it_says_what_to_install(place: Place) -> None:
    refused = place.kezdesu(
        "backup", place.folder / "backup", "--key-file", place.key, "--database-url", place.url,
        "--programs", place.folder,
    )  # fmt: skip
    assert (refused.exit_code, "pg_dump is not here" in refused.stderr) == (2, True)
    assert not list(place.folder.glob("backup*"))


@sqlite_alone
def test_a_weak_or_open_secret_is_refused(place: Place) -> None:
    open_to_all = secret(place.folder / "open", bytes(range(32)).hex())
    open_to_all.chmod(0o644)
    for kind, file, told in (
        ("--key-file", open_to_all, "others on this machine may read"),
        ("--key-file", secret(place.folder / "zeros", "00" * 32), "holds no key"),
        ("--key-file", secret(place.folder / "short", "a1b2c3"), "holds no key"),
        ("--passphrase-file", secret(place.folder / "word", "password"), "is weak"),
        ("--passphrase-file", secret(place.folder / "same", "a" * 40), "is weak"),
        ("--passphrase-file", place.folder / "nowhere", "cannot be read"),
    ):
        refused = place.kezdesu("backup", place.folder / "b", kind, file, "--database-url", place.url)
        assert (refused.exit_code, told in refused.stderr) == (2, True), refused.output


def test_side_by_side_a_restore_is_the_same_and_a_failed_one_leaves_nothing(place: Place) -> None:
    place.back_up()
    file = place.folder / "backup"
    if not place.world.environment.database.is_sqlite:
        taken = sa.create_engine(place.empty.replace("postgresql://", "postgresql+psycopg://"))
        with taken.begin() as connection:  # in the way of one of the service's own functions or constraints
            connection.execute(sa.text("CREATE VIEW appointment AS SELECT 1 AS one"))
        failed = place.restore("backup", "--jobs", 2)
        assert failed.exit_code == 2, failed.output
        with taken.begin() as connection:
            assert sa.inspect(connection).get_table_names() == []
            connection.execute(sa.text("DROP VIEW appointment"))
        taken.dispose()
    assert file.exists()
    done = place.restore("backup", "--jobs", 2)
    assert done.exit_code == 0, done.output
