"""A function has at most 25 lines and a file 200, or a reason."""

import ast
from collections.abc import Iterator

from tests.house.exceptions import LONG_FILES, LONG_FUNCTIONS
from tests.house.source import Module, modules

Function = ast.FunctionDef | ast.AsyncFunctionDef
OURS = modules("services", "shared", "deploy", "tests")
NOT_TESTS = [module for module in OURS if "/test_" not in module.path]
"""A file of tests is a list of sentences: as long as there are facts."""


def long_functions(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            inner = sum(map(lines, _functions_within(node)))
            if lines(node) - inner > 25:
                yield f"{module.path}:{node.name}"


def lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _functions_within(function: Function) -> list[Function]:
    """The ones that stand directly in it: each is judged for itself, as the routes of an application are."""
    return [node for node in function.body if isinstance(node, Function)]


def test_a_function_of_26_lines_is_found() -> None:
    assert list(long_functions(Module("m.py", "def f():\n" + "    f()\n" * 25))) == ["m.py:f"]


def test_a_function_of_25_lines_is_not() -> None:
    assert list(long_functions(Module("m.py", "def f():\n" + "    f()\n" * 24))) == []


def test_a_function_inside_another_is_judged_for_itself() -> None:
    assert list(long_functions(Module("m.py", "def f():\n    def g():\n" + "        f()\n" * 24))) == []


def test_functions_are_small() -> None:
    assert {name for module in OURS for name in long_functions(module)} - LONG_FUNCTIONS.keys() == set()


def test_files_are_small() -> None:
    assert {module.path for module in NOT_TESTS if module.lines > 200} - LONG_FILES.keys() == set()


def test_every_exception_of_a_function_is_still_needed() -> None:
    assert LONG_FUNCTIONS.keys() - {name for module in OURS for name in long_functions(module)} == set()


def test_every_exception_of_a_file_is_still_needed() -> None:
    assert LONG_FILES.keys() - {module.path for module in NOT_TESTS if module.lines > 200} == set()
