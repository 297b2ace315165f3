-- What a bridge signed, what contradicted it, and what a day's comparison found are not changed (docs/refusals.md).

CREATE TRIGGER tr_journal_entry_append_only BEFORE UPDATE ON journal_entry FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_journal_entry_append_only');

CREATE TRIGGER tr_journal_fault_append_only BEFORE UPDATE ON journal_fault FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_journal_fault_append_only');

CREATE TRIGGER tr_reconciliation_append_only BEFORE UPDATE ON reconciliation FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_reconciliation_append_only');
