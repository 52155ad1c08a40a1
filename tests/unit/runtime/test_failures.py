"""When so many fail that the code must be wrong: more than 5 % and at least 20 of the last thousand."""

import pytest

from shared.runtime.failures import Failures


def after(*batches: tuple[int, int], allowance: int = 0) -> Failures:
    window = Failures((), allowance)
    for taken, failed in batches:
        window = window.after(taken, failed)
    return window


@pytest.mark.parametrize(
    ("batches", "too_many"),
    [
        ([(19, 19)], False),
        ([(20, 20)], True),
        ([(400, 20)], False),
        ([(399, 20)], True),
        ([(2000, 100)], False),
        ([(2000, 101)], True),
    ],
)
def test_what_is_too_much(batches: list[tuple[int, int]], too_many: bool) -> None:
    assert after(*batches).too_many() is too_many


def test_failures_add_up_over_batches() -> None:
    assert not after((10, 10), (10, 9)).too_many()
    assert after((10, 10), (10, 10)).too_many()


def test_what_is_older_than_a_thousand_records_is_forgotten() -> None:
    assert not after((50, 19), (1000, 0), (50, 19)).too_many()
    assert after((50, 19), (999, 0)).recent == ((50, 19), (999, 0))
    assert after((50, 19), (1000, 0)).recent == ((1000, 0),)


def test_failures_that_a_human_allowed_are_not_counted() -> None:
    assert not after((100, 100), allowance=100).too_many()


def test_beyond_what_was_allowed_they_are() -> None:
    window = after((100, 60), (100, 60), allowance=100)
    assert window.allowance == 0
    assert window.recent == ((100, 0), (100, 20))
    assert window.too_many()
