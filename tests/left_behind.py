"""After all tests of a process: nobody of the cast stands readable in what they left on the disk.

Databases of both engines with their logs of changes, logs of programs, backups, journals of gates, queues of kiosks,
copies of the record: every file is searched, except those that are made to be read (`MEANT`).
"""

import re
import subprocess
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pytest

from service.domain.identity import Identity
from tests.builders import Builder

NAMED: pytest.StashKey[set[str]] = pytest.StashKey()
MEANT = frozenset(
    {
        *("sms", "sms.jsonl", "other-sms", "mail"),
        *("register.csv", "register-with-faults.csv", "registry.json"),
        *("openings", "spoiled", "shortened"),
    }
)
"""What was sent to people, registers that somebody brings or asks, and openings that two auditors released."""
SHORTEST = 4
"""Shorter texts stand in a large file by chance."""


def secrets_of(identity: Identity) -> set[str]:
    """What of an identity names its bearer."""
    told = {identity.family_name, identity.given_name, identity.patronymic, identity.iin, identity.document}
    return {one for one in told if one and len(one) >= SHORTEST}


def secrets_of_all(world: Builder) -> set[str]:
    """The same of everybody in a world, with the digits of their telephones, long and as they are dialled at home."""
    digits = {re.sub(r"\D", "", phone) for phone in world.phones.values()}
    people = (secrets_of(identity) for identity in world.identities.values())
    return digits | {one[-10:] for one in digits} | {one for secrets in people for one in secrets}


def left_behind(folder: Path, secrets: Collection[str]) -> list[str]:
    """The files below `folder`, by their path in it, in which one of the secrets can be read."""
    return sorted(str(path.relative_to(folder)) for path in _holding(_files(folder), secrets)) if secrets else []


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if not path.is_symlink() and path.is_file() and path.name not in MEANT:
            yield path


def _holding(files: Iterable[Path], secrets: Collection[str]) -> Iterator[Path]:
    words = [option for one in sorted(secrets) for option in ("-e", one)]
    command = [
        "xargs",
        "-0",
        "--no-run-if-empty",
        "grep",
        "--text",
        "--fixed-strings",
        "--files-with-matches",
        "--null",
    ]
    names = b"\0".join(str(path).encode() for path in files)
    # A file may go while it is looked for; xargs then ends with 123, as it does where nothing is found.
    done = subprocess.run([*command, *words, "--"], input=names, capture_output=True, check=False)
    if done.returncode not in (0, 123):
        raise RuntimeError(done.stderr.decode(errors="replace")[-500:])
    return (Path(one.decode()) for one in done.stdout.split(b"\0") if one)


@pytest.fixture(scope="session", autouse=True)
def nobody_left_behind(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[None]:
    """Looks through the temporary folders of this process when everything else has ended."""
    yield
    found = left_behind(tmp_path_factory.getbasetemp(), pytestconfig.stash.get(NAMED, set()))
    assert not found, f"somebody of the cast can be read in {found}"
