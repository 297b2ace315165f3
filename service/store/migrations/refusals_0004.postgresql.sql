-- A face, a credential, a secret, a number asked for is replaced by a new row and never edited; an end is the end.

CREATE TRIGGER tr_photo_fixed BEFORE UPDATE ON photo FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL OR
    NEW.person_id IS DISTINCT FROM OLD.person_id OR
    NEW.image IS DISTINCT FROM OLD.image OR
    NEW.added_by IS DISTINCT FROM OLD.added_by OR
    NEW.added_at IS DISTINCT FROM OLD.added_at)
EXECUTE FUNCTION kz_refuse('tr_photo_fixed');

CREATE TRIGGER tr_passkey_fixed BEFORE UPDATE ON passkey FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL OR
    NEW.person_id IS DISTINCT FROM OLD.person_id OR
    NEW.holder IS DISTINCT FROM OLD.holder OR
    NEW.credential_id IS DISTINCT FROM OLD.credential_id OR
    NEW.public_key IS DISTINCT FROM OLD.public_key OR
    NEW.added_at IS DISTINCT FROM OLD.added_at)
EXECUTE FUNCTION kz_refuse('tr_passkey_fixed');

CREATE TRIGGER tr_time_code_fixed BEFORE UPDATE ON time_code FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL OR
    NEW.officer_id IS DISTINCT FROM OLD.officer_id OR
    NEW.person_id IS DISTINCT FROM OLD.person_id OR
    NEW.secret IS DISTINCT FROM OLD.secret OR
    NEW.added_at IS DISTINCT FROM OLD.added_at OR
    NEW.last_step < OLD.last_step)
EXECUTE FUNCTION kz_refuse('tr_time_code_fixed');

CREATE TRIGGER tr_phone_change_fixed BEFORE UPDATE ON phone_change FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL OR
    NEW.person_id IS DISTINCT FROM OLD.person_id OR
    NEW.phone IS DISTINCT FROM OLD.phone OR
    NEW."before" IS DISTINCT FROM OLD."before" OR
    NEW.asked_at IS DISTINCT FROM OLD.asked_at OR
    NEW.effective_at IS DISTINCT FROM OLD.effective_at)
EXECUTE FUNCTION kz_refuse('tr_phone_change_fixed');

CREATE TRIGGER tr_identity_look_append_only BEFORE UPDATE ON identity_look FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_identity_look_append_only');
