-- What the database refuses whatever the code does (docs/refusals.md). The name raised is the name of the rule.
-- SQLite has one writer at a time, so a trigger that looks and then refuses cannot be raced.

CREATE TRIGGER ex_appointment_place_insert BEFORE INSERT ON appointment WHEN NEW.live
BEGIN SELECT RAISE(ABORT, 'ex_appointment_place') WHERE EXISTS (SELECT 1 FROM appointment a WHERE a.live
  AND a.place_id = NEW.place_id AND a.id <> NEW.id AND a.starts_at < NEW.ends_at AND NEW.starts_at < a.ends_at); END;

CREATE TRIGGER ex_appointment_place_update BEFORE UPDATE OF place_id, starts_at, ends_at, live ON appointment WHEN NEW.live
BEGIN SELECT RAISE(ABORT, 'ex_appointment_place') WHERE EXISTS (SELECT 1 FROM appointment a WHERE a.live
  AND a.place_id = NEW.place_id AND a.id <> NEW.id AND a.starts_at < NEW.ends_at AND NEW.starts_at < a.ends_at); END;

CREATE TRIGGER ex_appointment_convict_insert BEFORE INSERT ON appointment WHEN NEW.live
BEGIN SELECT RAISE(ABORT, 'ex_appointment_convict') WHERE EXISTS (SELECT 1 FROM appointment a WHERE a.live
  AND a.convict_id = NEW.convict_id AND a.id <> NEW.id AND a.starts_at < NEW.ends_at AND NEW.starts_at < a.ends_at); END;

CREATE TRIGGER ex_appointment_convict_update BEFORE UPDATE OF convict_id, starts_at, ends_at, live ON appointment WHEN NEW.live
BEGIN SELECT RAISE(ABORT, 'ex_appointment_convict') WHERE EXISTS (SELECT 1 FROM appointment a WHERE a.live
  AND a.convict_id = NEW.convict_id AND a.id <> NEW.id AND a.starts_at < NEW.ends_at AND NEW.starts_at < a.ends_at); END;

CREATE TRIGGER ex_appointment_charge_insert BEFORE INSERT ON appointment WHEN NEW.live AND NEW.charge_rule = 'interval'
BEGIN SELECT RAISE(ABORT, 'ex_appointment_charge') WHERE EXISTS (SELECT 1 FROM appointment a WHERE a.live
  AND a.charge_rule = 'interval' AND a.convict_id = NEW.convict_id AND a.charge_kind = NEW.charge_kind AND a.id <> NEW.id
  AND a.charge_after < NEW.charge_day AND NEW.charge_after < a.charge_day); END;

CREATE TRIGGER ex_appointment_charge_update BEFORE UPDATE OF convict_id, live, charge_rule, charge_kind, charge_day, charge_after
ON appointment WHEN NEW.live AND NEW.charge_rule = 'interval'
BEGIN SELECT RAISE(ABORT, 'ex_appointment_charge') WHERE EXISTS (SELECT 1 FROM appointment a WHERE a.live
  AND a.charge_rule = 'interval' AND a.convict_id = NEW.convict_id AND a.charge_kind = NEW.charge_kind AND a.id <> NEW.id
  AND a.charge_after < NEW.charge_day AND NEW.charge_after < a.charge_day); END;

CREATE TRIGGER tr_appointment_exception_insert BEFORE INSERT ON appointment WHEN NEW.exception_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'tr_appointment_exception') WHERE NOT EXISTS (SELECT 1 FROM exception_request e
  WHERE e.id = NEW.exception_id AND e.state = 'granted' AND e.convict_id = NEW.convict_id AND NEW.charge_day <= e.usable_until); END;

CREATE TRIGGER tr_appointment_exception_update BEFORE UPDATE OF exception_id, charge_day ON appointment WHEN NEW.exception_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'tr_appointment_exception') WHERE NOT EXISTS (SELECT 1 FROM exception_request e
  WHERE e.id = NEW.exception_id AND e.state = 'granted' AND e.convict_id = NEW.convict_id AND NEW.charge_day <= e.usable_until); END;

