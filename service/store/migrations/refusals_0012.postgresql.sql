-- A call belongs to its appointment; its limit is set once; what has ended stays as it ended.
CREATE FUNCTION kz_call_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.institution_id <> OLD.institution_id OR NEW.appointment_id <> OLD.appointment_id
     OR NEW.convict_id <> OLD.convict_id OR NEW.kind <> OLD.kind
     OR (OLD.live_at IS NOT NULL AND (NEW.live_at IS DISTINCT FROM OLD.live_at
       OR NEW.hard_end_at IS DISTINCT FROM OLD.hard_end_at))
     OR (OLD.ended_at IS NOT NULL AND (NEW.state <> OLD.state OR NEW.ended_at IS DISTINCT FROM OLD.ended_at
       OR NEW.ended_code IS DISTINCT FROM OLD.ended_code OR NEW.ended_by IS DISTINCT FROM OLD.ended_by)) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_call_fixed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_call_fixed BEFORE UPDATE ON call FOR EACH ROW EXECUTE FUNCTION kz_call_fixed();
-- Nobody talks unwatched: a call goes live only while an officer sits in it.
CREATE FUNCTION kz_call_officer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM call_party p
    WHERE p.call_id = NEW.id AND p.party = 'supervisor' AND p.left_at IS NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_call_officer';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_call_officer BEFORE UPDATE OF state ON call FOR EACH ROW
  WHEN (NEW.state = 'live' AND OLD.state <> 'live') EXECUTE FUNCTION kz_call_officer();
-- A stay that has ended stays so.
CREATE FUNCTION kz_call_party_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.call_id <> OLD.call_id OR NEW.party <> OLD.party OR NEW.seat <> OLD.seat
     OR NEW.joined_at <> OLD.joined_at OR NEW.officer_id IS DISTINCT FROM OLD.officer_id
     OR (OLD.left_at IS NOT NULL AND NEW.left_at IS DISTINCT FROM OLD.left_at) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_call_party_fixed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_call_party_fixed BEFORE UPDATE ON call_party FOR EACH ROW EXECUTE FUNCTION kz_call_party_fixed();
