"""What the database refused, said in the words of the domain; and which refusals are worth another try."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from service.domain.refusal import Refusal, refuse

T = TypeVar("T")

RULES = {
    "ex_appointment_place": "place-taken",
    "ex_appointment_convict": "convict-busy",
    "ex_visitor": "visitor-busy",
    "ex_appointment_charge": "someone-was-faster",
    "uq_appointment_charge_month": "someone-was-faster",
    "uq_appointment_credit": "credit-used",
    "uq_appointment_exception": "exception-not-granted",
    "tr_appointment_exception": "exception-not-granted",
    "tr_visitor_relationship": "not-confirmed",
    "tr_visitor_only_while_held": "state-does-not-allow",
    "tr_appointment_fixed": "state-does-not-allow",
    "tr_relationship_fixed": "state-does-not-allow",
    "uq_admission_inside": "pass-already-inside",
    "uq_queue_entry_once": "already-waiting",
    "tr_queue_entry_fixed": "state-does-not-allow",
    "uq_person_iin_index": "identity-needs-desk",
    "uq_person_document_index": "identity-needs-desk",
    "uq_account_": "already-there",
    "uq_officer_": "already-there",
    "uq_convict_file_number_index": "already-there",
    "uq_gate_zone": "already-there",
    "uq_institution_number": "already-there",
    "pk_institution": "already-there",
    "uq_erasure_request_open": "already-there",
    "tr_officer_role_exclusive": "roles-exclude-each-other",
    "tr_person_ended": "identity-needs-desk",
    "uq_person_merge_ended": "already-there",
    "uq_registry_question_open": "already-there",
    "uq_passkey_credential_id": "already-there",
    "uq_photo_person_id": "someone-was-faster",
    "uq_time_code_officer_id": "someone-was-faster",
    "uq_factor_reset_open": "already-there",
    "uq_contact_person_open": "someone-was-faster",
    "uq_phone_change_waiting": "already-there",
}
SQLITE_COLUMNS = {
    "admission.pass_id": "pass-already-inside",
    "appointment.credit_id": "credit-used",
    "appointment.exception_id": "exception-not-granted",
    "appointment.convict_id, appointment.charge_kind": "someone-was-faster",
    "queue_entry.convict_id, queue_entry.kind": "already-waiting",
    "person.iin_index": "identity-needs-desk",
    "person.document_index": "identity-needs-desk",
    "UNIQUE constraint failed: account.": "already-there",
    "UNIQUE constraint failed: officer.": "already-there",
    "UNIQUE constraint failed: officer_role.": "already-there",
    "UNIQUE constraint failed: convict.file_number_index": "already-there",
    "UNIQUE constraint failed: gate.": "already-there",
    "UNIQUE constraint failed: institution.": "already-there",
    "UNIQUE constraint failed: erasure_request.": "already-there",
    "UNIQUE constraint failed: person_merge.": "already-there",
    "UNIQUE constraint failed: registry_question.": "already-there",
    "UNIQUE constraint failed: passkey.": "already-there",
    "UNIQUE constraint failed: photo.": "someone-was-faster",
    "UNIQUE constraint failed: time_code.": "someone-was-faster",
    "UNIQUE constraint failed: factor_reset.": "already-there",
    "UNIQUE constraint failed: contact_person.": "someone-was-faster",
    "UNIQUE constraint failed: phone_change.": "already-there",
}
AGAIN = ("40001", "40P01")
"""Serialization failure and deadlock: nobody is to blame, the same unit may well succeed at once."""
OVERTAKEN = ("uq_admission_inside", "admission.pass_id", "uq_scan_sequence", "scan.device_id, scan.sequence")
"""Rules that only a unit breaks which looked before another one committed: looking again it answers rightly."""
LOCK_NOT_AVAILABLE = "55P03"
CANNOT_WRITE = ("42501", "25006")
"""PostgreSQL's words for a disk that cannot be written, and for a server that only follows another: not our fault, and
it passes. The driver takes them for faults of the program."""
TRIES = 4


class Overtaken(Exception):
    """Somebody else changed the row between this unit's look and its act; the unit is repeated."""


def translated(error: DBAPIError) -> Refusal | None:
    """The domain's refusal for a database's, or None when it is no rule of ours (and so a fault)."""
    message = str(error.orig)
    if isinstance(error, OperationalError) and (_state(error) == LOCK_NOT_AVAILABLE or "is locked" in message):
        return refuse("conflict", "someone-was-faster")
    for name, code in (*RULES.items(), *SQLITE_COLUMNS.items()):
        if name in message:
            return refuse("conflict", code)
    if isinstance(error, IntegrityError):
        return refuse("conflict", "state-does-not-allow")
    return None


def with_retries(work: Callable[[], T]) -> T:
    """Runs a whole unit of work, again when the database asks for it, and turns its refusals into ours.

    A unit is repeated from its beginning, so that it reads and decides anew; what it read before is worth nothing.
    """
    for attempt in range(TRIES):
        try:
            return work()
        except Overtaken as error:
            if attempt + 1 == TRIES:
                raise refuse("conflict", "someone-was-faster") from error
        except DBAPIError as error:
            if _again(error) and attempt + 1 < TRIES:
                time.sleep(random.uniform(0.005, 0.05) * (attempt + 1))  # noqa: S311  (spreads tries, hides nothing)
                continue
            refusal = refuse("conflict", "someone-was-faster") if _state(error) in AGAIN else translated(error)
            if refusal is None and _state(error) in CANNOT_WRITE:
                raise OperationalError(error.statement, error.params, error.orig or error) from error
            if refusal is None:
                raise
            raise refusal from error
    raise AssertionError("unreachable")


def _again(error: DBAPIError) -> bool:
    return _state(error) in AGAIN or any(name in str(error.orig) for name in OVERTAKEN)


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
