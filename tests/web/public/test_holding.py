"""What the family holds in hand: a pass for each adult, a receipt that proves without us."""

from datetime import date

from service.jobs.tasks import publish_heads
from service.record.disclosure import check_receipt
from service.record.keys import NoteVerifier
from service.store.tables import Log
from tests.browser.faces import Faces
from tests.cast import MEDIUM
from tests.web.clicking import at_desk, dashed, signed_in, words_of
from tests.web.staff.test_desk import requested

DAY = date(2026, 3, 19)


def test_before_the_decision_there_is_no_pass(faces: Faces) -> None:
    appointment = dashed(requested(faces, "Айгүл", "Ерлан", DAY))
    said = words_of(signed_in(faces, "Айгүл").see(f"/appointments/{appointment}/pass"))
    assert "There is no pass that opens the gate" in said


def test_the_pass_says_who_enters_where_and_from_when(faces: Faces) -> None:
    appointment = dashed(requested(faces, "Айгүл", "Ерлан", DAY))
    at_desk(faces, "head").send_and_follow(f"/requests/{appointment}/grant", "/requests")
    page = signed_in(faces, "Айгүл").see(f"/appointments/{appointment}/pass")
    said = words_of(page)
    assert "Who enters Ахметова Айгүл Gate КПП, Institution LA-155/8 Gate open for you from 08:30" in said
    assert page.text.count("<svg xmlns") == 1
    assert page.headers["Cache-Control"] == "no-store"


def test_a_cancelled_visit_has_no_pass_any_more(faces: Faces) -> None:
    appointment = dashed(requested(faces, "Айгүл", "Ерлан", DAY))
    at_desk(faces, "head").send_and_follow(f"/requests/{appointment}/grant", "/requests")
    mother = signed_in(faces, "Айгүл")
    mother.send_and_follow(f"/appointments/{appointment}/cancel")
    assert "There is no pass that opens the gate" in words_of(mother.see(f"/appointments/{appointment}/pass"))


def test_until_the_record_is_signed_the_receipt_is_said_to_come(faces: Faces) -> None:
    appointment = dashed(requested(faces, "Айгүл", "Ерлан", DAY))
    said = words_of(signed_in(faces, "Айгүл").see(f"/appointments/{appointment}/receipt"))
    assert "its newest page is being signed" in said


def test_the_receipt_is_a_file_that_anybody_can_check(faces: Faces) -> None:
    appointment = requested(faces, "Айгүл", "Ерлан", DAY)
    environment = faces.world.environment
    publish_heads(environment)
    mother, address = signed_in(faces, "Айгүл"), f"/appointments/{dashed(appointment)}/receipt"
    with environment.database.reading() as session:
        key = session.get_one(Log, MEDIUM).verifier_key
    assert key in words_of(mother.see(address))
    answer = mother.see(f"{address}.tlog-proof")
    assert ".tlog-proof" in answer.headers["Content-Disposition"]
    shown = check_receipt(answer.data, NoteVerifier.from_vkey(key))
    assert appointment in str(shown)


def test_the_page_that_checks_can_be_kept_by_anybody(faces: Faces) -> None:
    answer = faces.public.test_client().get("/help/receipt-check.html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kezdesu-receipt-check.html"'
    assert b"http://" not in answer.data.replace(b"http://www.w3.org", b"")


def test_an_officers_head_is_on_the_desk_once_it_is_signed(faces: Faces) -> None:
    publish_heads(faces.world.environment)
    assert "Record signed: Monday, 2 March 2026, 09:00" in at_desk(faces, "head").see("/requests").text
