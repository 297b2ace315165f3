"""A file on the desk: what an entry changes is seen before it is saved; a register arrives while the page says so."""

import io
import re

import pytest

from service.app.convict_show import show_convict
from service.store.tables import CommissionDecision, ContactPerson, FileEntry, Placement, ReviewFlag
from tests.app.booking import granted
from tests.app.registers import as_csv, line, lines
from tests.app.rows import rows
from tests.browser.faces import Faces
from tests.cast import MAXIMUM, MEDIUM
from tests.web.clicking import TOKEN, Clicker, at_desk, dashed, words_of

SEEN = re.compile(r'name="(seen(?:_of)?)" value="([^"]+)"')
TODAY = {"since-day": "2", "since-month": "3", "since-year": "2026"}


def save(who: Clicker, path: str, **typed: object) -> str:
    """Sends a form, then sends it again with what was shown; answers the text of the preview."""
    shown = who.send(path, **typed)
    assert shown.status_code == 200, shown.status_code
    seen = dict(SEEN.findall(shown.text))
    assert seen, words_of(shown)
    assert who.send(path, **typed, **seen).status_code == 303
    return words_of(shown)


def file_of(faces: Faces, name: str) -> str:
    return f"/convicts/{dashed(faces.world.people[name])}"


def test_an_entry_is_shown_with_what_it_touches_and_saved_only_then(faces: Faces) -> None:
    world = faces.world
    granted(world)
    head, path = at_desk(faces, "head"), file_of(faces, "Ерлан") + "/enter/suspension"
    typed = {"value": "isolator", "paper": "№ 44", **TODAY, "until-day": "16", "until-month": "3", "until-year": "2026"}
    preview = save(head, path, **typed)
    assert "1 booked visit no longer fits after this." in preview
    assert "Long visit. Before: " in preview
    assert [(one.value, one.paper) for one in rows(world, FileEntry, kind="suspension")] == [("isolator", "№ 44")]
    (flag,) = rows(world, ReviewFlag)
    assert flag.code == "suspended-isolator"


def test_what_was_shown_for_another_day_does_not_save_this_one(faces: Faces) -> None:
    head, path = at_desk(faces, "head"), file_of(faces, "Ерлан") + "/enter/penalty"
    shown = head.send(path, value="remark", paper="№ 1", **TODAY)
    seen = dict(SEEN.findall(shown.text))
    again = head.send(path, value="remark", paper="№ 2", **TODAY, **seen)
    assert again.status_code == 200
    assert rows(faces.world, FileEntry, kind="penalty") == []


def test_what_became_touched_meanwhile_is_shown_before_anything_is_saved(faces: Faces) -> None:
    head, path = at_desk(faces, "head"), file_of(faces, "Ерлан") + "/enter/illness"
    typed = {"value": "tuberculosis", "paper": "№ 1", **TODAY}
    seen = dict(SEEN.findall(head.send(path, **typed).text))
    granted(faces.world)
    again = head.send(path, **typed, **seen)
    assert again.status_code == 200
    assert "Meanwhile the change touches other appointments." in words_of(again)
    assert rows(faces.world, FileEntry, kind="illness") == []


def test_the_timeline_ends_what_it_shows_and_keeps_it(faces: Faces) -> None:
    head = at_desk(faces, "head")
    path = file_of(faces, "Ерлан")
    save(head, path + "/enter/penalty", value="remark", paper="№ 7", **TODAY)
    (entry,) = rows(faces.world, FileEntry, kind="penalty")
    ending = {"until-day": "2", "until-month": "3", "until-year": "2026", "paper": "постановление прокурора № 9"}
    save(head, f"{path}/entries/{dashed(entry.id)}/end", **ending)
    page = words_of(head.see(path))
    assert "annulled" in page
    assert "№ 7" in page


