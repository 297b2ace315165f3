"""An institution joins: its row, its own log."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.app.log_open import open_log
from service.domain.access import Target, require
from service.domain.refusal import refuse
from service.store.tables import NATIONAL, Institution
from service.store.unit_of_work import UnitOfWork


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

    `number` stands in passes (0-65535), `kind` is a type of the law file, `names` has kk, ru and en, `time_zone` is an
    IANA name. Raises Refusal 'not-possible' for a kind or zone nobody knows.
    """
    require(unit.actor, "institution.open", Target())
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise refuse("not-possible", "state-does-not-allow") from error
    unit.add(
        Institution(
            id=code,
            number=number,
            name_kk=names["kk"],
            name_ru=names["ru"],
            name_en=names["en"],
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
