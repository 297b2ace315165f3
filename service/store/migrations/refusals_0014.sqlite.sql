-- A recording that was purged stays so, and belongs to its call.
CREATE TRIGGER tr_call_recording_fixed BEFORE UPDATE ON call_recording
WHEN NEW.id <> OLD.id OR NEW.institution_id <> OLD.institution_id OR NEW.call_id <> OLD.call_id
  OR NEW.convict_id <> OLD.convict_id OR NEW.party <> OLD.party
  OR (OLD.sha256 IS NOT NULL AND NEW.sha256 IS NOT OLD.sha256)
  OR (OLD.purged_at IS NOT NULL AND NEW.purged_at IS NOT OLD.purged_at)
BEGIN
  SELECT RAISE(ABORT, 'tr_call_recording_fixed');
END;
