-- What was decided stays as it was decided; that nothing is deleted is installed beside (docs/refusals.md).

CREATE TRIGGER tr_commission_decision_append_only BEFORE UPDATE ON commission_decision
BEGIN SELECT RAISE(ABORT, 'tr_commission_decision_append_only'); END;

CREATE TRIGGER tr_carried_history_append_only BEFORE UPDATE ON carried_history
BEGIN SELECT RAISE(ABORT, 'tr_carried_history_append_only'); END;
