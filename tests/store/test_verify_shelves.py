"""What a verification remembers beyond its memory comes back as it was, and is put away and taken up whole."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record.fold import UNREAD, Shown
from service.store.verify.mirror.state import Unreadable, begun, taken_up
from service.store.verify.shelves import Shelves, opened
from tests.structure.tree import ROOT

KEYS = st.sampled_from("abcdefgh")
STEPS = st.lists(st.tuples(st.sampled_from(["put", "get", "pop", "clear", "change", "reopen"]), KEYS, st.integers()))


@given(STEPS, st.integers(1, 4))
def test_a_shelf_is_a_dictionary_however_few_values_stay_in_memory(
    steps: list[tuple[str, str, int]], near: int
) -> None:
    shelves, model = Shelves(near), dict[str, list[int]]()
    shelf = shelves.shelf("one")
    for step, key, number in steps:
        if step == "put":
            shelf[key] = model[key] = [number]
            shelf[key] = list(model[key])
        elif step == "get":
            assert shelf.get(key) == model.get(key)
        elif step == "pop":
            assert shelf.pop(key, None) == model.pop(key, None)
        elif step == "change" and key in model:
            shelf[key].append(number)
            model[key].append(number)
        elif step == "clear":
            shelf.clear()
            model.clear()
        elif step == "reopen":
            file = shelves.file
            shelves = pickle.loads(pickle.dumps(shelves))
            file.execute("COMMIT")
            shelves.attach(file)
            shelf = shelves.shelf("one")
        assert len(shelf._near) <= near
    assert dict(shelf.items()) == model
    assert (len(shelf), set(shelf)) == (len(model), set(model))


def test_what_nobody_could_read_is_one_thing_before_and_after() -> None:
    cells = {"read": Shown("who", "what", frozenset({"x"})), "unread": UNREAD}
    back = pickle.loads(pickle.dumps(cells))
    assert back == cells
    assert back["unread"] is UNREAD


def test_what_came_after_the_last_commit_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "state"
    shelves = Shelves(1, path)
    shelves.pile("pile", "number")
    for number in range(3):
        shelves.shelf("kept")[f"{number}"] = number
        shelves.add("pile", number)
    shelves.commit()
    kept = pickle.dumps(shelves)
    for number in range(3, 6):
        shelves.shelf("kept")[f"{number}"] = number
        shelves.shelf("new")[f"{number}"] = number
        shelves.add("pile", number)
    shelves.flush()
    shelves.file.close()
    again = pickle.loads(kept)
    again.attach(opened(path))
    assert dict(again.shelf("kept").items()) == {"0": 0, "1": 1, "2": 2}
    assert not list(again.shelf("new"))
    assert list(again.ask("SELECT number FROM pile")) == [(0,), (1,), (2,)]
    assert path.stat().st_mode & 0o077 == 0


KILLED = """
import os, sys
from pathlib import Path
from service.store.verify.mirror.state import Beside, MirrorReport, State, begun
from service.store.verify.shelves import Shelves
shelves = Shelves(1, begun(Path(sys.argv[1])))
state = State({}, MirrorReport(events=17), shelves, Beside(shelves), ())
shelves.shelf("kept")["a"] = "before"
shelves.shelf("kept")["b"] = "before"
state.put_away()
shelves.file.execute("PRAGMA cache_size = 1")
for number in range(300):
    shelves.shelf("kept")[f"{number}"] = "after" * 500
os._exit(9)
"""


def test_what_a_killed_run_had_half_written_is_undone_when_it_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "state"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False)
    assert done.returncode == 9
    assert (tmp_path / "state-journal").stat().st_size > 0, "nothing was half-written"

    state = taken_up(path)

    assert state is not None
    assert state.report.events == 17
    assert dict(state.shelves.shelf("kept").items()) == {"a": "before", "b": "before"}


@pytest.mark.parametrize("held", [b"a letter", b"SQLite format 3\0" + bytes(100)])
def test_a_file_that_is_no_state_is_refused_and_left_as_it_is(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "state"
    path.write_bytes(held)
    for act in (begun, taken_up):
        with pytest.raises(Unreadable):
            act(path)
    assert path.read_bytes() == held
