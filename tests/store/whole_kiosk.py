"""What convicts did at the kiosk, in the installation of `tests.store.whole`."""

from datetime import timedelta

from service.domain.access import Actor
from service.store import tables as t
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import DAY, HOUSE, Whole


def kiosk(made: Whole) -> None:
    """Two cards, two requests of every ending, two letters, alarms and failures."""
    officer, device = made.ids["officer_head"], made.ids["device_kiosk"]

    def keys(unit: UnitOfWork) -> None:
        for name, body in (("old", "prosecutor"), ("new", "ombudsman")):
            made.new(unit, f"oversight_{name}", t.OversightKey, body=body, public_key="1" * 64, added_at=unit.now)
        made.change(unit, t.OversightKey, "oversight_old", ended_at=unit.now)

    made.act("oversight_key.added", t.NATIONAL, keys)

    def cards(unit: UnitOfWork) -> None:
        for number, name in enumerate(("son", "other_son")):
            plain = f"12345{number}AB"
            made.new(
                unit, f"card_{name}", t.ConvictCard, {"number": plain}, of=made.ids[name], institution_id=HOUSE,
                convict_id=made.ids[name], number_index=made.world.vault.index("convict_card.number", plain),
                pin_hash="$argon2id$", first_pin=True, issued_at=unit.now, issued_by=officer,
            )  # fmt: skip

    made.act("card.issued", HOUSE, cards)

    def chosen(unit: UnitOfWork) -> None:
        made.change(
            unit, t.ConvictCard, "card_son", first_pin=False, duress_hash="$argon2id$2", pin_set_at=unit.now,
            pin_hash="$argon2id$3",
        )  # fmt: skip
        made.change(unit, t.ConvictCard, "card_other_son", ended_at=unit.now, ended_code="lost")

    made.act("card.pin_set", HOUSE, chosen)

    def ask(unit: UnitOfWork) -> None:
        for number, name in enumerate(("son", "other_son"), start=1):
            made.new(
                unit, f"request_{name}", t.ConvictRequest, {"words": "очень прошу"}, of=made.ids[name],
                institution_id=HOUSE, number=number, convict_id=made.ids[name], device_id=device, sequence=number,
                kind="visit", appointment_kind="short", purpose="ordinary", relationship_id=made.ids["tie_mother"],
                appointment_id=made.ids["visit_first"], first_day=DAY, last_day=DAY + timedelta(days=9),
                asked_at=unit.now, received_at=unit.now, queued=False, decide_by=unit.now + timedelta(days=7),
                state="asked",
            )  # fmt: skip
            made.new(
                unit, f"letter_{name}", t.SealedLetter, institution_id=HOUSE, number=number, convict_id=made.ids[name],
                device_id=device, sequence=number + 10, key_id=made.ids["oversight_old"], sealed="AAAA",
                asked_at=unit.now, received_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"alarm_{name}", t.KioskAlarm, institution_id=HOUSE, convict_id=made.ids[name],
                device_id=device, code="duress", raised_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"failure_{name}", t.QueuedFailure, institution_id=HOUSE, device_id=device,
                sequence=number + 20, code="sign-in-failed", asked_at=unit.now, received_at=unit.now,
            )  # fmt: skip

    made.act("convict_request.made", HOUSE, ask, Actor("kiosk", "x", made.ids["son"], device=device))

    def answer(unit: UnitOfWork) -> None:
        cells = {"decided_at": unit.now, "decided_by": officer}
        made.change(unit, t.ConvictRequest, "request_son", state="granted", **cells)
        words = unit.sealed(t.ConvictRequest, made.ids["request_other_son"], made.ids["other_son"], ended_words="нет")
        made.change(
            unit,
            t.ConvictRequest,
            "request_other_son",
            state="refused",
            ended_ground="ground-medical",
            **cells,
            **words,
        )
        for name in ("son", "other_son"):
            made.change(unit, t.SealedLetter, f"letter_{name}", fetched_at=unit.now, fetched_by=officer)
            made.change(unit, t.KioskAlarm, f"alarm_{name}", seen_at=unit.now, seen_by=officer)

    made.act("convict_request.answered", HOUSE, answer)
