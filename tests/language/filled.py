"""One value for everything a notice can be filled with; long ones, as days with long months are."""

FILLED = {
    "starts_at": "2026-03-19T05:00:00+00:00",
    "before": "2026-03-18T05:00:00+00:00",
    "decide_by": "2026-03-10T13:00:00+00:00",
    "answer_by": "2026-03-10T13:00:00+00:00",
    "effective_at": "2026-03-10T13:00:00+00:00",
    "since": "2026-03-01",
    "until": "2027-03-01",
    "wanted_on": "2026-03-19",
    "ground": "ground-room-unusable",
    "reason": "date-blocked",
    "outcome": "record-stands",
    "number": "1207",
}
