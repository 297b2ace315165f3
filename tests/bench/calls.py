"""Twenty supervised calls at once over a real Janus: is a packet lost, and what does a call cost?

Rooms, senders and receivers are set up by the product's own classes, as for pages: convict and relative send a voice at
32 kbit/s and a picture at 400 kbit/s and 15 frames a second, the officer a voice that nobody hears; the parties receive
each other and the officer, the officer both: nine connections a call, each with keys of its own. Each seat is kept
alive every second, as pages do. The pages are played by pion (Debian: golang-github-pion-webrtc.v3-dev), on the
same cores as Janus; nothing that was lost is sent again.

`python -m tests.bench calls --calls 20 --seconds 30`
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.domain.call_states import PARTIES, SUPERVISOR
from service.gateways.call_book import MemoryBook
from service.gateways.calls import CallSpec, RoomView
from service.gateways.janus.process import OwnJanus, running_janus
from service.gateways.janus.rooms import JanusCalls
from tests.bench.call_pages import Pages, pages
from tests.bench.figures import Figure, figure, percentile
from tests.bench.rush_servers import TICKS

CALLS, SECONDS = 20, 30
WARM_SECONDS = 3
ALIVE_SECONDS = 1.0
PATIENCE_SECONDS = 120
SETTLED_SECONDS = 1.0
"""After the last packet was sent: what has not come in by then has not come in."""


def figures() -> list[Figure]:
    """The figures of twenty calls; see `measured`."""
    return measured(CALLS, SECONDS)


def main(given: Sequence[str]) -> list[Figure]:
    """The same for another number of calls, or for longer."""
    parser = argparse.ArgumentParser(prog="calls")
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    told = parser.parse_args(given)
    return measured(told.calls, told.seconds)


def measured(calls: int, seconds: int) -> list[Figure]:
    """What so many calls cost Janus, what each receiver received of what was sent to it, and how late."""
    with (
        tempfile.TemporaryDirectory(prefix="kezdesu-bench-") as folder,
        running_janus(Path(folder) / "janus") as janus,
        pages(Path(folder)) as players,
    ):
        provider = JanusCalls(janus.line, MemoryBook())
        rooms = [_Room(provider, players, f"call{number}") for number in range(calls)]
        stopped = threading.Event()
        with ThreadPoolExecutor(1) as beside:
            alive = beside.submit(_keep_alive, rooms, stopped)
            try:
                for room in rooms:
                    room.fill()
                    print(f"\rbench: calls {room.call} …", end="", file=sys.stderr, flush=True)
                print(file=sys.stderr)
                _await_connected(players, 9 * calls)
                return _figures(calls, _loaded(janus, players, seconds), players)
            finally:
                stopped.set()
                alive.result()


@dataclass
class _Room:
    """One call as its three pages set it up."""

    provider: JanusCalls
    players: Pages
    call: str
    full: bool = False

    def fill(self) -> None:
        """Everybody comes, sends, and receives whom he may."""
        self.provider.open(CallSpec(self.call, "video_call"))
        self.provider.arrange(self.call, RoomView(True, {party: party for party in PARTIES}))
        for party in PARTIES:
            name = f"{self.call} {party}"
            offer = self.players.ask("offer", name=name, pictures=party != SUPERVISOR)
            told = self._relay(party, "publish", sdp=offer["sdp"])
            self.players.ask("accept", name=name, sdp=told["sdp"])
        for party in PARTIES:
            for other in PARTIES:
                if other == party:
                    continue
                told = self._subscribed(party, other)
                answer = self.players.ask("answer", name=f"{self.call} {party} of {other}", sdp=told["sdp"])
                self._relay(party, "answer", subscription=told["subscription"], sdp=answer["sdp"])
        self.full = True

    def _subscribed(self, party: str, other: str) -> Any:
        """Asks again, as pages do, while the other's way to Janus is not there yet."""
        giving_up = time.monotonic() + PATIENCE_SECONDS
        while "sdp" not in (told := self._relay(party, "subscribe", party=other)):
            assert time.monotonic() < giving_up, f"{self.call}: {other} sends nothing to {party}"
            time.sleep(0.05)
        return told

    def keep_alive(self) -> None:
        """Each page says that it is there."""
        for party in PARTIES:
            said = self._relay(party, "keepalive")
            assert said["media"], f"{self.call}: the media of {party} has gone"

    def _relay(self, who: str, op: str, **body: object) -> Any:
        return self.provider.relay(self.call, who, who, op, body)


