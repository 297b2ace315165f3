-- What a call cost and what was paid for calls is never written anew.
CREATE FUNCTION kz_call_money_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tr_' || TG_TABLE_NAME || '_fixed';
END $$;
CREATE TRIGGER tr_call_cost_fixed BEFORE UPDATE ON call_cost FOR EACH ROW EXECUTE FUNCTION kz_call_money_fixed();
CREATE TRIGGER tr_call_payment_fixed BEFORE UPDATE ON call_payment FOR EACH ROW
  EXECUTE FUNCTION kz_call_money_fixed();
