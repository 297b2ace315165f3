"""Who looks, how long after the act they look, and what they see: each watcher is run for real."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from service.app.log_export import write_log
from service.demo.drill.acts import GATE, SQL
from service.demo.drill.scene import UNTIL, Scene, ask_witness
from service.domain.reconciling import Day, Told, reconcile
from service.jobs.tasks import publish_heads
from service.record.disclosure import check_receipt
from service.record.keys import NoteVerifier
from service.record.later import check_still_there, later_events
from service.record.refusals import RecordRefused
from service.store.columns import of
from service.store.log_read import known_logs
from service.store.tables import Appointment, Message
from service.store.verify import verify

WITHIN: Mapping[str, timedelta] = {
    "the witness": timedelta(seconds=10),
    "the relative, by notice": timedelta(minutes=10),
    "the auditor, verifying at night": timedelta(days=1),
    "the daily reconciliation": timedelta(days=1),
    "the family, by its receipt": timedelta(days=7),
    "the convict, at the kiosk": timedelta(days=7),
    "the auditor's leads": timedelta(days=30),
}
"""How long after an act each of them looks, at the latest."""


AT_A_CONVICTS_EXPENSE = ("logged under another convict's name", "paper removed, changed, replaced")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one of them noticed."""

    who: str
    what: str


def watched(scene: Scene, practice: str, means: str) -> Iterator[Seen]:
    """Everybody looks, the soonest first; whoever notices something says what."""
    for who, look in WATCHERS.items():
        found = look(scene, practice, means)
        if found:
            yield Seen(who, found)


def _witness(scene: Scene, _practice: str, _means: str) -> str:
    stopped = ""
    try:
        publish_heads(scene.world.at(lambda: scene.now + timedelta(minutes=1)))
    except RecordRefused as refused:
        stopped = f"the service signs no more heads ({refused.code}); "
    status = ask_witness(scene.world, scene.kept).get(scene.house)
    return "" if status == 200 and not stopped else f"{stopped}answers {status}"


def _verification(scene: Scene, _practice: str, _means: str) -> str:
    report = verify(scene.url, scene.world.vault, [scene.kept.head])
    return ", ".join(sorted({finding.code for finding in report.findings}))


def _doors(_scene: Scene, practice: str, means: str) -> str:
    if practice != "visits not documented at all":
        return ""
    begins = UNTIL.replace(hour=0)
    beats = [Told("gate", n, "heartbeat", begins + timedelta(minutes=n), {}) for n in range(1, 24 * 60)]
    opening = 600
    released = Told("gate", opening, "release", begins + timedelta(minutes=opening), {"by": "guard"})
    kept = [one for one in beats if one.number != opening]
    # Whoever rules the service can drop the entry there; its number is then missing between its neighbours.
    entries = [*kept, released] if means in (SQL, GATE) else kept
    day = Day(begins, begins + timedelta(days=1), {"gate": begins}, entries, {})
    return ", ".join(sorted({finding.code for finding in reconcile(day).findings}))


def _receipt(scene: Scene, _practice: str, _means: str) -> str:
    with scene.world.database.reading() as session:
        log = next(log for log in known_logs(session) if log.id == scene.house)
    verifier = NoteVerifier.from_vkey(log.verifier_key)
    copy = scene.folder / "copy-of-now"
    try:
        write_log(scene.world, log, copy)
        shown = check_receipt(scene.kept.receipt, verifier)
        newest = check_still_there(shown, copy, verifier)
    except RecordRefused as refused:
        return refused.code
    return ", ".join(event.type for event in later_events(shown, copy, newest.checkpoint.size))


def _convict(scene: Scene, practice: str, _means: str) -> str:
    """A convict at whose expense something is written down looks at his own visits. Whoever gains keeps quiet."""
    if practice not in AT_A_CONVICTS_EXPENSE:
        return ""
    row = of(Appointment)
    whose = (scene.convict, scene.alone[0])
    with scene.world.database.reading() as session:
        found = session.scalars(
            sa.select(row.id).where(row.convict_id.in_(whose), row.id.not_in(scene.remembered))
        ).all()
        mine = session.scalar(sa.select(row.convict_id).where(row.id == scene.visit))
    if found:
        return "a visit he knows nothing of"
    return "" if mine == scene.convict else "a visit of his is gone"


def _notice(scene: Scene, _practice: str, _means: str) -> str:
    row = of(Message)
    with scene.world.database.reading() as session:
        seat = session.execute(
            sa.select(sa.text("person_id FROM appointment_visitor")).where(sa.text("id = :seat")),
            {"seat": scene.visitor},
        ).scalar()
        told = session.scalars(sa.select(row.template).where(row.person_id == seat, row.created_at > UNTIL)).all()
    return ", ".join(sorted(set(told)))


def _leads(scene: Scene, practice: str, means: str) -> str:
    from service.demo.drill.leads import named  # noqa: PLC0415  (scipy is an extra)

    return named(scene, practice, means)


WATCHERS: Mapping[str, Callable[[Scene, str, str], str]] = {
    "the witness": _witness,
    "the relative, by notice": _notice,
    "the auditor, verifying at night": _verification,
    "the daily reconciliation": _doors,
    "the family, by its receipt": _receipt,
    "the convict, at the kiosk": _convict,
    "the auditor's leads": _leads,
}
