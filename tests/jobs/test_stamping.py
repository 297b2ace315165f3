"""Heads are stamped once a day by a real authority of time, and a stamp that does not hold is never kept."""

from pathlib import Path

import pytest

from service.app.reading import Reading
from service.app.stamp_take import due_stamps, stamps_of
from service.gateways.time_stamp import HttpStamps, NotStamped
from service.jobs.stamping import STAMPER, stamp_heads
from service.jobs.tasks import publish_heads
from service.record.refusals import RecordRefused
from service.record.stamp import read_roots, read_stamp, request_stamp
from tests.cast import MEDIUM, World
from tests.cli.test_mirror import Office
from tests.cli.test_record import kezdesu, where
from tests.jobs.authority import Authority, listening, made

__all__ = ["where"]
HEAD = "kezdesu.kz/la-155-8\n7\nAAAA\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return made(tmp_path_factory.mktemp("time") / "authority")


def test_a_stamp_names_its_time_and_holds_for_nothing_else(authority: Authority, tmp_path: Path) -> None:
    request = request_stamp(HEAD)
    answer, roots = authority.answer(request.data), read_roots(authority.root)
    assert read_stamp(answer, HEAD, roots, request.nonce).tzinfo is not None
    with pytest.raises(RecordRefused, match="stamp"):
        read_stamp(answer, HEAD.replace("7", "8"), roots)
    with pytest.raises(RecordRefused, match="stamp"):
        read_stamp(answer, HEAD, roots, request.nonce + 1)
    stranger = read_roots(made(tmp_path / "stranger", "Somebody else").root)
    with pytest.raises(RecordRefused, match="stamp"):
        read_stamp(answer, HEAD, stranger)
    with pytest.raises(RecordRefused, match="stamp"):
        read_stamp(answer[:-20], HEAD, roots)


def test_each_log_is_stamped_once_a_day_and_only_when_it_went_on(world: World, authority: Authority) -> None:
    publish_heads(world.environment)
    roots = read_roots(authority.root)
    with listening(authority) as url:
        gateway = HttpStamps(url)
        first = stamp_heads(world.environment, gateway, roots)
        assert first == 4, "three institutions and the national log"
        assert stamp_heads(world.environment, gateway, roots) == 0
        world.clock.tick(days=20000)  # past whatever today is: the authority tells the real time
        assert stamp_heads(world.environment, gateway, roots) == 0, "nothing happened since"
    with Reading(world.environment, STAMPER) as reading:
        assert len(stamps_of(reading, MEDIUM)) == 1


def test_a_stamp_under_another_root_is_not_kept(world: World, authority: Authority, tmp_path: Path) -> None:
    publish_heads(world.environment)
    with listening(authority) as url:
        gateway = HttpStamps(url)
        roots = read_roots(made(tmp_path / "other", "Somebody else").root)
        assert stamp_heads(world.environment, gateway, roots) == 0
    with pytest.raises(NotStamped):
        gateway.stamp(b"nobody listens any more")
    with Reading(world.environment, STAMPER) as reading:
        assert len(due_stamps(reading, gateway.name)) == 4


def test_an_auditor_sees_the_stamps_in_the_report(
    world: World, where: tuple[str, ...], authority: Authority, tmp_path: Path
) -> None:
    office = Office(world, where, tmp_path)
    publish_heads(world.environment)
    with listening(authority) as url:
        stamp_heads(world.environment, HttpStamps(url), read_roots(authority.root))

    stamps, roots = tmp_path / "stamps", authority.folder / "root.pem"
    assert kezdesu("record", "stamps", str(stamps), *where).exit_code == 0
    copy = office.copy()
    status, told = office.verdict(copy, "--stamps", str(stamps), "--stamp-roots", str(roots))
    assert (status, len(told["stamps"]), {one["fault"] for one in told["stamps"]}) == (0, 4, {None})
    head = next((stamps / MEDIUM).glob("*.checkpoint"))
    head.write_bytes((stamps / "national" / next((stamps / "national").glob("*.checkpoint")).name).read_bytes())
    status, told = office.verdict(copy, "--stamps", str(stamps), "--stamp-roots", str(roots))
    assert status == 1
    assert sum(one["fault"] is not None for one in told["stamps"]) == 1
