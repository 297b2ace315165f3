"""A pytest plugin that runs the collected tests once, and then again in a child process for each mutant.

mutmut makes the mutants; its own runner starts pytest anew for each of them, which takes a hundred times as long as the
tests do. A mutant meets few examples of each property; with EXAMPLES=all, one that survives them meets all examples.
"""

import json
import os
import resource
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

FEW = 20
CHILDREN = 2
SECONDS_MORE = 3.0
TIMES_MORE = 20
_HELD = "_hypothesis_internal_use_settings"


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Runs everything once, to learn which test reaches which function, and then every mutant."""
    told = Path(os.environ["VERDICTS"])
    seen = {json.loads(line)[0] for line in told.read_text("utf-8").splitlines()} if told.exists() else set()
    plan = [name for name in json.loads(Path(os.environ["MUTANTS"]).read_text("utf-8")) if name not in seen]
    with_all = {item: getattr(item.obj, _HELD) for item in session.items if hasattr(getattr(item, "obj", None), _HELD)}
    _use(with_all, FEW)
    reached: dict[str, list[tuple[float, pytest.Item]]] = defaultdict(list)
    set_mutant_under_test("stats")
    for item in session.items:
        state()._stats.clear()
        began = process_time()
        if not _passes(item):
            raise pytest.UsageError(f"{item.nodeid} fails without a mutant")
        for function in state()._stats:
            reached[function].append((process_time() - began, item))
    set_mutant_under_test("")
    with told.open("a", encoding="utf-8") as out:
        for name, verdict in _verdicts(plan, reached, with_all):
            out.write(json.dumps([name, verdict]) + "\n")
            out.flush()
    return True


def _verdicts(
    plan: list[str],
    reached: dict[str, list[tuple[float, pytest.Item]]],
    with_all: dict[pytest.Item, hypothesis.settings],
) -> Iterator[tuple[str, str]]:
    running: dict[int, str] = {}
    for name in plan:
        tests = sorted(reached.get(name.rpartition("__mutmut_")[0], ()), key=lambda timed: timed[0])
        if not tests:
            yield name, "no tests"
            continue
        if len(running) == CHILDREN:
            yield _ended(running)
        child = os.fork()
        if child == 0:
            _meet(name, tests, with_all)
        running[child] = name
    while running:
        yield _ended(running)


def _ended(running: dict[int, str]) -> tuple[str, str]:
    child, status = os.wait()
    if os.WIFSIGNALED(status):
        return running.pop(child), "timeout"
    return running.pop(child), "killed" if os.WEXITSTATUS(status) else "survived"


def _meet(name: str, tests: list[tuple[float, pytest.Item]], with_all: dict[pytest.Item, hypothesis.settings]) -> None:
    """In the child: exits with 1 at the first test that fails, with 0 where none does."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    sys.setrecursionlimit(500)
    set_mutant_under_test(name)
    try:
        for seconds, item in tests:
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_MORE + TIMES_MORE * seconds)
            if not _passes(item):
                os._exit(1)
        if os.environ.get("EXAMPLES") == "all":
            _use(with_all, None)
            for seconds, item in tests:
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_MORE + 10 * TIMES_MORE * seconds)
                if item in with_all and not _passes(item):
                    os._exit(1)
    except BaseException:  # whatever it is, the mutant did not go unnoticed
        os._exit(1)
    os._exit(0)


def _passes(item: pytest.Item) -> bool:
    return all(report.passed for report in runtestprotocol(item, log=False, nextitem=None))


def _use(with_all: dict[pytest.Item, hypothesis.settings], most: int | None) -> None:
    """The same examples each time, nothing shrunk: which example kills does not matter."""
    for item, own in with_all.items():
        few = hypothesis.settings(
            own,
            max_examples=own.max_examples if most is None else min(most, own.max_examples),
            derandomize=True,
            database=None,
            phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        )
        setattr(item.obj.__func__ if hasattr(item.obj, "__func__") else item.obj, _HELD, few)
