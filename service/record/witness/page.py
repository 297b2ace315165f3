"""The witness's one page, for the office that runs it: what it saw last, how long ago, and what it had to refuse.

The office is not ours and neither is its language service: the few sentences stand here, in Kazakh, Russian, English.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from service.record.cosignature import CosignatureVerifier, cosigned_at
from service.record.notes import Note
from service.record.witness.request import read_head
from service.record.witness.state import Refused

if TYPE_CHECKING:
    from service.record.witness.witness import Witness

SHOWN = 50
LATE = timedelta(minutes=15)

WORDS = {
    "kk": {
        "title": "Журнал куәгері",
        "calm": "Қадағаланатын журналдардың бәрі тек өсіп отыр.",
        "alarm": "Журнал қайта жазылған немесе қысқартылған. Бұл бетті сақтаңыз, файлды өшірмеңіз, "
        "прокурорға хабарлаңыз.",
        "key": "Куәгердің кілті",
        "log": "Журнал",
        "size": "Жазбалар саны",
        "root": "Түбір (басы)",
        "seen": "Соңғы рет куәландырылды",
        "never": "әлі бірде-бір рет",
        "late": "15 минуттан көп уақыт бұрын",
        "refused": "Бас тартылғандар",
        "none": "Бас тартылған сұрау болған жоқ.",
        "rewritten": "бұрын куәландырылған журналдың жалғасы емес",
        "older": "бұрын куәландырылғаннан ескі",
        "held": "біздегі көлем",
        "when": "Қашан",
        "what": "Не болды",
        "dropped": "орын болмағандықтан сақталмағаны",
    },
    "ru": {
        "title": "Свидетель журнала",
        "calm": "Все журналы под наблюдением только растут.",
        "alarm": "Журнал переписан или укорочен. Сохраните эту страницу, не удаляйте файл состояния, "
        "сообщите прокурору.",
        "key": "Ключ свидетеля",
        "log": "Журнал",
        "size": "Записей",
        "root": "Корень (начало)",
        "seen": "Последний раз заверен",
        "never": "ещё ни разу",
        "late": "больше 15 минут назад",
        "refused": "В чём отказано",
        "none": "Отказов не было.",
        "rewritten": "не продолжает журнал, заверенный раньше",
        "older": "старше уже заверенного",
        "held": "у нас записей",
        "when": "Когда",
        "what": "Что произошло",
        "dropped": "не сохранено, потому что слишком много",
    },
    "en": {
        "title": "Log witness",
        "calm": "Every log under watch has only grown.",
        "alarm": "A log was rewritten or cut. Keep this page, do not delete the state file, tell the prosecutor.",
        "key": "Key of the witness",
        "log": "Log",
        "size": "Entries",
        "root": "Root (beginning)",
        "seen": "Last cosigned",
        "never": "not once yet",
        "late": "more than 15 minutes ago",
        "refused": "What was refused",
        "none": "Nothing was refused.",
        "rewritten": "does not continue the log cosigned before",
        "older": "older than the one cosigned already",
        "held": "entries held here",
        "when": "When",
        "what": "What happened",
        "dropped": "not kept, being too many",
    },
}
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}

_STYLE = (
    ":root{color-scheme:light}body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem;"
    "background:#fff;color:#111}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #777;"
    "padding:.4rem .6rem;text-align:start;overflow-wrap:anywhere}code{font-size:.9rem;overflow-wrap:anywhere}"
    ".alarm{background:#8b0000;color:#fff;padding:1rem;font-weight:bold}.calm{background:#e5f2e5;padding:1rem}"
    ".late{color:#8b0000;font-weight:bold}a{color:#003d99}nav a{margin-inline-end:1rem}"
)


def status_page(witness: Witness, query: str, accepted: str) -> str:
    """The page as HTML, in the language asked for (`lang=kk` in the query), or the browser's, or Kazakh."""
    language = _language(query, accepted)
    words, now = WORDS[language], witness.clock()
    refused = witness.state.refused()
    alarm = any(one.kind == "rewritten" for one in refused)
    rows = "".join(_row(witness, origin, words, now) for origin in witness.origins)
    head = "".join(f'<th scope="col">{words[name]}</th>' for name in ("log", "size", "root", "seen"))
    others = "".join(
        f'<a href="/?lang={code}" lang="{code}" hreflang="{code}">{name}</a>'
        for code, name in NAMES.items()
        if code != language
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{words["title"]}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>'
        f'<body><nav aria-label="kk ru en">{others}</nav><main><h1>{words["title"]}</h1>'
        f'<p class="{"alarm" if alarm else "calm"}">{words["alarm" if alarm else "calm"]}</p>'
        f"<p>{words['key']}: <code>{escape(witness.cosigner.vkey)}</code></p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"<h2>{words['refused']}</h2>{_refused(refused, words, witness.state.uncounted)}</main></body></html>"
    )


def seen_at(note: Note, verifier: CosignatureVerifier) -> datetime | None:
    """When this witness cosigned a head it holds."""
    lines = [line for line in note.signatures if (line.name, line.key_id) == (verifier.name, verifier.key_id)]
    return cosigned_at(lines[0]) if lines else None


def _row(witness: Witness, origin: str, words: dict[str, str], now: datetime) -> str:
    note = witness.state.note(origin)
    if note is None:
        return f'<tr><th scope="row">{escape(origin)}</th><td>0</td><td></td><td>{words["never"]}</td></tr>'
    head, seen = read_head(note.text), seen_at(note, witness.cosigner.verifier)
    late = f' <span class="late">({words["late"]})</span>' if seen is None or now - seen > LATE else ""
    return (
        f'<tr><th scope="row">{escape(origin)}</th><td>{head.size}</td><td><code>{head.root.hex()[:16]}</code></td>'
        f"<td>{_moment(seen)}{late}</td></tr>"
    )


def _refused(refused: list[Refused], words: dict[str, str], dropped: int) -> str:
    if not refused:
        return f"<p>{words['none']}</p>"
    rows = "".join(
        f"<tr><td>{_moment(datetime.fromisoformat(one.at))}</td><td>{escape(one.origin)}</td><td>{one.size}</td>"
        f"<td>{words[one.kind]}{_held(one, words)}</td></tr>"
        for one in reversed(refused[-SHOWN:])
    )
    head = "".join(f'<th scope="col">{words[name]}</th>' for name in ("when", "log", "size", "what"))
    more = f"<p>{words['dropped']}: {dropped}</p>" if dropped else ""
    return f"<p>{len(refused)}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _held(refused: Refused, words: dict[str, str]) -> str:
    if refused.held is None:
        return ""
    text = refused.held.rpartition("\n\n")[0] + "\n"
    return f" ({words['held']}: {read_head(text).size})"


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    shown = at.astimezone(UTC)
    return f'<time datetime="{shown.isoformat()}">{shown:%Y-%m-%d %H:%M:%S} UTC</time>'


def _language(query: str, accepted: str) -> str:
    asked = parse_qs(query).get("lang", [])
    wanted = [*asked, *(part.strip()[:2].lower() for part in accepted.split(","))]
    return next((language for language in wanted if language in WORDS), "kk")
