-- What was signed stays as it was signed (docs/refusals.md).

CREATE TRIGGER tr_act_signature_append_only BEFORE UPDATE ON act_signature
BEGIN SELECT RAISE(ABORT, 'tr_act_signature_append_only'); END;
