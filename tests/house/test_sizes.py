"""A function has at most 25 lines and a file 200, or a reason; the smallest service, with its SQL, has 250."""

import ast
from collections.abc import Iterator

from tests.house.exceptions import LONG_FILES, LONG_FUNCTIONS
from tests.house.source import CLONE, Module, modules, services

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


def lines_that_do_something(module: Module) -> int:
    """Of Python; blank lines, comments and docstrings aside."""
    said = {line for node in ast.walk(module.tree) for line in _lines_of_text(node)}
    return sum(1 for number, line in enumerate(module.text.splitlines(), 1) if number not in said and _does(line, "#"))


def _lines_of_text(node: ast.AST) -> range:
    """Of a string that stands alone: nobody but a reader reads it."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


def _does(line: str, comment: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith(comment)


def size(service: str) -> int:
    """Lines of Python and of SQL."""
    migrations = sorted((CLONE / "services" / service).rglob("*.sql"))
    sql = [line for file in migrations for line in file.read_text(encoding="utf-8").splitlines() if _does(line, "--")]
    return len(sql) + sum(map(lines_that_do_something, modules(f"services/{service}")))


def test_blank_lines_comments_and_docstrings_are_not_counted() -> None:
    assert lines_that_do_something(Module("m.py", '"""One\ntwo."""\n\n# three\nx = """\nfour\n"""\n')) == 3


def test_the_smallest_service_can_be_read_in_one_sitting() -> None:
    assert min(map(size, services())) < 250
