"""What operators may be called."""

import pytest

from services.console.api.dependencies import caller
from services.console.domain.operators import account_name, asker
from services.console.domain.problem import Problem

NUMBER = "251248-9996"
"""Made up, in the style of test numbers."""


@pytest.mark.parametrize("name", ["anna", "Jørgen Ærø", "  anna  ", "x" * 60])
def test_whoever_asks_may_be_called_as_people_are(name: str) -> None:
    assert asker(name) == name.strip()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_name_is_read_as_the_asker_wrote_it(encoding: str) -> None:
    as_the_server_reads_it = "Jørgen".encode(encoding).decode("latin-1")
    assert caller(as_the_server_reads_it) == "Jørgen, by API key"


@pytest.mark.parametrize("name", ["", "  ", "an\nna", "an\u200bna", "x" * 61, f"anna {NUMBER}"])
def test_a_name_that_cannot_stand_in_the_trail_is_refused_in_words(name: str) -> None:
    with pytest.raises(Problem) as refused:
        asker(name)
    assert is_in_words(refused.value)


@pytest.mark.parametrize("name", ["anna", "jorgen.b", "a-b_c9"])
def test_an_account_is_called_in_plain_letters(name: str) -> None:
    assert account_name(name) == name


@pytest.mark.parametrize("name", ["", "Anna", "jørgen", "9a", "an\nna", "anna\n", "x" * 41, f"a{NUMBER}"])
def test_a_name_that_no_account_can_have_is_refused_in_words(name: str) -> None:
    with pytest.raises(Problem) as refused:
        account_name(name)
    assert is_in_words(refused.value)


def is_in_words(problem: Problem) -> bool:
    """Whether neither a pattern nor a number is told."""
    told = f"{problem.what} {problem.expected} {problem.what_to_do}"
    return not set("^$[]{}\\") & set(told) and NUMBER not in told
