"""Eight OSDP readers on one line of 115200, libosdp's, and the bridge as it is installed: event to answer.

The event is when a code is held before a reader; the answer is when that reader was told to light its lamp. The codes
are no passes, since libosdp's reader carries 64 octets at most: each is refused in red, as a stranger's would be.
"""

import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from firmware_bridge.simulate.osdp import OsdpReaders, SimulatedReader
from tests.bench.figures import Figure, percentile
from tests.bench.gate import bridge
from tests.passes.vectors import VISIT

READERS, BAUD = 8, 115_200
EVENTS, LAMP = 200, 2
KEY = bytes(range(0xA0, 0xB0)).hex()
PATIENCE = 20.0


def figures() -> list[Figure]:
    """osdp.answer_p95_ms: the value is the 95th of a hundred; the spread is the median."""
    simulated = [SimulatedReader(number, KEY) for number in range(READERS)]
    with TemporaryDirectory() as name, OsdpReaders(Path(name) / "line", simulated, baud=BAUD) as readers:
        folder = Path(name)
        with bridge(folder, configured(folder, readers.path)):
            took = answers(readers)
    middle = round(percentile(took, 0.5), 1)
    return [Figure("osdp.answer_p95_ms", round(percentile(took, 0.95), 1), "ms", len(took), middle)]


def answers(readers: OsdpReaders) -> list[float]:
    """Milliseconds of each event, at moments that keep no step with the panel's turns."""
    chance, found = Random(8), []
    for number in range(EVENTS):
        time.sleep(0.05 + chance.random() * 0.1)
        address = number % READERS
        readers.present(address, b"A CODE THAT IS NO PASS %d" % number)
        shown = 0.0
        while True:
            did = readers.did(PATIENCE)
            if did is None:
                raise RuntimeError(f"reader {address} was not answered")
            if did.get("presented") == address:
                shown = did["at"]
            elif shown and did.get("address") == address and did["command"]["command"] == LAMP:
                found.append((did["at"] - shown) * 1000)
                break
    return found


def configured(folder: Path, path: str) -> str:
    """The settings of a bridge with one OSDP line."""
    key = folder / "reader.key"
    key.write_text(KEY)
    key.chmod(0o600)
    readers = "".join(
        f"""
        [[osdp.readers]]
        name = "in-{number}"
        gate = "hall"
        gate_zone = {VISIT.gate_zone}
        direction = "entry"
        address = {number}
        key_file = "{key.name}"
        """
        for number in range(READERS)
    )
    return f"""
        [bridge]
        institution = {VISIT.institution}
        [[osdp]]
        path = "{path}"
        baud = {BAUD}
        {readers}
        """
