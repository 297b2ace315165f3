"""Which modules are mutated, by what they decide."""

from pathlib import Path

GROUPS: dict[str, tuple[str, ...]] = {
    "entitlement": tuple(
        f"service/domain/{name}.py"
        for name in (
            "calendar",
            "calls",
            "charging",
            "credits",
            "entitlement",
            "form",
            "history",
            "party",
            "rates",
            "standing",
            "suspending",
        )
    ),
    "access": ("service/domain/access.py",),
    "queue": ("service/domain/queue.py",),
    "pass-verdict": ("service/domain/passes.py", "firmware_bridge/passes.py", "firmware_bridge/decide.py"),
    "record": tuple(
        f"service/record/{name}.py"
        for name in (
            "appender",
            "base64text",
            "canonical",
            "checkpoint",
            "commitment",
            "cosignature",
            "disclosure",
            "events",
            "export",
            "fold",
            "hashes",
            "leaf",
            "notes",
            "policy",
            "policy_text",
            "receipt",
            "refusals",
            "tiles",
            "tree",
        )
    ),
}
TESTS = ("tests/domain", "tests/law/test_holidays.py", "tests/law/test_quota_table.py", "tests/passes", "tests/record")
LEFT_OUT = ("tests/record/test_go.py", "tests/record/test_witness_go.py")
"""Tests that start other programs: too slow for thousands of mutants, and what they see others see too."""


def chosen(words: list[str]) -> list[Path]:
    """The modules of the groups, or of the module names, that were asked for; all where nothing was."""
    wanted = words or list(GROUPS)
    return [
        Path(module)
        for group, modules in GROUPS.items()
        for module in modules
        if group in wanted or Path(module).stem in wanted or module in wanted
    ]