def _keep_alive(rooms: Sequence[_Room], stopped: threading.Event) -> None:
    while not stopped.is_set():
        began = time.monotonic()
        for room in rooms:
            if room.full:
                room.keep_alive()
        stopped.wait(max(0.0, ALIVE_SECONDS - (time.monotonic() - began)))


def _await_connected(players: Pages, wanted: int) -> None:
    giving_up = time.monotonic() + PATIENCE_SECONDS
    while (there := players.ask("connected")["connected"]) < wanted:
        assert time.monotonic() < giving_up, f"{there} of {wanted} connections stand"
        time.sleep(0.1)


@dataclass(frozen=True)
class _Spent:
    """Shares of one core in the measured time, and Janus' memory at its end in octets."""

    janus: float
    players: float
    ourselves: float
    idle: float
    memory: int
    seconds: float


def _loaded(janus: OwnJanus, players: Pages, seconds: int) -> _Spent:
    """Sends for so many seconds, after a little while in which everything settles."""
    players.ask("begin")
    time.sleep(WARM_SECONDS)
    before, idle, began = [_cpu(one) for one in (janus.pid, players.pid, os.getpid())], _idle(), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    after = [_cpu(one) for one in (janus.pid, players.pid, os.getpid())]
    janus_, players_, ourselves = ((late - early) / took for early, late in zip(before, after, strict=True))
    left, memory = (_idle() - idle) / took, _memory(janus.pid)
    players.ask("halt")
    time.sleep(SETTLED_SECONDS)
    return _Spent(janus_, players_, ourselves, left, memory, took)


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process has used (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _idle() -> float:
    """Seconds for which the cores of this machine had nothing to do, together."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / TICKS


def _memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _figures(calls: int, spent: _Spent, players: Pages) -> list[Figure]:
    counts = players.ask("counts")
    sent, received = counts["senders"], counts["receivers"]
    owed, lost, muted, late = 0, [], 0, []
    for name, kinds in received.items():
        viewer, _, other = name.partition(" of ")
        sender = sent[f"{viewer.split()[0]} {other}"]
        if other == SUPERVISOR:
            muted += sum(one["received"] for one in kinds.values())
            continue
        missing = 0
        for kind in ("audio", "video"):
            one = kinds.get(kind, {"received": 0, "delays_us": []})
            owed += sender[kind]
            missing += sender[kind] - one["received"]
            late += one["delays_us"]
        lost.append(missing)
    total = sum(one.get(kind, 0) for one in sent.values() for kind in ("audio", "video"))
    took_all = spent.seconds + WARM_SECONDS
    asked, unheard = (sum(one[what] for one in sent.values()) for what in ("asked_again", "reported_missing"))
    slips = max(one.get(f"{kind}_late_us", 0) for one in sent.values() for kind in ("audio", "video"))
    return [
        figure("call.simultaneous", [calls], "calls"),
        figure("call.cpu_percent", [100 * spent.janus / calls], "% of one core for a call"),
        figure("call.janus_share", [100 * spent.janus], "% of one core"),
        figure("call.generator_share", [100 * spent.players], "% of one core"),
        figure("call.signalling_share", [100 * spent.ourselves], "% of one core"),
        figure("call.idle_share", [100 * spent.idle], "% of one core, left on all"),
        figure("call.janus_megabytes", [spent.memory / 1e6], "MB"),
        figure("call.packets_in", [total / took_all], "packets/s"),
        figure("call.packets_out", [owed / took_all], "packets/s"),
        figure("call.packets_lost", [sum(lost)], "packets", against="packets owed to receivers", compared_with=owed),
        figure("call.receivers_with_loss", [sum(one != 0 for one in lost)], f"of {len(lost)}"),
        figure("call.asked_again", [asked], "packets that Janus asked senders for again"),
        figure("call.reported_missing", [unheard], "packets that Janus reported missing"),
        figure("call.muted_heard", [muted], "packets of officers' muted voices"),
        figure("call.delay_p50_ms", [percentile(late, 0.5) / 1000], "ms"),
        figure("call.delay_p99_ms", [percentile(late, 0.99) / 1000], "ms"),
        figure("call.generator_late_ms", [slips / 1000], "ms, the latest turn of a sender"),
    ]
