-- What a supplier once said of a notice is not changed; that nothing is deleted is installed beside (docs/refusals.md).

CREATE TRIGGER tr_delivery_receipt_append_only BEFORE UPDATE ON delivery_receipt
BEGIN SELECT RAISE(ABORT, 'tr_delivery_receipt_append_only'); END;