CREATE TRIGGER tr_appointment_fixed BEFORE UPDATE ON appointment
WHEN NEW.id IS NOT OLD.id OR NEW.convict_id IS NOT OLD.convict_id OR NEW.kind IS NOT OLD.kind OR NEW.by_video IS NOT OLD.by_video
  OR NEW.institution_id IS NOT OLD.institution_id OR NEW.asked_by IS NOT OLD.asked_by OR NEW.asked_at IS NOT OLD.asked_at
  OR (NEW.live AND NOT OLD.live) OR (NEW.state = 'held' AND (OLD.state <> 'held' OR NEW.held_until IS NOT OLD.held_until))
BEGIN SELECT RAISE(ABORT, 'tr_appointment_fixed'); END;

CREATE TRIGGER ex_visitor_insert BEFORE INSERT ON appointment_visitor WHEN NEW.live
BEGIN SELECT RAISE(ABORT, 'ex_visitor') WHERE EXISTS (SELECT 1 FROM appointment_visitor v WHERE v.live
  AND v.person_id = NEW.person_id AND v.id <> NEW.id AND v.starts_at < NEW.ends_at AND NEW.starts_at < v.ends_at); END;

CREATE TRIGGER ex_visitor_update BEFORE UPDATE OF starts_at, ends_at, live ON appointment_visitor WHEN NEW.live
BEGIN SELECT RAISE(ABORT, 'ex_visitor') WHERE EXISTS (SELECT 1 FROM appointment_visitor v WHERE v.live
  AND v.person_id = NEW.person_id AND v.id <> NEW.id AND v.starts_at < NEW.ends_at AND NEW.starts_at < v.ends_at); END;

CREATE TRIGGER tr_visitor_relationship BEFORE INSERT ON appointment_visitor
BEGIN SELECT RAISE(ABORT, 'tr_visitor_relationship') WHERE NOT EXISTS (SELECT 1 FROM relationship r JOIN appointment a ON a.id = NEW.appointment_id
  WHERE r.id = NEW.relationship_id AND r.person_id = NEW.person_id AND r.convict_id = a.convict_id AND r.state = 'confirmed'
  AND r.verified_by <> r.confirmed_by AND r.since <= a.charge_day AND (r.until IS NULL OR r.until > a.charge_day)); END;

CREATE TRIGGER tr_visitor_only_while_held BEFORE INSERT ON appointment_visitor
BEGIN SELECT RAISE(ABORT, 'tr_visitor_only_while_held') WHERE NOT EXISTS (SELECT 1 FROM appointment a
  WHERE a.id = NEW.appointment_id AND a.state = 'held' AND a.institution_id = NEW.institution_id); END;

CREATE TRIGGER tr_visitor_fixed BEFORE UPDATE ON appointment_visitor
WHEN NEW.id IS NOT OLD.id OR NEW.institution_id IS NOT OLD.institution_id OR NEW.appointment_id IS NOT OLD.appointment_id
  OR NEW.person_id IS NOT OLD.person_id OR NEW.relationship_id IS NOT OLD.relationship_id OR NEW.adult IS NOT OLD.adult
BEGIN SELECT RAISE(ABORT, 'tr_visitor_fixed'); END;

CREATE TRIGGER tr_relationship_fixed BEFORE UPDATE ON relationship
WHEN NEW.person_id IS NOT OLD.person_id OR NEW.convict_id IS NOT OLD.convict_id OR NEW.kind IS NOT OLD.kind
  OR (OLD.verified_by IS NOT NULL AND NEW.verified_by IS NOT OLD.verified_by)
  OR (OLD.confirmed_by IS NOT NULL AND NEW.confirmed_by IS NOT OLD.confirmed_by)
  OR (NEW.state = 'confirmed' AND OLD.state <> 'verified' AND OLD.state <> 'confirmed')
BEGIN SELECT RAISE(ABORT, 'tr_relationship_fixed'); END;

CREATE TRIGGER tr_event_append_only BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'tr_event_append_only'); END;
CREATE TRIGGER tr_opening_append_only BEFORE UPDATE ON opening BEGIN SELECT RAISE(ABORT, 'tr_opening_append_only'); END;
CREATE TRIGGER tr_checkpoint_append_only BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'tr_checkpoint_append_only'); END;
