"""A slip leads whoever holds it to the proof that he asked, and tells nobody who he is."""

import base64
import re

import pytest
import sqlalchemy as sa

from kiosk.slip import short_link
from kiosk.words import said
from service.app.convict_request_decide import refuse_request
from service.app.reading import Reading
from service.app.receipt_make import make_slip_receipt
from service.domain.access import NOBODY
from service.domain.refusal import Refusal
from service.jobs.tasks import publish_heads
from service.record.disclosure import check_receipt
from service.record.keys import NoteVerifier
from service.store.columns import of
from service.store.tables import ConvictRequest, Log
from service.web.public.holding import slip_of
from tests.cast import MEDIUM
from tests.kiosk.standing import Person, Standing
from tests.web.api.v1.callers import uid

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
PUBLIC = "https://kezdesu.example"


def asked(standing: Standing) -> str:
    """A request made on the screen; the link on its slip."""
    standing.kiosk.public = PUBLIC
    him = Person(standing)
    him.sign_in()
    him.get("/copy")
    him.send("/copy")
    return str(standing.slips[-1].code)


def test_the_link_on_a_slip_is_short_and_shows_the_receipt_of_the_request(standing: Standing) -> None:
    link = asked(standing)
    assert re.fullmatch(rf"{PUBLIC}/k/[\w-]{{22}}", link)
    environment, slip = standing.world.environment, slip_of(link.rsplit("/", 1)[1])
    with Reading(environment, NOBODY) as reading:
        assert make_slip_receipt(reading, slip=slip) is None
    with environment.database.reading() as session:
        assert session.scalar(sa.select(of(ConvictRequest).id)) == slip
        key = session.get_one(Log, MEDIUM).verifier_key
    publish_heads(environment)
    standing.world.run(
        standing.world.as_officer("head"),
        lambda unit: refuse_request(unit, request=slip, ground="ground-room-unusable", words="нет"),
    )
    publish_heads(environment)
    with Reading(environment, NOBODY) as reading:
        made = make_slip_receipt(reading, slip=slip)
    assert made is not None
    assert made.type == "convict_request.made"
    shown = check_receipt(made.data, NoteVerifier.from_vkey(key))
    assert slip in str(shown)
    assert standing.world.people["Ерлан"] not in made.data.decode()


def test_a_slip_of_nothing_leads_nowhere(standing: Standing) -> None:
    for code in ("", "x", "A" * 21, "A" * 23, "A" * 21 + "ё", "../../etc/passwd"):
        with pytest.raises(Refusal):
            slip_of(code)
    nothing = short_link(PUBLIC, uid("0" * 32)).rsplit("/", 1)[1]
    with Reading(standing.world.environment, NOBODY) as reading, pytest.raises(Refusal):
        make_slip_receipt(reading, slip=slip_of(nothing))
    assert base64.urlsafe_b64decode(f"{nothing}==") == bytes(16)


def test_without_a_line_a_slip_carries_the_count_and_nothing_of_him(standing: Standing) -> None:
    standing.line.is_cut = True
    him = Person(standing)
    him.sign_in()
    page = him.send("/offline", kind="call", words="маме, Айгүл")
    assert said("ru", "done.slip") in page
    slip = str(standing.slips[-1])
    assert said("ru", "slip.waiting", number=1) in slip
    assert "Айгүл" not in slip
    assert "Ерлан" not in slip
