-- A face, a credential, a secret, a number asked for is replaced by a new row and never edited; an end is the end.

CREATE TRIGGER tr_photo_fixed BEFORE UPDATE ON photo
WHEN OLD.ended_at IS NOT NULL OR
    NEW.person_id IS NOT OLD.person_id OR
    NEW.image IS NOT OLD.image OR
    NEW.added_by IS NOT OLD.added_by OR
    NEW.added_at IS NOT OLD.added_at
BEGIN SELECT RAISE(ABORT, 'tr_photo_fixed'); END;

CREATE TRIGGER tr_passkey_fixed BEFORE UPDATE ON passkey
WHEN OLD.ended_at IS NOT NULL OR
    NEW.person_id IS NOT OLD.person_id OR
    NEW.holder IS NOT OLD.holder OR
    NEW.credential_id IS NOT OLD.credential_id OR
    NEW.public_key IS NOT OLD.public_key OR
    NEW.added_at IS NOT OLD.added_at
BEGIN SELECT RAISE(ABORT, 'tr_passkey_fixed'); END;

CREATE TRIGGER tr_time_code_fixed BEFORE UPDATE ON time_code
WHEN OLD.ended_at IS NOT NULL OR
    NEW.officer_id IS NOT OLD.officer_id OR
    NEW.person_id IS NOT OLD.person_id OR
    NEW.secret IS NOT OLD.secret OR
    NEW.added_at IS NOT OLD.added_at OR
    NEW.last_step < OLD.last_step
BEGIN SELECT RAISE(ABORT, 'tr_time_code_fixed'); END;

CREATE TRIGGER tr_phone_change_fixed BEFORE UPDATE ON phone_change
WHEN OLD.ended_at IS NOT NULL OR
    NEW.person_id IS NOT OLD.person_id OR
    NEW.phone IS NOT OLD.phone OR
    NEW."before" IS NOT OLD."before" OR
    NEW.asked_at IS NOT OLD.asked_at OR
    NEW.effective_at IS NOT OLD.effective_at
BEGIN SELECT RAISE(ABORT, 'tr_phone_change_fixed'); END;

CREATE TRIGGER tr_identity_look_append_only BEFORE UPDATE ON identity_look
BEGIN SELECT RAISE(ABORT, 'tr_identity_look_append_only'); END;
