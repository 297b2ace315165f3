-- What a convict said, when, and the number it got never change; a sealed letter is only marked as fetched, once.
CREATE TRIGGER tr_convict_request_fixed BEFORE UPDATE ON convict_request
WHEN NEW.id <> OLD.id OR NEW.institution_id <> OLD.institution_id OR NEW.number <> OLD.number
  OR NEW.convict_id <> OLD.convict_id OR NEW.device_id <> OLD.device_id OR NEW.sequence <> OLD.sequence
  OR NEW.kind <> OLD.kind OR NEW.appointment_kind IS NOT OLD.appointment_kind OR NEW.purpose <> OLD.purpose
  OR NEW.relationship_id IS NOT OLD.relationship_id OR NEW.asked_at <> OLD.asked_at
  OR NEW.received_at <> OLD.received_at OR NEW.decide_by IS NOT OLD.decide_by OR NEW.words IS NOT OLD.words
BEGIN SELECT RAISE(ABORT, 'tr_convict_request_fixed'); END;

CREATE TRIGGER tr_sealed_letter_fixed BEFORE UPDATE ON sealed_letter
WHEN NEW.id <> OLD.id OR NEW.institution_id <> OLD.institution_id OR NEW.number <> OLD.number
  OR NEW.convict_id <> OLD.convict_id OR NEW.device_id <> OLD.device_id OR NEW.sequence <> OLD.sequence
  OR NEW.key_id <> OLD.key_id OR NEW.sealed <> OLD.sealed OR NEW.asked_at <> OLD.asked_at
  OR NEW.received_at <> OLD.received_at OR OLD.fetched_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'tr_sealed_letter_fixed'); END;
