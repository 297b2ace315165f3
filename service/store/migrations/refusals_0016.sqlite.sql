-- What a call cost and what was paid for calls is never written anew.
CREATE TRIGGER tr_call_cost_fixed BEFORE UPDATE ON call_cost
BEGIN
  SELECT RAISE(ABORT, 'tr_call_cost_fixed');
END;

CREATE TRIGGER tr_call_payment_fixed BEFORE UPDATE ON call_payment
BEGIN
  SELECT RAISE(ABORT, 'tr_call_payment_fixed');
END;
