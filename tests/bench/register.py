"""A register of 10,000 convicts: how long checking and importing it takes on SQLite, and what share the disk has."""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from service.app.register_import import check_register, import_register
from service.store.migrate import upgrade
from tests.app.registers import as_csv, lines
from tests.bench.figures import Figure, figure
from tests.builders import CONSOLE, Builder, SetClock, make_environment

ROWS = 10_000
HOUSE = "la-155-8"


def figures() -> list[Figure]:
    """register.import_s and register.check_s: one run each, of ten thousand lines in KZ-1048."""
    register = as_csv(lines(ROWS), "kz1048")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'kezdesu.db')}"
        upgrade(url)
        clock = SetClock(datetime(2026, 3, 2, 4, tzinfo=UTC))
        world = Builder(make_environment(url, Path(folder, "keys"), clock))
        world.found()
        world.institution(HOUSE, 8, "medium", "ЛА-155/8", "ЛА-155/8", "LA-155/8")
        began = time.perf_counter()
        checked = check_register(world.environment, CONSOLE, HOUSE, register)
        halfway = time.perf_counter()
        before = time.process_time()
        imported = import_register(world.environment, CONSOLE, HOUSE, register)
        ended, cpu = time.perf_counter(), time.process_time() - before
        world.environment.database.close()
    assert (checked.faulty, imported.imported) == (0, ROWS)
    return [
        figure("register.check_s", [halfway - began], "s"),
        figure("register.import_s", [ended - halfway], "s", against="one minute", compared_with=60),
        figure("register.import_cpu_s", [cpu], "s"),
    ]
