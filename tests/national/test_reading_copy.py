"""The pages of oversight are read from a streamed copy; what auditors say goes to the primary; an old copy says so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.engine import make_url

from service.bootstrap import reading_world
from service.config import Settings
from service.store import replica
from service.store.environment import Environment
from service.store.tables import LeadOutcome
from service.web import oversight
from tests.app.booking import granted
from tests.browser.faces import SETTINGS
from tests.builders import PASSWORD
from tests.cast import MEDIUM, World
from tests.national.divided import url_of
from tests.national.standby import Standby
from tests.web.clicking import Clicker

on_postgresql = pytest.mark.parametrize("world", ["postgresql"], indirect=True)
PAGES = (
    "now", "late", "refusals", "exceptions", "reconciliation", "disputes", "letters", "leads", "openings", "statistics",
)  # fmt: skip


@dataclass
class Copied:
    """A world, the server that follows its own, and the world as it is read from there."""

    world: World
    standby: Standby
    reading: Environment

    def auditor(self) -> Clicker:
        app = oversight.create_app(self.world.environment, SETTINGS, reading=self.reading)
        who = Clicker(app)
        who.send_and_follow("/sign-in", login=f"auditor@{MEDIUM}", password=PASSWORD)
        return who


@pytest.fixture
def copied(world: World) -> Iterator[Copied]:
    url = url_of(world.environment)
    standby = Standby(url)
    standby.start()
    name = make_url(url).database
    assert name is not None
    settings = Settings(database_url=url, reading_database_url=standby.url(name))
    reading = reading_world(settings, world.environment)
    yield Copied(world, standby, reading)
    assert reading.database.copy is not None
    reading.database.copy.dispose()
    standby.remove()


def outcomes(environment: Environment) -> int:
    with environment.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(LeadOutcome)) or 0


@on_postgresql
def test_auditors_read_a_copy_and_what_they_say_goes_to_the_primary(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, database = copied.world, copied.reading.database
    granted(world)
    assert replica.wait_until_read(database, 60)
    who = copied.auditor()
    for page in PAGES:
        read = who.see(f"/{page}")
        assert read.status_code == 200, page
        assert "read from a copy" not in read.text
    with database.reading() as session, pytest.raises(sa.exc.InternalError, match="read-only"):
        session.execute(sa.update(LeadOutcome).values(paper="x"))
    answer = {
        "test": "several-convicts", "subject": world.people["Айгүл"], "records": "", "outcome": "explained",
        "paper": "12-1",
    }  # fmt: skip
    monkeypatch.setattr(replica, "PATIENCE", 60.0)
    assert who.send("/leads/answer", "/leads", **answer).status_code == 303
    assert outcomes(world.environment) == outcomes(copied.reading) == 1

    copied.standby.stop_following()
    granted(world, who="Гульзат", convict="Олег")
    assert not replica.wait_until_read(database, 0.1)
    assert replica.behind(database) > timedelta()
    monkeypatch.setattr("service.web.oversight.face.LATE", timedelta())
    assert "read from a copy that has heard nothing new for 0 minutes" in who.see("/now").text
    copied.standby.go_on_following()
    assert replica.wait_until_read(database, 60)


@on_postgresql
def test_a_copy_that_follows_nobody_is_not_behind(world: World) -> None:
    own = world.environment.database
    assert replica.behind(own) == timedelta()
    itself = own.reading_from(replace(own))
    assert replica.behind(itself) == timedelta()
    assert replica.wait_until_read(itself, 60)


def test_only_postgresql_has_a_copy_to_read() -> None:
    with pytest.raises(ValidationError, match="KEZDESU_READING_DATABASE_URL"):
        Settings(reading_database_url="postgresql:///copy")
