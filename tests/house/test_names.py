"""A loop variable is called after the thing it is: `one` says nothing, and there were two hundred of them."""

import ast
from collections.abc import Iterator

from tests.house.source import Module, modules, where

CLEANED = (
    "services/karens",
    "services/reminders",
    "services/responses",
    "shared/events",
    "shared/privacy",
    "shared/surveys",
    "tests/contracts",
    "tests/flow",
    "tests/house",
    "tests/prove",
    "tests/service/karens",
    "tests/service/reminders",
    "tests/service/responses",
    "tests/support",
    "tests/unit/events",
    "tests/unit/karens",
    "tests/unit/privacy",
    "tests/unit/prove",
    "tests/unit/reminders",
    "tests/unit/responses",
    "tests/unit/surveys",
)
"""The rule holds here; a folder is added once it keeps to it."""
NAMES_NOTHING = {"one", "each"}


def loops_over_nothing(module: Module) -> Iterator[str]:
    """Where a loop, a comprehension or a lambda has a variable that names nothing: `line: variable`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            names = [name for name in ast.walk(node.target) if isinstance(name, ast.Name)]
            yield from (f"{name.lineno}: {name.id}" for name in names if name.id in NAMES_NOTHING)
        if isinstance(node, ast.Lambda):
            yield from (f"{node.lineno}: {word.arg}" for word in node.args.args if word.arg in NAMES_NOTHING)


def test_a_loop_is_found() -> None:
    assert list(loops_over_nothing(Module("m.py", "for one in two:\n    pass"))) == ["1: one"]


def test_a_comprehension_is_found() -> None:
    assert list(loops_over_nothing(Module("m.py", "x = [b for a, one in c for each in one]"))) == ["1: one", "1: each"]


def test_a_lambda_is_found() -> None:
    assert list(loops_over_nothing(Module("m.py", "x = sorted(y, key=lambda one: one.z)"))) == ["1: one"]


def test_a_loop_that_names_the_thing_is_not() -> None:
    assert list(loops_over_nothing(Module("m.py", "x = [event for event in one]"))) == []


def test_loop_variables_are_called_after_the_thing() -> None:
    assert where(loops_over_nothing, modules(*CLEANED)) == {}


def test_every_folder_that_was_cleaned_is_there() -> None:
    assert [folder for folder in CLEANED if not modules(folder)] == []
