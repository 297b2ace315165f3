-- Who waits, for which day, and in which turn never changes; what has ended stays ended.
CREATE FUNCTION kz_queue_entry_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.institution_id <> OLD.institution_id OR NEW.convict_id <> OLD.convict_id
     OR NEW.asked_by <> OLD.asked_by OR NEW.relationship_id <> OLD.relationship_id OR NEW.kind <> OLD.kind
     OR NEW.by_video <> OLD.by_video OR NEW.wanted_on <> OLD.wanted_on OR NEW.turn <> OLD.turn
     OR NEW.joined_at <> OLD.joined_at OR (OLD.state <> 'waiting' AND NEW.state <> OLD.state) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_queue_entry_fixed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_queue_entry_fixed BEFORE UPDATE ON queue_entry
  FOR EACH ROW EXECUTE FUNCTION kz_queue_entry_fixed();
