"""The whole drill, and its table as a page."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.demo.drill.acts import ACTS, MEANS
from service.demo.drill.scene import clean, opened
from service.demo.drill.watch import WITHIN, Seen, watched


@dataclass(frozen=True, slots=True)
class Cell:
    """One practice by one insider: refused by the database, or seen by these, the soonest first."""

    practice: str
    means: str
    prevented: str | None
    seen: tuple[Seen, ...]

    @property
    def missed(self) -> bool:
        """Whether it neither failed nor was noticed by anybody."""
        return self.prevented is None and not self.seen

    def told(self) -> dict[str, Any]:
        """The cell as JSON; `after_s` is how long after the act the first of them looks, at the latest."""
        first = WITHIN[self.seen[0].who].total_seconds() if self.seen else None
        return {**asdict(self), "missed": self.missed, "after_s": first}


def drill(folder: Path, seed: int = 1, told: Callable[[str, str], None] = lambda *_: None) -> list[Cell]:
    """Every practice by every insider, each on a copy of its own of one clean history."""
    source = clean(folder, seed)
    return [play(source, folder, practice, means, told) for practice in ACTS for means in MEANS]


def play(
    source: Path, folder: Path, practice: str, means: str, told: Callable[[str, str], None] = lambda *_: None
) -> Cell:
    """One practice by one insider."""
    told(practice, means)
    target = folder / "copy"
    scene = opened(source, target)
    try:
        try:
            ACTS[practice](scene, means)
        except sa.exc.IntegrityError as refused:
            return Cell(practice, means, str(refused.orig), ())
        return Cell(practice, means, None, tuple(sorted(watched(scene, practice, means), key=_soon)))
    finally:
        scene.close()
        shutil.rmtree(target)


def honest(folder: Path, seeds: Sequence[int]) -> Iterator[tuple[int, tuple[Seen, ...]]]:
    """What everybody sees in clean histories, where there is nothing to see."""
    for seed in seeds:
        source = clean(folder, seed)
        scene = opened(source, folder / "copy")
        try:
            yield seed, tuple(watched(scene, "", ""))
        finally:
            scene.close()
            shutil.rmtree(folder / "copy")
            shutil.rmtree(source)


def _soon(seen: Seen) -> float:
    return WITHIN[seen.who].total_seconds()


def words(seen: Seen) -> str:
    """Who saw what, and after how long at the latest."""
    within = WITHIN[seen.who]
    days, seconds = within.days, within.seconds
    long = f"{days} d" if days else f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"
    return f"{seen.who} ({long}): `{seen.what}`"


def page(cells: Sequence[Cell]) -> str:
    """The table of `docs/drill.md`."""
    lines = ["| Practice | Insider | Prevented by | Seen by, at the latest after |", "|---|---|---|---|"]
    for cell in cells:
        prevented = f"`{cell.prevented}`" if cell.prevented else "–"
        seen = "; ".join(words(one) for one in cell.seen) or ("–" if cell.prevented else "**nobody**")
        lines.append(f"| {cell.practice} | {cell.means} | {prevented} | {seen} |")
    return "\n".join(lines) + "\n"
