"""Heads that somebody else kept: what no insider can rewrite, because it does not lie here."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.record import notes
from service.record.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from service.record.keys import NoteVerifier
from service.record.refusals import RecordRefused
from service.store.verify.finding import Finding, shortened


def heads_seen(
    files: Sequence[bytes], logs: Mapping[str, Mapping[str, Any]], faults: list[Finding]
) -> dict[str, list[Checkpoint]]:
    """The heads in checkpoint files (C2SP, with or without cosignatures), by the id of the log they speak of.

    A file that is no checkpoint, speaks of no log there is, or is not signed by that log's key, is a finding: the log
    may have been exchanged as a whole.
    """
    by_origin = {row["origin"]: log for log, row in logs.items()}
    found: dict[str, list[Checkpoint]] = {}
    for number, data in enumerate(files, 1):
        try:
            note = notes.parse(data)
            head = parse_checkpoint(note.text)
        except RecordRefused as refused:
            faults.append(Finding("outside.form", detail=f"file {number}: {refused.code}"))
            continue
        log = by_origin.get(head.origin)
        if log is None:
            faults.append(Finding("outside.no-log", detail=shortened(head.origin)))
            continue
        try:
            open_checkpoint(note, NoteVerifier.from_vkey(logs[log]["verifier_key"]))
        except (RecordRefused, AttributeError, TypeError) as error:
            faults.append(Finding("outside.signature", log, detail=f"file {number}: {error}"))
        found.setdefault(log, []).append(head)
    return found
