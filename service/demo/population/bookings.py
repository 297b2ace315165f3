"""What became of a planned visit: held, asked for, decided, scanned in and out, closed; or one of the other ends."""

from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.demo.population.houses import GATE_ZONE, ZONE
from service.demo.population.office import Office, Relative, day_of, job, relative
from service.demo.population.scribe import Deed, Values
from service.demo.population.year import Planned
from service.domain import access
from service.domain.appointment import GATE_OPENS_BEFORE, HOLD, NO_SHOW_AFTER
from service.domain.passes import Pass, encode, visitor_tag
from service.domain.reasons import REASONS
from service.domain.timetable import local_moment
from service.record.events import Cell
from service.store.tables import Admission, Appointment, AppointmentVisitor, EntryPass, Row, Scan

UNCOUNTED = {
    "charge_rule": "uncounted",
    "charge_after": None,
    "charge_month": None,
    "charge_ordinal": None,
    "credit_id": None,
}
REFUSED = ("ground-room-unusable", "ground-medical", "ground-emergency")


class Bookings:
    """Writes the deeds of one institution's visits. `secret` ties passes to visitors, `seed` signs them."""

    def __init__(self, office: Office, secret: bytes, seed: bytes, key_number: int) -> None:
        self._office, self._secret, self._key_number = office, secret, key_number
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._code = office.house.code

    def book(self, planned: Planned) -> None:
        """Everything that happens with one visit, however far in the future."""
        chance = self._office.chance
        asker = next(one for one in planned.party if one.adult)
        lead = timedelta(days=round(chance.sooner(4, 35)))
        earliest = local_moment(planned.not_before, "08:00", ZONE)
        held = max(planned.period.starts_at - lead, earliest)
        held = datetime.combine(day_of(held), time(8), ZONE) + timedelta(seconds=chance.randrange(0, 50_000))
        held = held.astimezone(planned.period.starts_at.tzinfo)
        visitors = self._hold(planned, asker, held)
        if chance.random() < 0.04:
            return self._lapse(planned, held + HOLD)
        requested = held + timedelta(seconds=chance.randrange(40, 800))
        decide_by = self._request(planned, asker, requested)
        decided = requested + (min(decide_by, planned.period.starts_at) - requested) * (0.1 + 0.8 * chance.random())
        fate = chance.random()
        if fate < 0.04:
            return self._refuse(planned, decided)
        passes = self._grant(planned, visitors, decided)
        left = planned.period.starts_at - timedelta(hours=4) - decided
        if fate < 0.09 and left > timedelta():
            return self._cancel(planned, asker, passes, decided + left * chance.random())
        if fate < 0.11:
            return self._miss(planned, passes)
        return self._visit(planned, passes)

    def _hold(self, planned: Planned, asker: Relative, at: datetime) -> list[Values]:
        charge, hall = planned.charge, self._office.house.halls[planned.kind]
        row = {
            "id": planned.id,
            "institution_id": self._code,
            "convict_id": planned.family.convict,
            "kind": planned.kind,
            "by_video": False,
            "room_id": hall.id,
            "place_id": planned.place,
            "starts_at": planned.period.starts_at,
            "ends_at": planned.period.ends_at,
            "state": "held",
            "live": True,
            "charge_rule": charge.rule,
            "charge_kind": charge.kind,
            "charge_day": charge.day,
            "charge_after": charge.after,
            "charge_month": charge.month,
            "charge_ordinal": charge.ordinal,
            "from_long": False,
            "purpose": "ordinary",
            "asked_by": asker.person,
            "asked_at": at,
            "held_until": at + HOLD,
        }
        visitors: list[Values] = [
            {
                "id": self._office.new_id(),
                "institution_id": self._code,
                "appointment_id": planned.id,
                "person_id": one.person,
                "relationship_id": one.relationship,
                "adult": one.adult,
                "starts_at": planned.period.starts_at,
                "ends_at": planned.period.ends_at,
                "live": True,
            }
            for one in planned.party
        ]
        new: list[tuple[type[Row], Values]] = [(Appointment, row)]
        new += [(AppointmentVisitor, visitor) for visitor in visitors]
        self._office.deeds.append(Deed(at, relative(asker.person), {self._code: "appointment.held"}, new))
        return visitors

    def _lapse(self, planned: Planned, at: datetime) -> None:
        at += timedelta(seconds=self._office.chance.randrange(1, 15))
        over = {"state": "lapsed", "live": False, "ended_at": at, "ended_code": "hold-expired"}
        self._change(planned, at, job("lapse-holds"), "lapsed", over)

    def _request(self, planned: Planned, asker: Relative, at: datetime) -> datetime:
        due = self._office.law.decision_due(day_of(at))
        decide_by = min(local_moment(due, "18:00", ZONE), planned.period.starts_at)
        values = {"state": "requested", "requested_at": at, "decide_by": decide_by}
        self._change(planned, at, relative(asker.person), "requested", values)
        return decide_by

    def _refuse(self, planned: Planned, at: datetime) -> None:
        ground = self._office.chance.choice(REFUSED)
        values = {
            "state": "refused",
            "live": False,
            "decided_at": at,
            "decided_by": self._office.house.officers[access.HEAD],
            "ended_at": at,
            "ended_code": ground,
            "ended_article": REASONS[ground].article,
            "ended_words": "Сообщим, когда препятствие отпадёт.",
        }
        self._change(planned, at, self._office.officer(access.HEAD), "refused", values)

    def _grant(self, planned: Planned, visitors: list[Values], at: datetime) -> list[Values]:
        adults = [one for one in visitors if one["adult"]]
        passes: list[Values] = []
        for position, visitor in enumerate(adults):
            pass_id = self._office.new_id()
            tag = visitor_tag(self._secret, bytes.fromhex(pass_id), bytes.fromhex(visitor["person_id"]))
            passes.append(
                {
                    "id": pass_id,
                    "institution_id": self._code,
                    "appointment_id": planned.id,
                    "visitor_id": visitor["id"],
                    "key_number": self._key_number,
                    "gate_zone": GATE_ZONE,
                    "children": len(visitors) - len(adults) if position == 0 else 0,
                    "visitor_tag": tag.hex(),
                    "not_before": planned.period.starts_at - GATE_OPENS_BEFORE,
                    "not_after": planned.period.ends_at,
                    "issued_at": at,
                }
            )
        values = {"state": "granted", "decided_at": at, "decided_by": self._office.house.officers[access.HEAD]}
        self._change(
            planned,
            at,
            self._office.officer(access.HEAD),
            "granted",
            values,
            new=[(EntryPass, one) for one in passes],
        )
        return passes

    def _cancel(self, planned: Planned, asker: Relative, passes: list[Values], at: datetime) -> None:
        ground = "ground-visitor-asks"
        values = {
            "state": "cancelled",
            "live": False,
            "ended_at": at,
            "ended_code": ground,
            "ended_article": REASONS[ground].article,
        }
        self._change(planned, at, relative(asker.person), "cancelled", values, revoked=(passes, ground))

    def _miss(self, planned: Planned, passes: list[Values]) -> None:
        at = planned.period.starts_at + NO_SHOW_AFTER + timedelta(seconds=self._office.chance.randrange(1, 60))
        values = {"state": "no_show", "ended_at": at, "ended_code": "no-show", **UNCOUNTED}
        self._change(planned, at, job("no-shows"), "missed", values, revoked=(passes, "visit-over"))

    def _visit(self, planned: Planned, passes: list[Values]) -> None:
        chance, period = self._office.chance, planned.period
        arrived = period.starts_at - timedelta(seconds=chance.randrange(300, 2400))
        stay = period.ends_at - period.starts_at
        gone = period.starts_at + stay * (0.75 + 0.24 * chance.random())
        for position, one in enumerate(passes):
            apart = timedelta(seconds=40 * position)
            digest = sha256(self._token(one).encode()).hexdigest()
            admission = self._enter(one, digest, arrived + apart)
            self._match(planned, admission, arrived + apart + timedelta(seconds=chance.randrange(60, 200)))
            self._leave(one, digest, admission, gone + apart)
        at = period.ends_at + timedelta(seconds=chance.randrange(1, 60))
        values = {"state": "completed", "ended_at": at}
        self._change(planned, at, job("complete"), "completed", values, revoked=(passes, "visit-over"))

    def _enter(self, entry_pass: Values, digest: str, at: datetime) -> str:
        scan, admission = self._scan(entry_pass, digest, "entry", "admit", at), self._office.new_id()
        row = {
            "id": admission,
            "institution_id": self._code,
            "pass_id": entry_pass["id"],
            "entry_scan_id": scan["id"],
            "admitted_at": at,
        }
        self._gate(at, [(Scan, scan), (Admission, row)])
        return admission

    def _match(self, planned: Planned, admission: str, at: datetime) -> None:
        officer = self._office.house.officers[access.GATE]
        matched = (Admission, admission, {"matched": True, "matched_by": officer, "matched_at": at})
        begun = (Appointment, planned.id, {"state": "underway"})
        told = {self._code: "identity.matched"}
        self._office.deeds.append(Deed(at, self._office.officer(access.GATE), told, [], [matched, begun]))

    def _leave(self, entry_pass: Values, digest: str, admission: str, at: datetime) -> None:
        scan = self._scan(entry_pass, digest, "exit", "leave", at)
        self._gate(at, [(Scan, scan)], (Admission, admission, {"left_at": at, "exit_scan_id": scan["id"]}))

    def _scan(self, entry_pass: Values, digest: str, direction: str, verdict: str, at: datetime) -> Values:
        house = self._office.house
        return {
            "id": self._office.new_id(),
            "institution_id": self._code,
            "gate_id": house.gate,
            "device_id": house.device,
            "sequence": 0,  # counted when all scans stand in the order of time
            "direction": direction,
            "pass_id": entry_pass["id"],
            "token_digest": digest,
            "scanned_at": at,
            "received_at": at,
            "verdict": verdict,
        }

    def _token(self, row: Values) -> str:
        return encode(
            Pass(
                key_id=row["key_number"],
                pass_id=bytes.fromhex(row["id"]),
                institution=self._office.house.sketch.index + 1,
                gate_zone=row["gate_zone"],
                not_before=row["not_before"],
                not_after=row["not_after"],
                children=row["children"],
                visitor_tag=bytes.fromhex(row["visitor_tag"]),
            ),
            self._key.sign,
        )

    def _gate(self, at: datetime, new: list[Any], change: Any = None) -> None:
        device = self._office.house.device
        by: dict[str, Cell] = {"as": "bridge", "id": device, "device": device}
        self._office.deeds.append(Deed(at, by, {self._code: "gate.scanned"}, new, [change] if change else []))

    def _change(
        self,
        planned: Planned,
        at: datetime,
        by: dict[str, Cell],
        told: str,
        values: Values,
        *,
        new: Any = (),
        revoked: tuple[list[Values], str] = ([], ""),
    ) -> None:
        ended: list[tuple[type[Row], str, Values]] = [
            (EntryPass, one["id"], {"revoked_at": at, "revoked_code": revoked[1]}) for one in revoked[0]
        ]
        change: list[tuple[type[Row], str, Values]] = [(Appointment, planned.id, values), *ended]
        self._office.deeds.append(Deed(at, by, {self._code: f"appointment.{told}"}, list(new), change))
