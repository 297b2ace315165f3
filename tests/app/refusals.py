"""How tests say that something is refused, and why."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from service.domain.refusal import Refusal


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """The block is refused with one of these reasons, or, without any, as if the thing were not there."""
    with pytest.raises(Refusal) as caught:
        yield
    given = [one.code for one in caught.value.reasons]
    if codes:
        assert given, f"refused as {caught.value.sort} without a reason"
        assert given[0] in codes
    else:
        assert caught.value.sort == "not-found", f"refused as {caught.value.sort}: {given}"
