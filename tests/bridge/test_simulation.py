"""Bridge, upload and service through 72 hours of every seed: crashes, power cuts, full disks, wrong clocks, no network.

No answered scan is lost, no good pass is refused without a true reason, no gate lets a pass in twice, the counter
has no gap, and the service knows in the end what every gate did.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shutil import rmtree

import pytest

from tests.bridge.simulation.defects import Defect
from tests.bridge.simulation.prison import Prison
from tests.bridge.simulation.real import Both, stage

SHARES = 8
SEEDS, SOAKED = 2_000, 20_000
REAL_SEEDS, REAL_SOAKED = 24, 400
"""The real service takes twenty times as long as its model, which it holds true here."""
FOUND_WITHIN = 100


@pytest.mark.parametrize("share", range(SHARES))
def test_three_days_at_the_gates_go_well_whatever_happens(share: int, rounds: Callable[[int, int], int]) -> None:
    seeds = range(share, rounds(SEEDS, SOAKED), SHARES)
    answered = deaths = 0
    for seed in seeds:
        findings = Prison(seed).play()
        assert findings.bad == [], f"seed {seed}"
        answered += len(findings.told)
        deaths += findings.deaths
    assert answered > 40 * len(seeds), "a simulation in which nobody is answered shows nothing"
    assert deaths > 3 * len(seeds)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real service's database with every family of the simulation."""
    return stage(tmp_path_factory.mktemp("stage"))


def test_the_model_answers_and_labels_as_the_real_service_does(
    staged: Path, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    asked = 0
    for seed in range(rounds(REAL_SEEDS, REAL_SOAKED)):
        made: list[Both] = []

        def both(now: Callable[[], datetime], seed: int = seed, made: list[Both] = made) -> Both:
            made.append(Both(now, staged, tmp_path / str(seed), seed=seed))
            return made[0]

        findings = Prison(seed, service=both).play()
        (service,) = made
        service.environment.database.close()
        rmtree(tmp_path / str(seed))
        assert findings.bad == [], f"seed {seed}"
        assert service.differences == [], f"seed {seed}"
        asked += service.asked
    assert asked > 20 * rounds(REAL_SEEDS, REAL_SOAKED)


@pytest.mark.parametrize(
    ("defect", "complaint"),
    [
        (Defect.ANSWERS_FIRST, "is not in the journal"),
        (Defect.NO_REPAIR, "does not start"),
        (Defect.FORGETS, "the service never heard of scan"),
        (Defect.ADMITS_TWICE, "in twice"),
    ],
)
def test_a_fault_put_in_on_purpose_is_found(defect: Defect, complaint: str) -> None:
    complaints = (bad for seed in range(FOUND_WITHIN) for bad in Prison(seed, defect).play().bad)
    assert any(complaint in bad for bad in complaints)


def test_a_seed_is_the_same_life_every_time() -> None:
    first, again = Prison(7).play(), Prison(7).play()
    assert first.told == again.told
    assert (first.deaths, first.scans) == (again.deaths, again.scans)


def test_a_refusal_shown_again_after_the_clock_was_set_right_tells_the_reason_of_now() -> None:
    assert Prison(14309).play().bad == []
