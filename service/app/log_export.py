"""A log given away as files: whoever has them checks them with tools of their own."""

from pathlib import Path

from service.record.checkpoint import parse_checkpoint
from service.record.export import export_log
from service.record.notes import Note
from service.record.refusals import RecordRefused
from service.store.cosignatures import cosigned_head
from service.store.environment import Environment
from service.store.log_read import entries, newest_head
from service.store.tables import Log


def write_log(environment: Environment, log: Log, directory: Path) -> int:
    """Writes the log up to its newest published head as a C2SP tlog-tiles directory; answers how many entries.

    The head carries the cosignatures that witnesses have given it so far.

    Raises RecordRefused `export.directory` for a directory that is not empty, `export.unpublished` before the first
    head, `export.root` when the entries are not those that were signed.
    """
    with environment.database.reading() as session:
        head = newest_head(session, log.id)
        if head is None:
            raise RecordRefused("export.unpublished", log=log.origin)
        note = cosigned_head(session, log.id, head.size)
        assert note is not None, "a published head is kept"
        signed = parse_checkpoint(note.text)

        def published(size: int, root: bytes) -> Note:
            if (size, root) != (signed.size, signed.root):
                raise RecordRefused("export.root", log=log.origin, size=size)
            return note

        return export_log(directory, entries(session, log.id, head.size), published, log.verifier_key)
