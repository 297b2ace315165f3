"""A page of oversight given away with its proof: derived from the published record, not from the tables shown."""

import sqlalchemy as sa

from service.app.reading import Reading
from service.app.witnessed_show import show_witnessed
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.record.checkpoint import parse_checkpoint
from service.record.disclosure import encode_disclosure
from service.record.page_proof import PAGES, PageFile, derive
from service.record.receipt import make_receipt
from service.store.columns import of
from service.store.cosignatures import best_head, cosigned_head
from service.store.environment import Environment
from service.store.log_read import entries
from service.store.tables import Event, Log
from service.store.tiles import StoredTiles
from service.store.types import moment_text


def export_page(environment: Environment, actor: Actor, page: str) -> PageFile:
    """A page as the log of the auditor's institution gives it, under the newest head that bodies outside cosigned.

    Where nobody outside watches it is the newest head; what is not in that head yet is not in the file. It reads the
    whole log. Raises Refusal 'not-found' for no such page, and before the first head.
    """
    require(actor, "oversight.see", Target(actor.institution))
    if page not in PAGES:
        raise Refusal("not-found")
    with Reading(environment, actor, streams=True) as reading:
        session = reading.session
        log = reading.get(Log, actor.institution or "")
        seen = show_witnessed(session, environment.witness_policy, reading.now, log.id)
        size = seen.size or log.head_size
        note = best_head(session, log.id, size - 1, log.head_size) or cosigned_head(session, log.id, log.head_size)
        if note is None:
            raise Refusal("not-found")
        size = parse_checkpoint(note.text).size
        at = moment_text(reading.now)
        rows = derive(enumerate(entries(session, log.id, size)), page, at)
        event, tiles, proofs = of(Event), StoredTiles(session, log.id), {}
        for number in sorted({number for one in rows for number in one.events}):
            leaf = session.scalar(sa.select(event.leaf).where(event.log_id == log.id, event.number == number))
            extra = encode_disclosure(bytes(leaf or b""), {})
            proofs[number] = make_receipt(number, tiles, note, extra).encode().decode()
        return PageFile(page, log.origin, at, note.encode().decode(), rows, proofs)
