-- What the database refuses whatever the code does (docs/refusals.md). The name raised is the name of the rule.
-- Overlap is left to exclusion constraints: they hold at every isolation level and need no lock of ours. A text key
-- enters a range by its 64-bit hash, so that no extension is needed; a collision could only refuse, never admit.

ALTER TABLE appointment ADD CONSTRAINT ex_appointment_place EXCLUDE USING gist (
  int8range(hashtextextended(place_id, 0), hashtextextended(place_id, 0), '[]') WITH &&,
  tstzrange(starts_at, ends_at) WITH &&) WHERE (live);

ALTER TABLE appointment ADD CONSTRAINT ex_appointment_convict EXCLUDE USING gist (
  int8range(hashtextextended(convict_id, 0), hashtextextended(convict_id, 0), '[]') WITH &&,
  tstzrange(starts_at, ends_at) WITH &&) WHERE (live);

ALTER TABLE appointment ADD CONSTRAINT ex_appointment_charge EXCLUDE USING gist (
  int8range(hashtextextended(convict_id || ':' || charge_kind, 0), hashtextextended(convict_id || ':' || charge_kind, 0), '[]') WITH &&,
  daterange(charge_after, charge_day, '(]') WITH &&) WHERE (live AND charge_rule = 'interval');

ALTER TABLE appointment_visitor ADD CONSTRAINT ex_visitor EXCLUDE USING gist (
  int8range(hashtextextended(person_id, 0), hashtextextended(person_id, 0), '[]') WITH &&,
  tstzrange(starts_at, ends_at) WITH &&) WHERE (live);

CREATE FUNCTION kz_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0]; END $$;

CREATE FUNCTION kz_appointment_exception() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM exception_request e WHERE e.id = NEW.exception_id AND e.state = 'granted' AND e.convict_id = NEW.convict_id
    AND NEW.charge_day <= e.usable_until FOR SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_appointment_exception'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_appointment_exception_insert BEFORE INSERT ON appointment FOR EACH ROW
  WHEN (NEW.exception_id IS NOT NULL) EXECUTE FUNCTION kz_appointment_exception();
CREATE TRIGGER tr_appointment_exception_update BEFORE UPDATE OF exception_id, charge_day ON appointment FOR EACH ROW
  WHEN (NEW.exception_id IS NOT NULL) EXECUTE FUNCTION kz_appointment_exception();

CREATE TRIGGER tr_appointment_fixed BEFORE UPDATE ON appointment FOR EACH ROW
WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.convict_id IS DISTINCT FROM OLD.convict_id OR NEW.kind IS DISTINCT FROM OLD.kind
  OR NEW.by_video IS DISTINCT FROM OLD.by_video OR NEW.institution_id IS DISTINCT FROM OLD.institution_id
  OR NEW.asked_by IS DISTINCT FROM OLD.asked_by OR NEW.asked_at IS DISTINCT FROM OLD.asked_at OR (NEW.live AND NOT OLD.live)
  OR (NEW.state = 'held' AND (OLD.state <> 'held' OR NEW.held_until IS DISTINCT FROM OLD.held_until)))
EXECUTE FUNCTION kz_refuse('tr_appointment_fixed');

CREATE FUNCTION kz_visitor_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE booked appointment%ROWTYPE;
BEGIN
  -- FOR SHARE: a revocation or a request of the same moment waits for this booking, or this booking for it.
  SELECT * INTO booked FROM appointment a WHERE a.id = NEW.appointment_id FOR SHARE;
  IF NOT FOUND OR booked.state <> 'held' OR booked.institution_id <> NEW.institution_id THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_visitor_only_while_held';
  END IF;
  PERFORM 1 FROM relationship r WHERE r.id = NEW.relationship_id AND r.person_id = NEW.person_id
    AND r.convict_id = booked.convict_id AND r.state = 'confirmed' AND r.verified_by <> r.confirmed_by
    AND r.since <= booked.charge_day AND (r.until IS NULL OR r.until > booked.charge_day) FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_visitor_relationship';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_visitor_insert BEFORE INSERT ON appointment_visitor FOR EACH ROW EXECUTE FUNCTION kz_visitor_insert();

CREATE TRIGGER tr_visitor_fixed BEFORE UPDATE ON appointment_visitor FOR EACH ROW
WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.institution_id IS DISTINCT FROM OLD.institution_id
  OR NEW.appointment_id IS DISTINCT FROM OLD.appointment_id OR NEW.person_id IS DISTINCT FROM OLD.person_id
  OR NEW.relationship_id IS DISTINCT FROM OLD.relationship_id OR NEW.adult IS DISTINCT FROM OLD.adult)
EXECUTE FUNCTION kz_refuse('tr_visitor_fixed');

CREATE TRIGGER tr_relationship_fixed BEFORE UPDATE ON relationship FOR EACH ROW
WHEN (NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.convict_id IS DISTINCT FROM OLD.convict_id OR NEW.kind IS DISTINCT FROM OLD.kind
  OR (OLD.verified_by IS NOT NULL AND NEW.verified_by IS DISTINCT FROM OLD.verified_by)
  OR (OLD.confirmed_by IS NOT NULL AND NEW.confirmed_by IS DISTINCT FROM OLD.confirmed_by)
  OR (NEW.state = 'confirmed' AND OLD.state NOT IN ('verified', 'confirmed')))
EXECUTE FUNCTION kz_refuse('tr_relationship_fixed');

CREATE TRIGGER tr_event_append_only BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION kz_refuse('tr_event_append_only');
CREATE TRIGGER tr_opening_append_only BEFORE UPDATE ON opening FOR EACH ROW EXECUTE FUNCTION kz_refuse('tr_opening_append_only');
CREATE TRIGGER tr_checkpoint_append_only BEFORE UPDATE ON checkpoint FOR EACH ROW EXECUTE FUNCTION kz_refuse('tr_checkpoint_append_only');
