"""What a verification found, as a page and as JSON: each finding with the entry and the receipt that prove it.

The page is one file without scripts and network; whoever receives it needs neither us nor the prison to read it.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any

from service.store.verify.mirror.proofs import Proved
from service.store.verify.mirror.state import MirrorReport
from service.store.verify.stamped import StampSeen

STYLE = """
:root{color-scheme:light dark;--ground:#fbfaf6;--card:#fff;--ink:#1b2230;--muted:#555e6e;--line:#d9d5ca;
--green:#1e6b43;--red:#a3261b}
@media(prefers-color-scheme:dark){:root{--ground:#14181f;--card:#1c222c;--ink:#eceae3;--muted:#a9b0bc;--line:#39414f;
--green:#86d3a6;--red:#f2a199}}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--ground);color:var(--ink);font:17px/1.5 sans-serif}
table{border-collapse:collapse;width:100%;background:var(--card)}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:14px;background:var(--card);padding:.6rem}
.muted{color:var(--muted)}.good{color:var(--green)}.bad{color:var(--red)}summary{cursor:pointer;min-height:44px}
"""


def as_json(
    report: MirrorReport, proved: Sequence[Proved], stamps: Sequence[StampSeen], made_at: datetime
) -> dict[str, Any]:
    """The report for a program. A finding at an event carries `entry` (its canonical text) and `proof` (tlog-proof)."""
    return {
        "clean": report.clean,
        "made_at": made_at.isoformat(),
        "events": report.events,
        "openings": report.openings,
        "release": report.release,
        "logs": [
            {
                "id": log.id,
                "origin": log.origin,
                "size": log.size,
                "root": log.root,
                "key_from": log.key_from,
                "quorum": log.quorum,
                "witnessed": {name: at.isoformat() for name, at in log.witnessed},
            }
            for log in report.logs
        ],
        "stamps": [stamp.told() for stamp in stamps],
        "findings": [_finding(one) for one in proved],
        "not_checked": not_checked(report),
    }


def _finding(one: Proved) -> dict[str, Any]:
    told: dict[str, Any] = dict(one.finding.told())
    if one.entry is not None and one.receipt is not None:
        told["entry"] = one.entry.decode("utf-8", "replace")
        told["proof"] = one.receipt.decode()
    return told


def not_checked(report: MirrorReport) -> list[str]:
    """What this run could not look at, in words."""
    told = [
        "whether what was entered is true, and what happened without being entered",
        "whether the tables of the service show what the record says (kezdesu record verify on the database)",
    ]
    if report.release is None:
        told.append(
            "who stands behind the commitments, and with it the entitlement of each granted appointment, who came by "
            "which relationship, and the charges of one convict beside each other: these need released openings"
        )
    if any(log.quorum is None for log in report.logs):
        told.append("cosignatures: no policy was given that says which witnesses count")
    return told


def as_page(report: MirrorReport, proved: Sequence[Proved], stamps: Sequence[StampSeen], made_at: datetime) -> str:
    """The report as one HTML page."""
    verdict = (
        '<p class="good"><strong>Nothing contradicts the record.</strong></p>'
        if report.clean
        else f'<p class="bad"><strong>{len(report.findings)} findings.</strong></p>'
    )
    looked = f"{report.events} events in {len(report.logs)} logs, {report.openings} openings"
    logs = "".join(
        f"<tr><td>{escape(log.origin)}<td>{log.size}<td><code>{log.root}</code><td>{escape(_witnesses(log.witnessed))}"
        f"<td>{_QUORUM[log.quorum]}<td>{escape(log.key_from)}"
        for log in report.logs
    )
    return "".join(
        (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Verification of the record</title>',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<style>{STYLE}</style><h1>Verification of the record</h1>{verdict}",
            f'<p class="muted">{looked}. Made {escape(made_at.isoformat(timespec="seconds"))}.</p>',
            "<h2>Logs</h2><table><tr><th>Log<th>Entries<th>Root<th>Cosigned by<th>Quorum<th>Key from",
            f"{logs}</table>{_stamps(stamps)}<h2>Findings</h2>{_findings(proved)}",
            "<h2>Not checked here</h2><ul>",
            "".join(f"<li>{escape(line)}" for line in not_checked(report)),
            "</ul></html>\n",
        )
    )


_QUORUM = {True: "reached", False: "not reached", None: "no policy given"}


def _witnesses(seen: Iterable[tuple[str, datetime]]) -> str:
    return ", ".join(f"{name} ({at.isoformat(timespec='seconds')})" for name, at in seen) or "nobody"


def _stamps(stamps: Sequence[StampSeen]) -> str:
    if not stamps:
        return ""
    rows = "".join(
        f"<tr><td>{escape(one.origin)}<td>{one.size}<td>{escape(one.stamped_at.isoformat() if one.stamped_at else '')}"
        f"<td>{escape(one.fault or 'holds')}"
        for one in stamps
    )
    return f"<h2>Stamps of time</h2><table><tr><th>Log<th>Entries<th>Stamped<th>Verdict{rows}</table>"


def _findings(proved: Sequence[Proved]) -> str:
    if not proved:
        return "<p>None.</p>"
    return "".join(_item(one) for one in proved)


def _item(one: Proved) -> str:
    finding = one.finding
    head = f"<h3><code>{escape(finding.code)}</code> {escape(finding.place)}</h3>"
    detail = f"<p>{escape(finding.detail)}</p>" if finding.detail else ""
    if one.entry is None or one.receipt is None:
        return head + detail
    entry = json.dumps(json.loads(one.entry), ensure_ascii=False, indent=1) if _is_json(one.entry) else repr(one.entry)
    return (
        f"{head}{detail}<details><summary>The entry, and the proof that it stands in the log</summary>"
        f"<pre>{escape(entry)}</pre><pre>{escape(one.receipt.decode())}</pre></details>"
    )


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True
