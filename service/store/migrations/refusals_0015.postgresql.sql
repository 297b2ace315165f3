-- What was signed stays as it was signed (docs/refusals.md).

CREATE TRIGGER tr_act_signature_append_only BEFORE UPDATE ON act_signature FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_act_signature_append_only');
