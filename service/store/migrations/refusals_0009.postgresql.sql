-- Roles that never meet in one person, and people who turned out to be one (docs/refusals.md).

CREATE FUNCTION kz_officer_role_exclusive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The officer's row is locked, so that two roles given in the same moment see each other.
  PERFORM 1 FROM officer o WHERE o.id = NEW.officer_id FOR UPDATE;
  IF EXISTS (SELECT 1 FROM officer_role r
    WHERE r.officer_id = NEW.officer_id AND r.id <> NEW.id AND r.ended_at IS NULL AND r.role <> NEW.role
    AND (NEW.role IN ('account_administrator', 'auditor') OR r.role IN ('account_administrator', 'auditor')
      OR (NEW.role = 'registry_officer' AND r.role = 'second_registry_officer')
      OR (NEW.role = 'second_registry_officer' AND r.role = 'registry_officer')))
  THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_officer_role_exclusive'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_officer_role_exclusive_insert BEFORE INSERT ON officer_role FOR EACH ROW
  WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION kz_officer_role_exclusive();
CREATE TRIGGER tr_officer_role_exclusive_update BEFORE UPDATE OF ended_at, officer_id, role ON officer_role FOR EACH ROW
  WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION kz_officer_role_exclusive();

CREATE TRIGGER tr_officer_role_fixed BEFORE UPDATE ON officer_role FOR EACH ROW
WHEN (NEW.officer_id IS DISTINCT FROM OLD.officer_id OR NEW.role IS DISTINCT FROM OLD.role
  OR NEW.institution_id IS DISTINCT FROM OLD.institution_id OR NEW.founding IS DISTINCT FROM OLD.founding
  OR NEW.asked_by IS DISTINCT FROM OLD.asked_by
  OR (OLD.approved_by IS NOT NULL AND NEW.approved_by IS DISTINCT FROM OLD.approved_by)
  OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at))
EXECUTE FUNCTION kz_refuse('tr_officer_role_fixed');

CREATE TRIGGER tr_person_merge_fixed BEFORE UPDATE ON person_merge FOR EACH ROW
WHEN (NEW.kept_id IS DISTINCT FROM OLD.kept_id OR NEW.ended_id IS DISTINCT FROM OLD.ended_id
  OR NEW.asked_by IS DISTINCT FROM OLD.asked_by OR NEW.asked_role IS DISTINCT FROM OLD.asked_role
  OR (OLD.state <> 'asked' AND NEW.state IS DISTINCT FROM OLD.state))
EXECUTE FUNCTION kz_refuse('tr_person_merge_fixed');

CREATE FUNCTION kz_person_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The merge locks the person before it is granted; whoever comes in the same moment waits for it.
  PERFORM 1 FROM person p WHERE p.id = NEW.person_id FOR SHARE;
  IF EXISTS (SELECT 1 FROM person_merge m WHERE m.state = 'granted' AND m.ended_id = NEW.person_id)
  THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_person_ended'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tr_person_ended_relationship BEFORE INSERT ON relationship FOR EACH ROW EXECUTE FUNCTION kz_person_ended();
CREATE TRIGGER tr_person_ended_account BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION kz_person_ended();

CREATE TRIGGER tr_registry_question_fixed BEFORE UPDATE ON registry_question FOR EACH ROW
WHEN (NEW.relationship_id IS DISTINCT FROM OLD.relationship_id OR NEW.person_id IS DISTINCT FROM OLD.person_id
  OR NEW.asked_by IS DISTINCT FROM OLD.asked_by
  OR (OLD.state <> 'asked' AND (NEW.state IS DISTINCT FROM OLD.state OR NEW.found IS DISTINCT FROM OLD.found)))
EXECUTE FUNCTION kz_refuse('tr_registry_question_fixed');
