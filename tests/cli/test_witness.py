"""Witnesses from the command line: keys, files carried to and fro, policies in words, receipts against them."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app.appointment_cancel import cancel_appointment
from service.app.checkpoint_publish import publish_checkpoint
from service.domain.access import Actor
from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.cosignature import CosignatureVerifier
from service.record.export import export_log
from service.record.keys import NoteSigner
from service.record.notes import Note
from service.record.tiles import ENTRIES, decode_bundle, tile_path
from tests.cast import MEDIUM, World
from tests.cli.test_record import ORIGIN, booked, kezdesu, where
from tests.record.parties import log, signed_head
from tests.structure.tree import ROOT

__all__ = ["booked", "where"]

on_sqlite = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@pytest.fixture
def offices(tmp_path: Path) -> dict[str, str]:
    """The keys of two witnesses, made by their offices: name to verifier key."""
    names = ("prosecutor", "ombudsman")
    made = {}
    for name in names:
        result = kezdesu("witness", "keygen", f"{name}.example/w1", "--out", str(tmp_path / f"{name}.key"))
        assert result.exit_code == 0, result.output
        made[name] = result.stdout.strip()
    return made


@pytest.fixture
def policy(where: tuple[str, ...], offices: dict[str, str], tmp_path: Path) -> Path:
    """A policy in the data folder: both outside, both needed."""
    logs = json.loads(kezdesu("record", "export", "keys", "--all", *where, "--json").stdout)
    lines = [*(f"log {one['vkey']}" for one in logs), *(f"witness {name} {vkey}" for name, vkey in offices.items())]
    file = tmp_path / "data" / "witness-policy"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join([*lines, "group outside all prosecutor ombudsman", "quorum outside", ""]))
    return file


def cosign(name: str, request: str, policy: Path, *more: str) -> tuple[int, str]:
    folder = policy.parents[1]
    result = kezdesu(
        "witness", "cosign", request, "--key", str(folder / f"{name}.key"), "--state", str(folder / f"{name}.state"),
        "--policy", str(policy), *more,
    )  # fmt: skip
    return result.exit_code, result.output.strip()


def carried(where: tuple[str, ...], policy: Path, *names: str) -> None:
    for name in names:
        told = json.loads(kezdesu("witness", "export", ORIGIN, name, *where, "--json").stdout)
        status, file = cosign(name, told["file"], policy)
        assert status == 0, file
        assert kezdesu("witness", "import", file, *where).exit_code == 0


def publish(world: World) -> None:
    """By the clock of the world's people, so that they may act afterwards."""
    world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))