def test_the_head_records_what_the_commission_found_with_members_and_minutes(faces: Faces) -> None:
    head, path = at_desk(faces, "head"), file_of(faces, "Ерлан")
    gratitude = {"since-day": "1", "since-month": "11", "since-year": "2025"}
    save(head, path + "/enter/incentive", value="gratitude", paper="№ 3", **gratitude)
    assert "What bears it: " in words_of(head.see(path))
    sitting = {"held_on-day": "2", "held_on-month": "3", "held_on-year": "2026", "minutes": "№ 12"}
    two = head.send(path + "/decide/degree", value="1", outcome="adopted", members="А Б\nВ Г", **sitting)
    assert "Name at least 3 members" in words_of(two)
    save(head, path + "/decide/degree", value="1", outcome="adopted", members="А Б\nВ Г\nД Е", **sitting)
    (decision,) = rows(faces.world, CommissionDecision)
    assert (decision.outcome, decision.minutes) == ("adopted", "№ 12")
    page = words_of(head.see(path))
    assert "А Б, В Г, Д Е" in page


def test_a_transfer_shows_the_visits_it_touches_and_the_file_leaves_the_list(faces: Faces) -> None:
    granted(faces.world)
    clerk, path = at_desk(faces, "registry_officer"), file_of(faces, "Ерлан")
    contact = {"relationship": dashed(faces.world.relations["Динара", "Ерлан"]), "paper": "заявление № 5"}
    assert clerk.send(path + "/contact", **contact).status_code == 303
    assert len(rows(faces.world, ContactPerson)) == 1
    preview = save(clerk, path + "/transfer", institution=MAXIMUM, paper="наряд № 5", **TODAY)
    assert "1 booked visit no longer fits" in preview
    assert "Ахметов" not in words_of(clerk.see("/convicts"))
    open_ = [
        one for one in rows(faces.world, Placement) if one.convict_id == faces.world.people["Ерлан"] and not one.until
    ]
    assert [one.institution_id for one in open_] == [MAXIMUM]


def test_somebody_arrives_and_is_found_by_a_part_of_the_name(faces: Faces) -> None:
    clerk = at_desk(faces, "registry_officer")
    born = {"birth_date-day": "19", "birth_date-month": "3", "birth_date-year": "1985"}
    page = clerk.send_and_follow(
        "/convicts/admit", family_name="Әбдіғали", given_name="Өмірзақ", file_number="8/2026-0700", paper="үкім № 1",
        condition="regular", language="kk", **born, **TODAY,
    )  # fmt: skip
    assert "Әбдіғали Өмірзақ" in words_of(page)
    assert "8/2026-0700" in words_of(clerk.see("/convicts?name=әбді"))
    assert "Nobody here has such a name" in words_of(clerk.see("/convicts?name=нетникого"))


def upload(who: Clicker, octets: bytes, **typed: str) -> str:
    found = TOKEN.search(who.see("/convicts/import").text)
    assert found is not None
    sent = who.client.post(
        "/convicts/import",
        data={"form_token": found[1], "file": (io.BytesIO(octets), "register.csv"), **typed},
        content_type="multipart/form-data",
    )
    return sent.text


def test_a_register_is_checked_on_the_page_then_imported_with_its_progress(faces: Faces) -> None:
    clerk = at_desk(faces, "registry_officer")
    register = as_csv(lines(1200), "kz1048")  # larger than any other form
    assert len(register) > 64 * 1024
    checked = upload(clerk, register)
    assert "1,200 rows are in order" in checked
    digest = re.search(r'name="checked" value="([0-9a-f]{64})"', checked)
    assert digest is not None
    done = upload(clerk, register, checked=digest[1])
    assert "500 of 1,200" in done
    assert "1,200 convicts were imported." in done
    assert done.rstrip().endswith("</html>")


@pytest.mark.parametrize("checked", [False, True])
def test_a_register_with_faults_names_each_and_imports_nothing(faces: Faces, checked: bool) -> None:
    clerk, world = at_desk(faces, "registry_officer"), faces.world
    before = len(rows(world, Placement))
    sent = upload(clerk, as_csv([line(1), line(2, ИИН="123")]), **({"checked": "0" * 64} if checked else {}))
    assert ("This is not the file that was checked" if checked else "1 row has faults") in sent
    assert len(rows(world, Placement)) == before


def test_an_officer_of_another_house_finds_no_file(faces: Faces) -> None:
    assert at_desk(faces, "registry_officer", MAXIMUM).client.get(file_of(faces, "Ерлан")).status_code == 404
    shown = show_convict(faces.world.environment, faces.world.as_officer("head"), faces.world.people["Ерлан"])
    assert shown.institution.id == MEDIUM
