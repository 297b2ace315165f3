"""The kinds of text that come in, each with its limit."""

from typing import TYPE_CHECKING

from service.web.api.values import text

if TYPE_CHECKING:  # what `text` makes is a type to pydantic and none to the type checker
    Name = str
    Phone = str
    DocumentNumber = str
    FileNumber = str
    Email = str
    Login = str
    Title = str
    Label = str
    Paper = str
    Basis = str
    LegalArticle = str
    BlockGround = str
    Words = str
    CardNumber = str
    SealedText = str
else:
    Name = text(80)
    Phone = text(40)
    DocumentNumber = text(40)
    FileNumber = text(40)
    Email = text(254)
    Login = text(60)
    Title = text(80)
    Label = text(20)
    Paper = text(80)
    Basis = text(500, lines=True)
    LegalArticle = text(60)
    BlockGround = text(200)
    Words = text(1000, lines=True)
    CardNumber = text(40)
    SealedText = text(16_000)
