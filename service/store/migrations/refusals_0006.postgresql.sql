-- What was decided stays as it was decided; that nothing is deleted is installed beside (docs/refusals.md).

CREATE TRIGGER tr_commission_decision_append_only BEFORE UPDATE ON commission_decision FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_commission_decision_append_only');

CREATE TRIGGER tr_carried_history_append_only BEFORE UPDATE ON carried_history FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_carried_history_append_only');
