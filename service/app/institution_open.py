"""An institution joins: its row, its own log."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.app.log_open import open_log
from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import refuse
from service.store.tables import NATIONAL, Institution
from service.store.unit_of_work import UnitOfWork

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,40}")
LAST_NUMBER = 0xFFFF


def open_institution(
    unit: UnitOfWork,
    *,
    code: str,
    number: int,
    names: dict[str, str],
    kind: str,
    time_zone: str,
) -> str:
    """Opens an institution and its log; answers its code.

    `code` names its log and key file (small letters, digits, hyphens), `number` stands in passes (0-65535), `kind` is a
    type of the law file, `names` has kk, ru and en, `time_zone` is an IANA name. Raises Refusal 'not-possible' for a
    kind or zone nobody knows, 'conflict' for a code or number that is taken.
    """
    require(unit.actor, "institution.open", Target())
    known = kind in unit.environment.law.institutions and 0 <= number <= LAST_NUMBER
    if not known or not _CODE.fullmatch(code) or code == NATIONAL:
        raise refuse("not-possible", "choice-unknown")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise refuse("not-possible", "choice-unknown") from error
    unit.add(
        Institution(
            id=code,
            number=number,
            name_kk=clean_line(names["kk"], 120),
            name_ru=clean_line(names["ru"], 120),
            name_en=clean_line(names["en"], 120),
            kind=kind,
            time_zone=time_zone,
            jurisdiction=unit.environment.law.name,
            opened_at=unit.now,
        )
    )
    open_log(unit, code)
    unit.tell("institution.opened", NATIONAL, institution=code)
    unit.tell("log.opened", code)
    return code
