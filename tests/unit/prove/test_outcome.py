"""What counts as a proof: a test that failed, and nothing else that can go wrong."""

import os
from pathlib import Path

import pytest

from tests.prove.__main__ import Copy
from tests.prove.mutation import Mutation, mutation

TEST = """
import time

import pytest

IS_THERE = True


@pytest.fixture
def fixture_of_it():
    assert IS_THERE


def test_it_is_there():
    assert IS_THERE


def test_whose_fixture_needs_it(fixture_of_it):
    pass


def test_without_end():
    while not IS_THERE:
        time.sleep(1)


def test_of_something_else():
    pass
"""


def without_it(test: str) -> Mutation:
    return mutation("it", "test_it.py", "IS_THERE = True", "IS_THERE = False", f"test_it.py::{test}")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    (tmp_path / "test_it.py").write_text(TEST)
    return Copy(tmp_path, os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        ("test_it_is_there", "proven"),
        ("test_of_something_else", "SURVIVED"),
        ("test_whose_fixture_needs_it", "no proof: pytest ended with 1, and no test failed"),
        ("test_that_is_not_there", "no proof: pytest ended with 4, and no test failed"),
    ],
)
def test_only_a_test_that_fails_is_a_proof(copy: Copy, test: str, outcome: str) -> None:
    assert copy.outcome(without_it(test)) == outcome


def test_a_test_without_end_is_none(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    copy = Copy(tmp_path, dict(os.environ), longest=1)
    assert copy.outcome(without_it("test_without_end")) == "no proof: did not end within 1 s"
