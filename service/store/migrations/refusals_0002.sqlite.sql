-- What a witness once signed is not changed; that nothing is deleted is installed beside (docs/refusals.md).

CREATE TRIGGER tr_cosignature_append_only BEFORE UPDATE ON cosignature
BEGIN SELECT RAISE(ABORT, 'tr_cosignature_append_only'); END;
