"""All tables. What each is, and what the record says of each column, stands beside it."""

from service.store.tables.appointments import (
    Appointment,
    AppointmentVisitor,
    Dispute,
    ExceptionRequest,
    ReviewFlag,
)
from service.store.tables.base import NATIONAL, Passing, Row
from service.store.tables.convicts import Convict, FileEntry, Placement, Relationship, VisitorBan
from service.store.tables.gates import Admission, Device, EntryPass, PassKey, Scan
from service.store.tables.institutions import (
    BlockedDate,
    Gate,
    Institution,
    LawVersion,
    Place,
    Room,
    SessionTemplate,
)
from service.store.tables.people import Account, ErasureRequest, Officer, OfficerRole, Person
from service.store.tables.record import Checkpoint, Event, Log, Opening, Tile
from service.store.tables.witnesses import Cosignature, WitnessLine
from service.store.tables.working import IdempotentAnswer, JobLease, Message, OneTimeCode, Session, Throttle

__all__ = [
    "NATIONAL",
    "Account",
    "Admission",
    "Appointment",
    "AppointmentVisitor",
    "BlockedDate",
    "Checkpoint",
    "Convict",
    "Cosignature",
    "Device",
    "Dispute",
    "EntryPass",
    "ErasureRequest",
    "Event",
    "ExceptionRequest",
    "FileEntry",
    "Gate",
    "IdempotentAnswer",
    "Institution",
    "JobLease",
    "LawVersion",
    "Log",
    "Message",
    "Officer",
    "OfficerRole",
    "OneTimeCode",
    "Opening",
    "PassKey",
    "Passing",
    "Person",
    "Place",
    "Placement",
    "Relationship",
    "ReviewFlag",
    "Room",
    "Row",
    "Scan",
    "Session",
    "SessionTemplate",
    "Throttle",
    "Tile",
    "VisitorBan",
    "WitnessLine",
]
