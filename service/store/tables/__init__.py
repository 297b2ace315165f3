"""All tables. What each is, and what the record says of each column, stands beside it."""

from service.store.tables.appointments import (
    Appointment,
    AppointmentVisitor,
    Dispute,
    ExceptionRequest,
    ReviewFlag,
)
from service.store.tables.base import NATIONAL, Passing, Row
from service.store.tables.bridges import BridgeKey, GatePin, JournalEntry, JournalFault, Reconciliation
from service.store.tables.call_keeping import CallRecording, RecordingLook, RecordingRule, SupervisorShift
from service.store.tables.call_rooms import CallHandle, CallSeatSeen
from service.store.tables.call_supply import CallCost, CallHeard, CallPayment
from service.store.tables.calls import Call, CallMark, CallParty, CallTimer
from service.store.tables.convicts import Convict, FileEntry, Placement, Relationship, VisitorBan
from service.store.tables.desk import CarriedHistory, CommissionDecision, ContactPerson, DailyPause
from service.store.tables.factors import (
    FactorReset,
    IdentityLook,
    Passkey,
    PasskeyChallenge,
    PhoneChange,
    Photo,
    ProviderSignIn,
    TimeCode,
)
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
from service.store.tables.kiosks import (
    ConvictCard,
    ConvictRequest,
    KioskAlarm,
    OversightKey,
    QueuedFailure,
    SealedLetter,
)
from service.store.tables.notices import AccountMessage, DeliveryReceipt, Message
from service.store.tables.oversight import HeadStamp, LeadOutcome, OpeningRelease
from service.store.tables.people import Account, ErasureRequest, Officer, OfficerRole, Person
from service.store.tables.record import Checkpoint, Event, Log, Opening, Tile
from service.store.tables.registry import PersonMerge, RegistryQuestion
from service.store.tables.signatures import ActSignature
from service.store.tables.waiting import CallWindow, InstitutionGuide, QueueEntry
from service.store.tables.witnesses import Cosignature, WitnessLine
from service.store.tables.working import IdempotentAnswer, JobLease, OneTimeCode, Session, Throttle

__all__ = [
    "NATIONAL",
    "Account",
    "AccountMessage",
    "ActSignature",
    "Admission",
    "Appointment",
    "AppointmentVisitor",
    "BlockedDate",
    "BridgeKey",
    "Call",
    "CallCost",
    "CallHandle",
    "CallHeard",
    "CallMark",
    "CallParty",
    "CallPayment",
    "CallRecording",
    "CallSeatSeen",
    "CallTimer",
    "CallWindow",
    "CarriedHistory",
    "Checkpoint",
    "CommissionDecision",
    "ContactPerson",
    "Convict",
    "ConvictCard",
    "ConvictRequest",
    "Cosignature",
    "DailyPause",
    "DeliveryReceipt",
    "Device",
    "Dispute",
    "EntryPass",
    "ErasureRequest",
    "Event",
    "ExceptionRequest",
    "FactorReset",
    "FileEntry",
    "Gate",
    "GatePin",
    "HeadStamp",
    "IdempotentAnswer",
    "IdentityLook",
    "Institution",
    "InstitutionGuide",
    "JobLease",
    "JournalEntry",
    "JournalFault",
    "KioskAlarm",
    "LawVersion",
    "LeadOutcome",
    "Log",
    "Message",
    "Officer",
    "OfficerRole",
    "OneTimeCode",
    "Opening",
    "OpeningRelease",
    "OversightKey",
    "PassKey",
    "Passing",
    "Passkey",
    "PasskeyChallenge",
    "Person",
    "PersonMerge",
    "PhoneChange",
    "Photo",
    "Place",
    "Placement",
    "ProviderSignIn",
    "QueueEntry",
    "QueuedFailure",
    "Reconciliation",
    "RecordingLook",
    "RecordingRule",
    "RegistryQuestion",
    "Relationship",
    "ReviewFlag",
    "Room",
    "Row",
    "Scan",
    "SealedLetter",
    "Session",
    "SessionTemplate",
    "SupervisorShift",
    "Throttle",
    "Tile",
    "TimeCode",
    "VisitorBan",
    "WitnessLine",
]
