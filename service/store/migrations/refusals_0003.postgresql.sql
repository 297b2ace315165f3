-- An answer once given to a lead, and a stamp once given, are not changed (docs/refusals.md).

CREATE TRIGGER tr_lead_outcome_append_only BEFORE UPDATE ON lead_outcome FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_lead_outcome_append_only');

CREATE TRIGGER tr_head_stamp_append_only BEFORE UPDATE ON head_stamp FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_head_stamp_append_only');
