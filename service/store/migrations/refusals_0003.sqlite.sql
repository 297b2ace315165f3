-- An answer once given to a lead, and a stamp once given, are not changed (docs/refusals.md).

CREATE TRIGGER tr_lead_outcome_append_only BEFORE UPDATE ON lead_outcome
BEGIN SELECT RAISE(ABORT, 'tr_lead_outcome_append_only'); END;

CREATE TRIGGER tr_head_stamp_append_only BEFORE UPDATE ON head_stamp
BEGIN SELECT RAISE(ABORT, 'tr_head_stamp_append_only'); END;
