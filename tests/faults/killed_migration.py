"""Migrates a database and dies before one of its statements: `python -m tests.faults.killed_migration URL NUMBER`.

With a number of 0 it lives, and prints how many statements there were.
"""

import os
import signal
import sys
from typing import Any

import sqlalchemy as sa

from service.store.migrate import upgrade


def main(url: str, number: str) -> None:
    """See the module."""
    counted = 0

    def one(*_: Any) -> None:
        nonlocal counted
        counted += 1
        if counted == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", one)
    upgrade(url)
    print(counted)


if __name__ == "__main__":
    main(*sys.argv[1:])
