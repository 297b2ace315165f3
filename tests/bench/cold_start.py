"""From starting the command to its first answer: what an officer waits after the power was back."""

import subprocess
import sys
import time

from tests.bench.figures import Figure, figure
from tests.bench.stage import gunicorn, stages

ROUNDS = 5


def figures() -> list[Figure]:
    """cold_start.ms: gunicorn with the interface on SQLite, to its first accepted connection; and the bare command."""
    served_after, command = [], []
    with stages(1) as made:
        stage = made[0]
        environment = {"BENCH_DATABASE": stage.url, "BENCH_KEYS": str(stage.keys)}
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with gunicorn("tests.bench.stage:served()", environment, processes=1):
                served_after.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "service", "--help"], check=True, capture_output=True)
            command.append((time.perf_counter() - began) * 1000)
    return [figure("cold_start.ms", served_after, "ms"), figure("cold_start.command_ms", command, "ms")]
