-- What a supplier once said of a notice is not changed; that nothing is deleted is installed beside (docs/refusals.md).

CREATE TRIGGER tr_delivery_receipt_append_only BEFORE UPDATE ON delivery_receipt FOR EACH ROW
EXECUTE FUNCTION kz_refuse('tr_delivery_receipt_append_only');
