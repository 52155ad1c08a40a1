"""`make prove` finds what it takes out, and the tests that must then fail: it runs too seldom to notice a rename."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import CLONE
from tests.prove.__main__ import MUTATIONS
from tests.prove.mutation import Mutation

TESTS = sorted({test for mutation in MUTATIONS for test in mutation.tests})


def is_there(test: str) -> bool:
    """A folder of tests, `file::test` or `file::Class::test`, perhaps with its parameters."""
    path, _, name = test.partition("[")[0].partition("::")
    if not name:
        return (CLONE / path).is_dir()
    if not (CLONE / path).is_file():
        return False
    tree = ast.parse((CLONE / path).read_text(encoding="utf-8"))
    return name in set(_tests(tree.body))


def _tests(body: list[ast.stmt], within: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{within}{node.name}"
        elif isinstance(node, ast.ClassDef):
            yield from _tests(node.body, f"{node.name}::")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mechanism_is_where_it_is_taken_out(mutation: Mutation) -> None:
    text = (CLONE / mutation.path).read_text(encoding="utf-8")
    assert mutation.taken_out_of(text) != text


@pytest.mark.parametrize("test", TESTS)
def test_a_test_that_must_fail_is_there(test: str) -> None:
    assert is_there(test)


def test_a_test_that_is_not_there_is_noticed() -> None:
    assert not is_there("tests/house/test_prove.py::test_of_nothing")
