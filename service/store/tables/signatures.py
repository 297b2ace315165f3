"""What the record keeps of an act of two people being signed: by whom, over what, with which passkey, or with none."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index

from service.store.columns import Committed, key, link, moment, text
from service.store.tables.base import Row

OF_PERSON = Committed("person_id")


class ActSignature(Row, table=True):
    """One half of an act of two people, and the passkey that signed it; without one where the officer has none.

    `act` is a row of the access policy, `row_id` the row that it asks for or decides. `signed` is the challenge of the
    assertion: the SHA-256, in hex, of the canonical JSON of act, facts and `nonce`. `assertion` is what the browser
    answered (WebAuthn Level 3, AuthenticationResponseJSON): whoever is given the public key of the passkey proves the
    signature again without this service.
    """

    __tablename__ = "act_signature"
    log: ClassVar[str] = "national"
    __table_args__ = (
        CheckConstraint("(passkey_id IS NULL) = (assertion IS NULL)", name="assertion"),
        CheckConstraint("(passkey_id IS NULL) = (nonce IS NULL)", name="nonce"),
        CheckConstraint("(passkey_id IS NULL) = (signed IS NULL)", name="signed"),
        Index("uq_act_signature_row", "row_id", "act", unique=True),
    )

    id: str = key()
    act: str = text(40)
    row_id: str = text(32)
    officer_id: str = link("officer.id")
    person_id: str = link("person.id", OF_PERSON)
    at: datetime = moment()
    passkey_id: str | None = link("passkey.id", optional=True)
    signed: str | None = text(64, optional=True)
    nonce: str | None = text(64, OF_PERSON, optional=True)
    assertion: str | None = text(8000, OF_PERSON, optional=True)
