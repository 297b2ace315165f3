-- Roles that never meet in one person, and people who turned out to be one (docs/refusals.md).

CREATE TRIGGER tr_officer_role_exclusive_insert BEFORE INSERT ON officer_role WHEN NEW.ended_at IS NULL
BEGIN SELECT RAISE(ABORT, 'tr_officer_role_exclusive') WHERE EXISTS (SELECT 1 FROM officer_role r
  WHERE r.officer_id = NEW.officer_id AND r.id <> NEW.id AND r.ended_at IS NULL AND r.role <> NEW.role
  AND (NEW.role IN ('account_administrator', 'auditor') OR r.role IN ('account_administrator', 'auditor')
    OR (NEW.role = 'registry_officer' AND r.role = 'second_registry_officer')
    OR (NEW.role = 'second_registry_officer' AND r.role = 'registry_officer'))); END;

CREATE TRIGGER tr_officer_role_exclusive_update BEFORE UPDATE OF ended_at, officer_id, role ON officer_role WHEN NEW.ended_at IS NULL
BEGIN SELECT RAISE(ABORT, 'tr_officer_role_exclusive') WHERE EXISTS (SELECT 1 FROM officer_role r
  WHERE r.officer_id = NEW.officer_id AND r.id <> NEW.id AND r.ended_at IS NULL AND r.role <> NEW.role
  AND (NEW.role IN ('account_administrator', 'auditor') OR r.role IN ('account_administrator', 'auditor')
    OR (NEW.role = 'registry_officer' AND r.role = 'second_registry_officer')
    OR (NEW.role = 'second_registry_officer' AND r.role = 'registry_officer'))); END;

CREATE TRIGGER tr_officer_role_fixed BEFORE UPDATE ON officer_role
WHEN NEW.officer_id IS NOT OLD.officer_id OR NEW.role IS NOT OLD.role OR NEW.institution_id IS NOT OLD.institution_id
  OR NEW.founding IS NOT OLD.founding OR NEW.asked_by IS NOT OLD.asked_by
  OR (OLD.approved_by IS NOT NULL AND NEW.approved_by IS NOT OLD.approved_by)
  OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at)
BEGIN SELECT RAISE(ABORT, 'tr_officer_role_fixed'); END;

CREATE TRIGGER tr_person_merge_fixed BEFORE UPDATE ON person_merge
WHEN NEW.kept_id IS NOT OLD.kept_id OR NEW.ended_id IS NOT OLD.ended_id OR NEW.asked_by IS NOT OLD.asked_by
  OR NEW.asked_role IS NOT OLD.asked_role OR (OLD.state <> 'asked' AND NEW.state IS NOT OLD.state)
BEGIN SELECT RAISE(ABORT, 'tr_person_merge_fixed'); END;

CREATE TRIGGER tr_person_ended_relationship BEFORE INSERT ON relationship
BEGIN SELECT RAISE(ABORT, 'tr_person_ended') WHERE EXISTS (SELECT 1 FROM person_merge m
  WHERE m.state = 'granted' AND m.ended_id = NEW.person_id); END;

CREATE TRIGGER tr_person_ended_account BEFORE INSERT ON account
BEGIN SELECT RAISE(ABORT, 'tr_person_ended') WHERE EXISTS (SELECT 1 FROM person_merge m
  WHERE m.state = 'granted' AND m.ended_id = NEW.person_id); END;

CREATE TRIGGER tr_registry_question_fixed BEFORE UPDATE ON registry_question
WHEN NEW.relationship_id IS NOT OLD.relationship_id OR NEW.person_id IS NOT OLD.person_id OR NEW.asked_by IS NOT OLD.asked_by
  OR (OLD.state <> 'asked' AND (NEW.state IS NOT OLD.state OR NEW.found IS NOT OLD.found))
BEGIN SELECT RAISE(ABORT, 'tr_registry_question_fixed'); END;
