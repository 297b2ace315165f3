"""`make mutation`: mutates the modules of `groups.py`, tells which mutants no test notices, and each group's score.

Names of groups or modules as arguments run those alone. Works on a copy in test-output/mutation; never on the tree.
"""

import difflib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.mutation.groups import GROUPS, LEFT_OUT, TESTS, chosen

HERE = Path(__file__).parents[2]
AT = HERE / "test-output" / "mutation"
KILLED = ("killed", "timeout")


def main(words: list[str]) -> int:
    """Exit status 1 where a group scores below 95 %."""
    AT.mkdir(parents=True, exist_ok=True)
    tree, plan, verdicts = AT / "tree", AT / "mutants.json", AT / "verdicts.jsonl"
    shutil.rmtree(tree, ignore_errors=True)
    verdicts.unlink(missing_ok=True)
    _copy(tree)
    sources = _mutate(tree, chosen(words))
    plan.write_text(json.dumps([name for lines in sources.values() for name in lines if "_orig" not in name]), "utf-8")
    arguments = ["-q", "-p", "tests.mutation.loop", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"]
    arguments += [f"--ignore={left_out}" for left_out in LEFT_OUT]
    environment = {**os.environ, "MUTANTS": str(plan), "VERDICTS": str(verdicts), "PYTHONPATH": str(tree)}
    ran = subprocess.run([sys.executable, "-m", "pytest", *arguments, *TESTS], cwd=tree, env=environment, check=False)
    if ran.returncode:
        return ran.returncode
    return _tell(dict(json.loads(line) for line in verdicts.read_text("utf-8").splitlines()), sources)


def _copy(tree: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=HERE, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (HERE / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HERE / name, tree / name)
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)  # a test asks git which files are the project's


def _mutate(tree: Path, modules: list[Path]) -> dict[str, dict[str, list[str]]]:
    """Writes the mutants beside each function; answers the lines of each, by module and full name."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    os.chdir(tree)  # where mutmut looks for its settings
    found: dict[str, dict[str, list[str]]] = {}
    for module in modules:
        made = mutate_file_contents(str(module), module.read_text("utf-8"))
        module.write_text(made.code, "utf-8")
        lines = made.code.splitlines()
        dotted = ".".join(module.with_suffix("").parts)
        found[str(module)] = {
            f"{dotted}.{name}": lines[span.start - 1 : span.end]
            for name, span in made.line_span_by_function_name.items()
            if "__mutmut_" in name
        }
    return found


def _tell(verdicts: dict[str, str], sources: dict[str, dict[str, list[str]]]) -> int:
    below = False
    for lines in sources.values():
        for name in lines:
            if verdicts.get(name, "killed") not in KILLED:
                print(f"\n{name}: {verdicts[name]}")
                before = lines[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
                changed = list(difflib.unified_diff(before[1:], lines[name][1:], n=0, lineterm=""))[3:]
                print("\n".join(line for line in changed if not line.startswith("@@")))
    print("\ngroup / module | mutants | killed | of these by time | not noticed | score")
    for group, modules in GROUPS.items():
        rows = {
            module: Counter(verdicts[n] for n in sources[module] if n in verdicts)
            for module in modules
            if module in sources
        }
        for module, row in [*rows.items(), (group, sum(rows.values(), Counter()))]:
            count, noticed = sum(row.values()), row["killed"] + row["timeout"]
            score = 100 * noticed / count if count else 100.0
            print(f"{module} | {count} | {noticed} | {row['timeout']} | {count - noticed} | {score:.1f} %")
            below |= module == group and score < 95
    return int(below)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
