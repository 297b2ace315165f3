-- What a bridge signed, what contradicted it, and what a day's comparison found are not changed (docs/refusals.md).

CREATE TRIGGER tr_journal_entry_append_only BEFORE UPDATE ON journal_entry
BEGIN SELECT RAISE(ABORT, 'tr_journal_entry_append_only'); END;

CREATE TRIGGER tr_journal_fault_append_only BEFORE UPDATE ON journal_fault
BEGIN SELECT RAISE(ABORT, 'tr_journal_fault_append_only'); END;

CREATE TRIGGER tr_reconciliation_append_only BEFORE UPDATE ON reconciliation
BEGIN SELECT RAISE(ABORT, 'tr_reconciliation_append_only'); END;
