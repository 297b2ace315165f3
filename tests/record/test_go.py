"""The log read by a second implementation that nobody here wrote: golang.org/x/mod/sumdb, note and tlog."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.record import notes
from service.record.base64text import encode_base64
from service.record.canonical import canonical_entry
from service.record.commitment import commit
from service.record.disclosure import Opening, encode_disclosure
from service.record.export import export_log
from service.record.receipt import make_receipt
from service.record.tiles import DirectoryTiles
from service.record.tree import consistency_proof, inclusion_proof
from tests.record.parties import log, ombudsman, prosecutor, signed_head

SOURCES = Path(__file__).parent / "go"
GOPATH = Path("/usr/share/gocode")
MISSING = "Go's own reading of the log needs two Debian packages: apt-get install golang-go golang-golang-x-mod-dev"
SEEN = datetime(2026, 3, 10, 7, tzinfo=UTC)
SALT = bytes(range(32))

Logcheck = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def logcheck(tmp_path_factory: pytest.TempPathFactory) -> Logcheck:
    """The Go program, built without network from Debian's packages."""
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.fail(MISSING)
    built = tmp_path_factory.mktemp("logcheck")
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(built), "GOCACHE": str(built / "cache")}
    subprocess.run(
        [go, "build", "-o", str(built / "logcheck"), "."],
        cwd=SOURCES,
        env=surroundings | {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOPROXY": "off", "CGO_ENABLED": "0"},
        check=True,
    )

    def run(*arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
        command = [str(built / "logcheck"), *map(str, arguments)]
        return subprocess.run(command, input=text, text=True, capture_output=True, check=False)

    return run


def entry(number: int) -> bytes:
    visitor = {"c": commit(SALT, f"visitor {number}")}
    return canonical_entry({"n": number, "new": {"visit": {f"v{number}": {"visitor": visitor}}}, "v": 1})


def entries(count: int) -> Iterator[bytes]:
    return map(entry, range(count))


def cosigned(size: int, root: bytes) -> notes.Note:
    head = signed_head(size, root)
    return head.with_signatures([prosecutor().cosign(head, SEEN), ombudsman().cosign(head, SEEN)])


def exported(directory: Path, count: int, head: Callable[[int, bytes], notes.Note] = signed_head) -> Path:
    export_log(directory, entries(count), head, log().vkey)
    return directory


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.mktemp("go") / "log", 70_000, cosigned)


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257, 600, 65_536])
def test_go_accepts_an_export_of_any_size(logcheck: Logcheck, tmp_path: Path, count: int) -> None:
    answer = logcheck("export", exported(tmp_path / "log", count), log().vkey)
    assert (answer.returncode, answer.stdout) == (0, f"{count} entries verified\n"), answer.stderr


def test_go_makes_the_very_same_proofs(logcheck: Logcheck, whole: Path) -> None:
    tiles, chance, lines = DirectoryTiles(whole), random.Random(6962), []
    for _ in range(300):
        size = min(70_000, int(chance.lognormvariate(7, 3)) + 1)
        index, old = chance.randrange(size), chance.randint(1, size)
        lines.append(f"inclusion {index} {size} {hashes(inclusion_proof(index, size, tiles))}")
        lines.append(f"consistency {old} {size} {hashes(consistency_proof(old, size, tiles))}")
    answer = logcheck("proofs", whole, log().vkey, text="\n".join(lines))
    assert (answer.returncode, answer.stdout) == (0, "600 proofs equal\n"), answer.stderr
    wrong = lines[1].replace("consistency", "inclusion", 1)
    assert logcheck("proofs", whole, log().vkey, text=wrong).returncode == 1


def hashes(proof: list[bytes]) -> str:
    return " ".join(map(encode_base64, proof))


@pytest.mark.parametrize("index", [0, 255, 256, 41_190, 69_999])
def test_go_accepts_a_cosigned_receipt_with_its_openings(
    logcheck: Logcheck, whole: Path, tmp_path: Path, index: int
) -> None:
    answer = logcheck("receipt", written(whole, tmp_path, index), log().vkey, *WITNESSES)
    expected = f"entry {index} of 70000 verified, 1 openings\n"
    assert (answer.returncode, answer.stdout) == (0, expected), answer.stderr


WITNESSES = [prosecutor().vkey, ombudsman().vkey]


def written(directory: Path, folder: Path, index: int) -> Path:
    openings = {f"visit/v{index}/visitor": Opening(SALT, f"visitor {index}")}
    head = notes.parse((directory / "checkpoint").read_bytes())
    receipt = make_receipt(index, DirectoryTiles(directory), head, encode_disclosure(entry(index), openings))
    file = folder / f"{index}.tlog-proof"
    file.write_bytes(receipt.encode())
    return file


def test_go_refuses_a_receipt_with_one_flipped_byte(logcheck: Logcheck, tmp_path: Path) -> None:
    file = written(exported(tmp_path / "log", 5, cosigned), tmp_path, 3)
    original = file.read_bytes()
    assert logcheck("receipt", file, log().vkey, *WITNESSES).returncode == 0
    for place in range(len(original)):
        flipped = bytearray(original)
        flipped[place] ^= 1
        file.write_bytes(flipped)
        assert logcheck("receipt", file, log().vkey, *WITNESSES).returncode == 1, place


def test_go_refuses_an_export_with_one_flipped_byte_in_any_file(logcheck: Logcheck, tmp_path: Path) -> None:
    directory, chance = exported(tmp_path / "log", 600), random.Random(600)
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        original = path.read_bytes()
        for place in {0, len(original) - 1, *(chance.randrange(len(original)) for _ in range(4))}:
            flipped = bytearray(original)
            flipped[place] ^= 1 << chance.randrange(8)
            path.write_bytes(flipped)
            assert logcheck("export", directory, log().vkey).returncode == 1, (path, place)
        path.write_bytes(original)
    assert logcheck("export", directory, log().vkey).returncode == 0


def test_go_refuses_a_missing_and_a_foreign_file(logcheck: Logcheck, tmp_path: Path) -> None:
    directory = exported(tmp_path / "log", 600)
    (directory / "tile/0/003").write_bytes(b"\0" * 32)
    assert logcheck("export", directory, log().vkey).returncode == 1
    (directory / "tile/0/003").unlink()
    (directory / "tile/1/000.p/2").unlink()
    assert logcheck("export", directory, log().vkey).returncode == 1


def test_go_and_we_sign_a_note_with_the_same_bytes(logcheck: Logcheck) -> None:
    text = "kezdesu.example/la-155-8/visits\n1\nкездесу\n"
    signed = logcheck("sign", log().skey, text=text)
    assert signed.stdout.encode() == notes.sign(text, [log()]).encode()
    assert notes.verify(notes.parse(signed.stdout.encode()), [log().verifier])


def test_go_refuses_the_witness_that_did_not_sign(logcheck: Logcheck, tmp_path: Path) -> None:
    file = written(exported(tmp_path / "log", 5), tmp_path, 3)
    assert logcheck("receipt", file, log().vkey).returncode == 0
    assert logcheck("receipt", file, log().vkey, prosecutor().vkey).returncode == 1
