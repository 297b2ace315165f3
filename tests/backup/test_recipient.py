"""A backup that the machine which makes it cannot read: only the recipient's private key, kept elsewhere, opens it."""

import io
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from service.backup import sealing
from service.backup.refused import NotDone
from service.backup.sealing import (
    HEADER,
    WRAPPED,
    PrivateKey,
    Recipient,
    Sealer,
    Secret,
    read_private,
    read_recipient,
    unsealed,
)
from tests.backup.place import Place, programs

PRIVATE = X25519PrivateKey.generate()


def sealed(data: bytes) -> bytes:
    file = io.BytesIO()
    sealer = Sealer(file, Recipient(PRIVATE.public_key()), lambda count: bytes(range(count)))
    sealer.write(data)
    sealer.finish()
    return file.getvalue()


def test_the_private_half_opens_it_and_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 64)
    data = bytes(number % 251 for number in range(1000))
    file = sealed(data)
    assert b"".join(unsealed(io.BytesIO(file), PrivateKey(PRIVATE))) == data
    for other in (PrivateKey(X25519PrivateKey.generate()), Secret(0, bytes(range(32)))):
        with pytest.raises(NotDone):
            list(unsealed(io.BytesIO(file), other))


def test_each_changed_octet_of_its_beginning_is_refused() -> None:
    file = sealed(b"the whole database")
    for place in range(HEADER + WRAPPED + 18 + 16):
        changed = bytearray(file)
        changed[place] ^= 1
        with pytest.raises(NotDone):
            list(unsealed(io.BytesIO(bytes(changed)), PrivateKey(PRIVATE)))
    for length in range(len(file)):
        with pytest.raises(NotDone):
            list(unsealed(io.BytesIO(file[:length]), PrivateKey(PRIVATE)))


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """The halves of a key, as an administrator makes them."""
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "X25519", "-out", private], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
    private.chmod(0o600)
    return private, public


def test_a_key_of_openssl_is_a_key_and_what_is_none_is_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    private, public = pair
    assert read_private(private).private.public_key() == read_recipient(public).public
    for wrong in (read_recipient, read_private):
        with pytest.raises(NotDone):
            wrong(tmp_path / "not-there")
    with pytest.raises(NotDone):
        read_recipient(private)
    private.chmod(0o644)
    with pytest.raises(NotDone, match="others"):
        read_private(private)


def test_sealed_to_a_recipient_it_is_restored_with_the_private_key_and_verified(
    place: Place, pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = pair
    monkeypatch.setenv("KEZDESU_BACKUP_RECIPIENT", str(public))
    where = ("--database-url", place.url, "--data-dir", place.folder / "data", "--programs", programs())
    made = place.kezdesu("backup", place.folder / "sealed", *where)
    assert made.exit_code == 0, made.output
    place.happens()
    refused = place.restore("sealed")
    assert refused.exit_code == 2
    assert "recipient" in refused.output
    done = place.kezdesu(
        "restore", place.folder / "sealed", "--private-key-file", private, "--database-url", place.empty,
        "--data-dir", place.folder / "new", "--programs", programs(),
    )  # fmt: skip
    assert done.exit_code == 0, done.output
