-- A recording that was purged stays so, and belongs to its call.
CREATE FUNCTION kz_call_recording_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.institution_id <> OLD.institution_id OR NEW.call_id <> OLD.call_id
     OR NEW.convict_id <> OLD.convict_id OR NEW.party <> OLD.party
     OR (OLD.sha256 IS NOT NULL AND NEW.sha256 IS DISTINCT FROM OLD.sha256)
     OR (OLD.purged_at IS NOT NULL AND NEW.purged_at IS DISTINCT FROM OLD.purged_at) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_call_recording_fixed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_call_recording_fixed BEFORE UPDATE ON call_recording FOR EACH ROW
  EXECUTE FUNCTION kz_call_recording_fixed();