def test_a_key_is_secret_new_and_printed_only_as_its_other_half(offices: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "prosecutor.key"
    assert CosignatureVerifier.from_vkey(offices["prosecutor"]).name == "prosecutor.example/w1"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    again = kezdesu("witness", "keygen", "prosecutor.example/w1", "--out", str(file))
    assert (again.exit_code, file.read_bytes()) == (2, before)
    assert kezdesu("witness", "keygen", "two words", "--out", str(tmp_path / "x")).exit_code == 2


def test_an_office_needs_neither_web_framework_nor_database() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from service.cli import main\n"
        "r = CliRunner().invoke(main, ['witness', 'status', '--state', 'nowhere'])\n"
        "assert r.exit_code == 2, r.output\n"
        "import service.record.witness.server\n"
        "found = {'flask', 'werkzeug', 'sqlalchemy', 'sqlmodel', 'service.store', 'service.app'} & set(sys.modules)\n"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


@on_sqlite
def test_a_head_travels_to_a_witness_and_its_word_back_by_file(
    where: tuple[str, ...], booked: str, policy: Path, tmp_path: Path
) -> None:
    kezdesu("record", "checkpoint", *where)
    carried(where, policy, "prosecutor", "ombudsman")
    receipt = f"{booked}.tlog-proof"
    assert kezdesu("record", "prove", booked, *where).exit_code == 0
    told = json.loads(kezdesu("record", "receipt", "check", receipt, "--policy", str(policy), "--json").stdout)
    assert (told["proves"], told["type"], set(told["witnesses"])) == (
        True, "appointment.granted", {"prosecutor", "ombudsman"},
    )  # fmt: skip
    assert kezdesu("record", "verify", *where).exit_code == 0, "cosignatures change nothing of the record"
    status = json.loads(kezdesu("witness", "status", "--state", str(tmp_path / "ombudsman.state"), "--json").stdout)
    assert [one["origin"] for one in status["logs"]] == [ORIGIN]


@on_sqlite
def test_a_witness_told_the_wrong_size_says_the_right_one(
    where: tuple[str, ...], booked: str, policy: Path, world: World
) -> None:
    kezdesu("record", "checkpoint", *where)
    carried(where, policy, "prosecutor")
    held = json.loads(kezdesu("witness", "export", ORIGIN, "prosecutor", *where, "--json").stdout)["size"]
    kezdesu("witness", "export", ORIGIN, "prosecutor", "--old", "0", "--out", "wrong", *where)
    assert cosign("prosecutor", "wrong", policy) == (
        1, f"the head held here has {held} entries: export again with --old {held}",
    )  # fmt: skip
    kezdesu("witness", "export", ORIGIN, "prosecutor", "--old", str(held), "--out", "right", *where)
    assert cosign("prosecutor", "right", policy)[0] == 0


@on_sqlite
def test_a_rewritten_log_is_refused_at_the_office_and_stays_known_there(
    where: tuple[str, ...], booked: str, policy: Path, tmp_path: Path
) -> None:
    kezdesu("record", "checkpoint", *where)
    carried(where, policy, "prosecutor")
    told = json.loads(kezdesu("witness", "export", ORIGIN, "prosecutor", *where, "--json").stdout)
    file = tmp_path / told["file"]
    old, _, rest = file.read_bytes().partition(b"\n")
    file.write_bytes(old + b"\n" + b"A" * 43 + b"=\n" + rest)
    status, said = cosign("prosecutor", told["file"], policy)
    assert (status, said) == (1, "refused (422): proof.length")
    state = kezdesu("witness", "status", "--state", str(tmp_path / "prosecutor.state"))
    assert state.exit_code == 1
    assert f"{ORIGIN}  {told['size']}  rewritten (proof.length)" in state.stdout


@on_sqlite
@pytest.mark.parametrize(
    "arguments",
    [
        ("witness", "export", ORIGIN, "nobody"),
        ("witness", "export", "kezdesu.kz/nowhere", "prosecutor"),
        ("witness", "import", "strange"),
    ],
)
def test_what_cannot_be_exchanged_is_told(where: tuple[str, ...], policy: Path, arguments: tuple[str, ...]) -> None:
    Path("strange").write_bytes(signed_head(1, bytes(32)).encode())
    result = kezdesu(*arguments, *where)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


@on_sqlite
def test_a_broken_policy_keeps_the_service_from_starting_and_is_named(where: tuple[str, ...], policy: Path) -> None:
    policy.write_text("quorum nobody\n")
    result = kezdesu("record", "checkpoint", *where)
    assert (result.exit_code, f"kezdesu witness check {policy}" in result.output) == (1, True)


def test_what_is_wrong_with_a_policy_is_said_in_words(offices: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "policy"
    lines = [f"witness {name} {vkey}" for name, vkey in offices.items()]
    file.write_text("\n".join([*lines, "group outside 3 prosecutor ombudsman", "quorum outside", ""]))
    result = kezdesu("witness", "check", str(file))
    assert result.exit_code == 1
    assert f"{file}:3: 3 is not a number of members: all, any, or from 1 to as many as are listed" in result.stdout
    file.write_text("\n".join([*lines, "group outside any prosecutor", "quorum ombudsman", ""]))
    told = json.loads(kezdesu("witness", "check", str(file), "--json").stdout)
    assert [one["code"] for one in told["faults"]] == ["outside-not-needed"]
    file.write_text("\n".join([*lines, "group outside any prosecutor ombudsman", "quorum outside", ""]))
    sound = kezdesu("witness", "check", str(file))
    assert (sound.exit_code, "no quorum without one of ombudsman, prosecutor" in sound.stdout) == (0, True)
    assert kezdesu("witness", "check", str(tmp_path / "nowhere")).exit_code == 2


@on_sqlite
def test_a_receipt_is_checked_against_a_newer_copy_of_the_log(
    where: tuple[str, ...], booked: str, world: World, tmp_path: Path
) -> None:
    publish(world)
    kezdesu("record", "prove", booked, *where)
    receipt = f"{booked}.tlog-proof"
    (told,) = json.loads(kezdesu("record", "export", "now", "--log", ORIGIN, *where, "--json").stdout)
    check = ("record", "receipt", "check", receipt, "--log", told["vkey"], "--json")
    now = json.loads(kezdesu(*check, "--export", "now").stdout)
    assert (now["proves"], now["later"]) == (True, [])

    world.run(
        world.as_relative("Айгүл"),
        lambda unit: cancel_appointment(unit, appointment=booked, ground="ground-visitor-asks"),
    )
    publish(world)
    kezdesu("record", "export", "later", "--log", ORIGIN, *where)
    later = json.loads(kezdesu(*check, "--export", "later").stdout)
    assert [one["type"] for one in later["later"]] == ["appointment.cancelled"]
    assert later["still_in"] > now["still_in"]
    assert "appointment.cancelled" in kezdesu(*check[:-1], "--export", "later").stdout

    shutil.copytree("later", "changed")
    entries = next((tmp_path / "changed" / "tile" / "entries").rglob("*.p")).iterdir()
    file = next(entries)
    file.write_bytes(file.read_bytes().replace(b"appointment.cancelled", b"appointment.completed"))
    assert json.loads(kezdesu(*check, "--export", "changed").stdout)["code"] == "later.export"


@on_sqlite
def test_a_log_written_anew_with_its_own_key_no_longer_contains_what_the_receipt_proves(
    where: tuple[str, ...], booked: str, world: World, tmp_path: Path
) -> None:
    kezdesu("record", "prove", booked, *where)
    (told,) = json.loads(kezdesu("record", "export", "now", "--log", ORIGIN, *where, "--json").stdout)
    signer = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(world.environment.keys.read(f"log-{MEDIUM}")))
    entries = []
    for number in range(-(-told["entries"] // 256)):
        width = min(256, told["entries"] - number * 256)
        entries += decode_bundle((tmp_path / "now" / tile_path(ENTRIES, number, width)).read_bytes())

    def sign(size: int, root: bytes) -> Note:
        return sign_checkpoint(Checkpoint(ORIGIN, size, root), [signer])

    check = ("record", "receipt", "check", f"{booked}.tlog-proof", "--log", signer.vkey, "--json", "--export")
    export_log(tmp_path / "rewritten", [b"{}", *entries[1:], b"{}"], sign, signer.vkey)
    assert json.loads(kezdesu(*check, "rewritten").stdout)["code"] == "later.rewritten"
    export_log(tmp_path / "cut", entries[:-3], sign, signer.vkey)
    assert json.loads(kezdesu(*check, "cut").stdout)["code"] == "later.shorter"


@on_sqlite
def test_a_receipt_that_too_few_cosigned_proves_nothing(where: tuple[str, ...], booked: str, policy: Path) -> None:
    kezdesu("record", "checkpoint", *where)
    carried(where, policy, "prosecutor")
    kezdesu("record", "prove", booked, *where)
    receipt = f"{booked}.tlog-proof"
    result = kezdesu("record", "receipt", "check", receipt, "--policy", str(policy))
    assert (result.exit_code, "policy.quorum" in result.output) == (1, True)
    by_another = kezdesu("record", "receipt", "check", receipt, "--log", log(ORIGIN).vkey)
    assert by_another.exit_code == 1
    for nonsense in ((), ("--log", "x"), ("--log", log().vkey, "--policy", str(policy))):
        assert kezdesu("record", "receipt", "check", receipt, *nonsense).exit_code == 2
