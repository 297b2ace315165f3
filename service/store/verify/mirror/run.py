"""Every log of a copy, one after another, with the rules that need no database; may be broken off and taken up again.

Memory does not grow with the logs: what lies long ago is put into a file (`service.store.verify.shelves`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from service.record import notes
from service.record.checkpoint import SignedCheckpoint, open_checkpoint, parse_checkpoint
from service.record.fold import Change, Fold, Shown
from service.record.keys import NoteVerifier
from service.record.leaf import Leaf
from service.record.policy import Policy
from service.record.refusals import RecordRefused
from service.record.tiles import CHECKPOINT, VKEY
from service.store.tables import NATIONAL
from service.store.verify.finding import Finding
from service.store.verify.mirror.openings import Released
from service.store.verify.mirror.state import Beside, LogCopied, MirrorReport, State, Unreadable, begun, taken_up
from service.store.verify.mirror.walk import Walk
from service.store.verify.rules import Rule, all_rules
from service.store.verify.rules.cells import plain
from service.store.verify.shelves import NEAR, Shelves
from service.store.verify.steady import no_cycles

EACH = 200_000
"""After so many entries the state is put away."""


def logs_in(directory: Path) -> dict[str, Path]:
    """The copied logs of a directory by their place in it: it is one itself, or holds one in each folder."""
    if (directory / CHECKPOINT).is_file():
        return {".": directory}
    return {path.parent.name: path.parent for path in sorted(directory.glob(f"*/{CHECKPOINT}"))}


def verify_mirror(
    directory: Path,
    *,
    policy: Policy | None = None,
    keys: Sequence[NoteVerifier] = (),
    openings: Released | None = None,
    kept: Sequence[bytes] = (),
    state: Path | None = None,
    progress: Callable[[int], Callable[[int], None]] | None = None,
    watching: Sequence[Rule] = (),
    near: int | None = NEAR,
) -> MirrorReport:
    """Checks every log under `directory`; nothing is written but `state`, where one is named, and a temporary file.

    The keys of logs come from the policy or from `keys`; a log of neither is verified with the key that lies beside it,
    which is a finding (`mirror.key`). `kept` are heads (C2SP checkpoints) that somebody kept from before. `openings`
    adds the rules that look at people. `watching` see every change too; a run with them keeps no state. `near` is how
    many values of a kind stay in memory. Raises Unreadable.
    """
    places = logs_in(directory)
    if not places:
        raise Unreadable(f"no copy of a log in {directory}")
    known = {key.name: key for key in (*keys, *(log.verifier for log in (policy.logs if policy else ())))}
    assert state is None or not watching
    run = _Run(places, policy, known, openings, kept)
    run.begin(state, watching, near)
    try:
        report = _walked(run, state is not None, progress)
    finally:
        run.state.shelves.file.close()
    if state is not None:
        state.unlink(missing_ok=True)
    return report


def _walked(run: "_Run", keeping: bool, progress: Callable[[int], Callable[[int], None]] | None) -> MirrorReport:
    told = progress(run.total) if progress else _quiet
    told(run.state.report.events)
    since = 0
    with no_cycles():
        while (walk := run.current()) is not None:
            taken = run.step(walk)
            told(taken)
            since += taken
            if keeping and (since >= EACH or walk.done):
                run.state.put_away()
                since = 0
        return run.end()


def _quiet(_events: int) -> None:
    """Nobody watches."""


class _Run:
    def __init__(
        self,
        places: Mapping[str, Path],
        policy: Policy | None,
        keys: Mapping[str, NoteVerifier],
        openings: Released | None,
        kept: Sequence[bytes],
    ) -> None:
        self._places, self._policy, self._keys, self._openings = places, policy, keys, openings
        self._kept = _by_origin(kept)
        self._heads = {place: (path / CHECKPOINT).read_bytes() for place, path in places.items()}
        self.total = sum(_size(head) for head in self._heads.values())
        self._by_table: dict[str, list[Any]] = {}

    def begin(self, file: Path | None, watching: Sequence[Rule] = (), near: int | None = NEAR) -> None:
        """Takes up the state of a file, if it is of the same heads; otherwise begins at the first log."""
        found = taken_up(file)
        if found is not None and found.heads == self._heads:
            self.state = found
            self._tell_erased()
        else:
            if found is not None:
                found.shelves.file.close()
            ids = {place: _origin(head).rpartition("/")[2] for place, head in self._heads.items()}
            shelves = Shelves(near, begun(file))
            rules = all_rules(people=self._openings is not None, shelves=shelves)
            self.state = State(self._heads, MirrorReport(), shelves, Beside(shelves), rules)
            self.state.waiting = sorted(ids, key=lambda place: (ids[place] != NATIONAL, place))
        for rule in (*self.state.rules, *watching):
            for table in rule.tables:
                self._by_table.setdefault(table, []).append(rule)

    def _tell_erased(self) -> None:
        if self._openings is not None:
            self._openings.erased = self.state.erased

    def current(self) -> Walk | None:
        """The walk under way; the next log's where one has ended; None after the last."""
        state = self.state
        while state.walk is None and state.waiting:
            state.walk = self._opened(state.waiting.pop(0))
        return state.walk

    def step(self, walk: Walk) -> int:
        """One bundle; after the last one the log is closed."""
        report = self.state.report
        taken = 0 if walk.done else walk.step(report.findings, self._see, self._shown)
        report.events += taken
        if walk.done:
            walk.finish(report.findings)
            for rule in self.state.rules:
                rule.end_of_log()
            if walk.log == NATIONAL:
                self.state.institutions = set(walk.fold.rows.get("institution", {}))
                if self._openings is not None:
                    people = walk.fold.rows.get("person", {})
                    self.state.erased = frozenset(
                        key for key, row in people.items() if row.get("erased_at") is not None
                    )
                    self._tell_erased()
            for key, row in walk.fold.rows.get("opening_release", {}).items():
                self.state.releases[key] = {name: plain(row, name) for name in row}
            for rows in walk.fold.rows.values():
                rows.clear()
            self.state.walk = None
        return taken

    def end(self) -> MirrorReport:
        """What only all logs together show, and what the rules found."""
        state, report = self.state, self.state.report
        present = {log.id for log in report.logs}
        if NATIONAL in present:
            report.findings += [Finding("log.missing", log) for log in sorted(state.institutions - present)]
            strange = present - state.institutions - {NATIONAL}
            report.findings += [Finding("log.unexpected", log) for log in sorted(strange)]
        report.findings.extend(state.beside.findings(present))
        for rule in state.rules:
            report.findings.extend(rule.findings())
        if self._openings is not None:
            report.openings, report.release = self._openings.count, self._openings.release
            report.findings.extend(self._openings.check_logged(state.releases))
        return report

    def _see(self, change: Change, leaf: Leaf) -> None:
        for rule in self._by_table.get(change.table, ()):
            rule.see(change, leaf)

    def _shown(self, leaf: Leaf) -> dict[str, Shown]:
        return {} if self._openings is None else self._openings.shown(leaf, self.state.report.findings)

    def _opened(self, place: str) -> Walk | None:
        directory, report = self._places[place], self.state.report
        data = self._heads[place]
        try:
            verifier, key_from = self._key(place, _origin(data))
            signed = open_checkpoint(data, verifier)
        except (RecordRefused, UnicodeDecodeError) as refused:
            code = refused.code if isinstance(refused, RecordRefused) else "note.form"
            report.findings.append(Finding(code, place, detail=CHECKPOINT))
            return None
        log = signed.checkpoint.origin.rpartition("/")[2]
        witnessed, quorum = self._witnessed(signed, log)
        head = signed.checkpoint
        report.logs.append(LogCopied(log, head.origin, head.size, head.root.hex(), witnessed, quorum, key_from))
        fold = Fold(table=self.state.shelves.shelf)
        return Walk(directory, head, verifier.vkey, dict(self._kept.get(head.origin, {})), fold, self.state.beside.add)

    def _key(self, place: str, origin: str) -> tuple[NoteVerifier, str]:
        if origin in self._keys:
            return self._keys[origin], "policy"
        self.state.report.findings.append(Finding("mirror.key", place, detail=f"no key was given for {origin}"))
        return NoteVerifier.from_vkey((self._places[place] / VKEY).read_text(encoding="utf-8").strip()), "copy"

    def _witnessed(self, signed: SignedCheckpoint, log: str) -> tuple[tuple[tuple[str, datetime], ...], bool | None]:
        if self._policy is None:
            return (), None
        try:
            seen = self._policy.seen(signed.note)
        except RecordRefused as refused:
            self.state.report.findings.append(Finding("mirror.cosignature", log, detail=refused.code))
            return (), False
        held = self._policy.satisfied(seen)
        if not held:
            names = ", ".join(sorted(seen)) or "nobody"
            self.state.report.findings.append(Finding("mirror.quorum", log, detail=f"cosigned by {names}"))
        return tuple(sorted(seen.items())), held


def _by_origin(kept: Sequence[bytes]) -> dict[str, dict[int, bytes]]:
    found: dict[str, dict[int, bytes]] = {}
    for data in kept:
        head = parse_checkpoint(notes.parse(data).text)
        found.setdefault(head.origin, {})[head.size] = head.root
    return found


def _origin(head: bytes) -> str:
    return head.partition(b"\n")[0].decode("utf-8", "replace")


def _size(head: bytes) -> int:
    number = head.split(b"\n", 2)[1:2]
    return int(number[0]) if number and number[0].isdigit() and len(number[0]) < 19 else 0
