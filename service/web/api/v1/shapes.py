"""Parts of answers and bodies that more than one resource has."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from service.app.appointment_weigh import Wish
from service.domain.identity import Identity
from service.domain.reasons import Reason
from service.language import LANGUAGES, reason_text
from service.store.tables import Institution
from service.web.api.contract import Answer, Body, Day, Identifier
from service.web.api.v1.texts import DocumentNumber, Name

Kind = Literal["short", "long", "call", "video_call", "lawyer", "marriage_registration"]
Language = Literal["kk", "ru", "en"]
Purpose = Literal["ordinary", "legal", "medical", "exceptional"]
Ground = Annotated[str, Field(pattern=r"^ground-[a-z-]{1,40}$", description="A ground of the closed list.")]
InstitutionCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="For example la-155-8.")]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_:-]{0,59}$")]
Others = Annotated[list[Identifier], Field(max_length=12)]
Limit = Annotated[int, Field(ge=1, le=100)]


class Sentences(Answer):
    """One sentence in Kazakh, Russian and English."""

    kk: str
    ru: str
    en: str


class ReasonSaid(Answer):
    code: str = Field(description="Stable code of the closed list.")
    article: str = Field(description="Article of the law or rules; `service` for what is a fact of booking.")
    text: Sentences


class Institute(Answer):
    code: str
    name: Sentences
    time_zone: str = Field(description="IANA name; days of this institution are counted there.")


class Made(Answer):
    id: UUID


class State(Answer):
    id: UUID
    state: str


class WhoIs(Body):
    """Names as in the document; an IIN, or for those without one a foreign document."""

    family_name: Name
    given_name: Name
    patronymic: Name | None = None
    birth_date: Day
    iin: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    document: DocumentNumber | None = Field(default=None, description="For example `KGZ passport AN1234567`.")
    language: Language = "kk"

    def identity(self) -> Identity:
        return Identity(
            family_name=self.family_name,
            given_name=self.given_name,
            birth_date=self.birth_date,
            patronymic=self.patronymic,
            iin=self.iin,
            document=self.document,
            language=self.language,
        )


class Wished(Body):
    """What is asked for, apart from who and when."""

    kind: Kind
    by_video: bool = False
    from_long: bool = Field(default=False, description="A short visit in place of a long one (PEC 106(5)).")
    purpose: Purpose = "ordinary"

    def wish(self) -> Wish:
        return Wish(self.kind, self.by_video, self.from_long, self.purpose)


class Asked(Wished):
    others: Others = Field(default=[], alias="with", description="Relationships of those who would come along.")


def say(reason: Reason) -> ReasonSaid:
    """A reason with its sentences."""
    return ReasonSaid(
        code=reason.code,
        article=reason.article,
        text=Sentences(**{language: reason_text(reason, language) for language in LANGUAGES}),
    )


def institute(row: Institution) -> Institute:
    """An institution as people know it."""
    names = Sentences(kk=row.name_kk, ru=row.name_ru, en=row.name_en)
    return Institute(code=row.id, name=names, time_zone=row.time_zone)


def hexes(ids: list[UUID]) -> list[str]:
    """Ids as the store writes them."""
    return [one.hex for one in ids]


def maybe_hex(id_: UUID | None) -> str | None:
    return None if id_ is None else id_.hex


def maybe_id(hex_: str | None) -> UUID | None:
    return None if hex_ is None else UUID(hex_)
