-- What a convict said, when, and the number it got never change; a sealed letter is only marked as fetched, once.
CREATE FUNCTION kz_convict_request_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.institution_id, NEW.number, NEW.convict_id, NEW.device_id, NEW.sequence, NEW.kind, NEW.appointment_kind,
      NEW.purpose, NEW.relationship_id, NEW.asked_at, NEW.received_at, NEW.decide_by, NEW.words)
    IS DISTINCT FROM
     (OLD.id, OLD.institution_id, OLD.number, OLD.convict_id, OLD.device_id, OLD.sequence, OLD.kind, OLD.appointment_kind,
      OLD.purpose, OLD.relationship_id, OLD.asked_at, OLD.received_at, OLD.decide_by, OLD.words) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_convict_request_fixed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_convict_request_fixed BEFORE UPDATE ON convict_request
  FOR EACH ROW EXECUTE FUNCTION kz_convict_request_fixed();

CREATE FUNCTION kz_sealed_letter_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.fetched_at IS NOT NULL OR
     (NEW.id, NEW.institution_id, NEW.number, NEW.convict_id, NEW.device_id, NEW.sequence, NEW.key_id, NEW.sealed,
      NEW.asked_at, NEW.received_at)
    IS DISTINCT FROM
     (OLD.id, OLD.institution_id, OLD.number, OLD.convict_id, OLD.device_id, OLD.sequence, OLD.key_id, OLD.sealed,
      OLD.asked_at, OLD.received_at) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_sealed_letter_fixed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_sealed_letter_fixed BEFORE UPDATE ON sealed_letter
  FOR EACH ROW EXECUTE FUNCTION kz_sealed_letter_fixed();
