"""A head that lies in the file without the witness's own cosignature was never seen at any time."""

from service.record.witness.page import status_page
from tests.record.parties import ORIGIN
from tests.witness.house import Book, House


def test_a_head_without_our_cosignature_is_shown_without_a_time_and_as_late(house: House) -> None:
    witness = house.open()
    witness.state.keep_head(Book().head(7))
    row = status_page(witness, "", "en").partition(ORIGIN)[2].partition("</tr>")[0]
    assert "<td>7</td>" in row
    assert "<time" not in row
    assert 'class="late"' in row
    witness.state.close()
