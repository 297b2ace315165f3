-- A call belongs to its appointment; its limit is set once; what has ended stays as it ended.
CREATE TRIGGER tr_call_fixed BEFORE UPDATE ON call
WHEN NEW.id <> OLD.id OR NEW.institution_id <> OLD.institution_id OR NEW.appointment_id <> OLD.appointment_id
  OR NEW.convict_id <> OLD.convict_id OR NEW.kind <> OLD.kind
  OR (OLD.live_at IS NOT NULL AND (NEW.live_at IS NOT OLD.live_at OR NEW.hard_end_at IS NOT OLD.hard_end_at))
  OR (OLD.ended_at IS NOT NULL AND (NEW.state <> OLD.state OR NEW.ended_at IS NOT OLD.ended_at
    OR NEW.ended_code IS NOT OLD.ended_code OR NEW.ended_by IS NOT OLD.ended_by))
BEGIN
  SELECT RAISE(ABORT, 'tr_call_fixed');
END;
-- Nobody talks unwatched: a call goes live only while an officer sits in it.
CREATE TRIGGER tr_call_officer BEFORE UPDATE OF state ON call
WHEN NEW.state = 'live' AND OLD.state <> 'live'
  AND NOT EXISTS (SELECT 1 FROM call_party p WHERE p.call_id = NEW.id AND p.party = 'supervisor' AND p.left_at IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'tr_call_officer');
END;
-- A stay that has ended stays so.
CREATE TRIGGER tr_call_party_fixed BEFORE UPDATE ON call_party
WHEN NEW.id <> OLD.id OR NEW.call_id <> OLD.call_id OR NEW.party <> OLD.party OR NEW.seat <> OLD.seat
  OR NEW.joined_at <> OLD.joined_at OR NEW.officer_id IS NOT OLD.officer_id
  OR (OLD.left_at IS NOT NULL AND NEW.left_at IS NOT OLD.left_at)
BEGIN
  SELECT RAISE(ABORT, 'tr_call_party_fixed');
END;
