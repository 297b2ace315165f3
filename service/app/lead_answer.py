"""What came of a lead is said by an auditor and stays: a question nobody can quietly clear, and never a refusal."""

from collections.abc import Sequence

import sqlalchemy as sa

from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import Institution, LeadOutcome
from service.store.tables.oversight import LEAD_OUTCOMES
from service.store.unit_of_work import UnitOfWork


def answer_lead(
    unit: UnitOfWork,
    *,
    institution: str,
    test: str,
    subject: Sequence[str],
    records: Sequence[str],
    outcome: str,
    paper: str,
) -> str:
    """Records the outcome of a lead (`service.leads.Lead`); answers the row's id.

    `subject` and `records` are ids: the record holds keyed indexes of them, by which whoever has the lead finds its
    answers and nobody else learns whom it was about. A later answer is another row. Raises Refusal.
    """
    require(unit.actor, "lead.answer", Target(institution))
    unit.get(Institution, institution)
    if outcome not in LEAD_OUTCOMES or not subject:
        raise refuse("not-possible", "choice-unknown")
    row = LeadOutcome(
        id=unit.environment.new_id(),
        institution_id=institution,
        test=clean_line(test, 40),
        lead=_index(unit, "lead", (test, institution, *subject)),
        evidence=_index(unit, "lead.evidence", sorted(records)),
        outcome=outcome,
        paper=clean_line(paper, 80),
        said_by=unit.actor.id,
        said_at=unit.now,
    )
    unit.add(row)
    unit.tell("lead.answered", institution)
    return row.id


def answers_to(unit: UnitOfWork, *, institution: str, test: str, subject: Sequence[str]) -> list[LeadOutcome]:
    """The answers given to a lead so far, the oldest first."""
    require(unit.actor, "record.see", Target(institution))
    row, lead = of(LeadOutcome), _index(unit, "lead", (test, institution, *subject))
    return list(unit.session.scalars(sa.select(LeadOutcome).where(row.lead == lead).order_by(row.said_at)))


def _index(unit: UnitOfWork, purpose: str, parts: Sequence[str]) -> str:
    return unit.environment.vault.mark(purpose, "|".join(parts))
