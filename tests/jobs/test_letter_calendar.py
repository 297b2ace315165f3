"""The letter about a visit brings the visit's entry for a calendar: one UID, a number that grows, and its end."""

from collections.abc import Mapping
from pathlib import Path

from icalendar import Calendar

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_move import move_appointment
from service.gateways.mail import LocalMail, ReceivedMail
from service.gateways.sms import LocalSms
from service.jobs.delivering import Suppliers, deliver_notices
from tests.app.booking import SATURDAY, granted
from tests.cast import MEDIUM, World


def delivered(world: World, folder: Path) -> list[ReceivedMail]:
    """All letters so far, the oldest first."""
    letters = LocalMail(folder / "mail", world.clock)
    while deliver_notices(world.environment, Suppliers(LocalSms(folder / "sms", world.clock), letters)):
        pass
    return list(reversed(letters.received()))


def entry(letter: ReceivedMail) -> Mapping[str, object]:
    (file,) = letter.attachments
    assert (file.name, file.kind) == ("kezdesu.ics", "text/calendar")
    calendar = Calendar.from_ical(file.content)
    assert dict(file.parameters)["method"] == str(calendar["METHOD"])
    (event,) = calendar.walk("VEVENT")
    found: Mapping[str, object] = event
    return found


def test_granted_moved_and_cancelled_are_one_entry_that_changes(world: World, tmp_path: Path) -> None:
    earlier = len(delivered(world, tmp_path))
    visit = granted(world).appointment
    mother = world.as_relative("Айгүл")
    found = [delivered(world, tmp_path)]
    world.run(
        mother,
        lambda unit: move_appointment(
            unit,
            appointment=visit,
            template=world.templates[MEDIUM, "long"],
            day=SATURDAY.replace(day=15),
        ),
    )
    found.append(delivered(world, tmp_path))
    world.run(mother, lambda unit: cancel_appointment(unit, appointment=visit, ground="ground-visitor-asks"))
    found.append(delivered(world, tmp_path))
    # Letters of one moment have no order; of each turn the newest with an entry counts.
    entries = [entry([one for one in letters if one.attachments][-1]) for letters in found]
    assert len(found[-1]) > earlier
    assert len({str(one["UID"]) for one in entries}) == 1
    numbers = [int(str(one["SEQUENCE"])) for one in entries]
    assert numbers == sorted(set(numbers))
    assert [str(one["STATUS"]) for one in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    starts = [one["DTSTART"].dt for one in entries]  # type: ignore[attr-defined]
    assert starts[0] < starts[1] == starts[2]


def test_no_name_and_no_document_stand_in_it(world: World, tmp_path: Path) -> None:
    granted(world)
    letters = [one for one in delivered(world, tmp_path) if one.attachments]
    assert letters
    for letter in letters:
        said = letter.attachments[0].content.decode()
        for who in ("Айгүл", "Ерлан"):
            known = world.identities[who]
            for secret in (known.family_name, known.given_name, str(known.iin)):
                assert secret not in said


def test_a_notice_about_something_else_brings_no_file(world: World, tmp_path: Path) -> None:
    letters = delivered(world, tmp_path)
    assert letters
    assert all(not one.attachments for one in letters)
