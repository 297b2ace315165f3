"""Our requests to a witness that nobody here wrote, and to ours: `python -m tests.witness.sigsum PROGRAM`.

PROGRAM is `sigsum-witness` (Debian bookworm-backports or trixie, package `sigsum-go`). It watches one log only, whose
origin must be `sigsum.org/v1/tree/<SHA-256 of the log's key>`. Prints both answers to each request, and ends with 1
where one cosigns what the other refuses.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from service.gateways.witness import HttpWitnesses, NotReached, Reply
from service.record import notes
from service.record.cosignature import Cosigner
from service.record.keys import NoteSigner
from service.record.tree import consistency_proof
from service.record.witness.request import encode_request
from tests.record.parties import log, private_key
from tests.witness.house import Book, Clock, House

SMALL, LARGE = 70, 200
KEY, WITNESS_KEY = private_key("a test log"), private_key("a sigsum witness")
ORIGIN = f"sigsum.org/v1/tree/{sha256(KEY.public_key().public_bytes_raw()).hexdigest()}"


def requests() -> dict[str, bytes]:
    """What both are sent, in this order."""
    signer = NoteSigner(ORIGIN, KEY)
    honest, rewritten = Book(signer), Book(signer, rewritten=30)
    proof = consistency_proof(SMALL, LARGE, honest.tree(LARGE))
    return {
        "first": honest.request(0, SMALL),
        "the same again": honest.request(SMALL, SMALL),
        "wrong old size": honest.request(SMALL - 1, LARGE),
        "rewritten, same size": rewritten.request(SMALL, SMALL),
        "rewritten, larger": rewritten.request(SMALL, LARGE),
        "truncated": honest.request(SMALL, SMALL - 5),
        "rolled back": honest.request(SMALL - 10, SMALL - 5),
        "other key": Book(NoteSigner(ORIGIN, private_key("other"))).request(SMALL, LARGE),
        "other log": Book(log()).request(SMALL, LARGE),
        "proof too short": encode_request(SMALL, proof[:-1], honest.head(LARGE)),
        "extension": honest.request(SMALL, LARGE),
    }


def started(program: str, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The other witness, listening."""
    public = KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    secret = WITNESS_KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    (folder / "log.pub").write_bytes(public + b"\n")
    (folder / "witness").write_bytes(secret)
    (folder / "witness").chmod(0o600)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [
        program, "-k", str(folder / "witness"), f"--log-key={folder / 'log.pub'}",
        f"--state-file={folder / 'theirs'}", f"127.0.0.1:{port}",
    ]  # fmt: skip
    # Debian builds it in a mode in which Go's newer routes, `POST /add-checkpoint`, are not understood.
    process = subprocess.Popen(command, env=os.environ | {"GODEBUG": "httpmuxgo121=0"})
    for _ in range(100):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    return process, f"http://127.0.0.1:{port}"


def cosigns(reply: Reply, body: bytes) -> bool:
    """Whether the answer is a cosignature of the head that was asked about; that witness names itself by its key."""
    if reply.status != 200:
        return False
    note = notes.parse(body.partition(b"\n\n")[2] + reply.body)
    verifier = Cosigner(note.signatures[-1].name, WITNESS_KEY).verifier
    return [key for key, _ in notes.verify(note, [verifier])] == [verifier]


def main(program: str) -> int:
    """Prints the table; 1 where the two disagree on what may be cosigned."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = House(folder / "ours", Clock(datetime.now(UTC))).open(NoteSigner(ORIGIN, KEY))
        process, url = started(program, folder)
        gateway, differ = HttpWitnesses(10), 0
        try:
            for case, body in requests().items():
                try:
                    reply = gateway.submit(url, body)
                except NotReached as fault:
                    print(case, fault)
                    return 1
                answer = ours.add_checkpoint(body)
                agree = cosigns(reply, body) is (answer.status == 200)
                differ += not agree
                print(f"{case:22} theirs {reply.status}  ours {answer.status}{'' if agree else '  DIFFER'}")
        finally:
            process.terminate()
            process.wait()
            ours.state.close()
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
