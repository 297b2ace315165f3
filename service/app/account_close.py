"""An account ends: asked by its owner, at the desk when the phone is lost, or with the consent."""

from service.app.passkey import end_passkeys
from service.app.phone_change import end_phone_changes
from service.app.session_end import end_sessions
from service.domain.access import Target, require
from service.domain.refusal import Refusal, refuse
from service.store.tables import NATIONAL, Account
from service.store.unit_of_work import UnitOfWork

REASONS = ("asked", "phone-lost", "consent-withdrawn", "erased")


def close_account(unit: UnitOfWork, *, account: str, reason: str = "asked") -> None:
    """Closes an account and its sessions. Relationships stay; the person may open another account at the desk."""
    row = unit.get(Account, account, lock=True)
    require(unit.actor, "account.close", Target(unit.actor.institution, frozenset({row.person_id})))
    if reason not in REASONS:
        raise refuse("not-possible", "choice-unknown")
    if row.closed_at is not None:
        raise Refusal("not-found")
    end_account(unit, row, reason)
    unit.tell("account.closed", NATIONAL)


def end_account(unit: UnitOfWork, account: Account, reason: str) -> None:
    """Closes an account as part of a larger act."""
    unit.change(account, closed_at=unit.now, closed_reason=reason)
    end_phone_changes(unit, account.person_id, "account-closed")
    end_passkeys(unit, account.person_id, "relative", "account-closed")
    end_sessions(unit, "relative", account.id)
    end_sessions(unit, "relative-1st", account.id)
