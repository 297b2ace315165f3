"""A long reading without the search for reference cycles: nothing here makes any, and the search costs a fifth."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycles() -> Iterator[None]:
    """Keeps Python from looking for cycles among millions of rows; as before at the end."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
