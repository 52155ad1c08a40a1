"""When so much fails or ends alike that we must be wrong, and not the single records and items."""

import pytest

from shared.runtime.circuit_breaker import OF_ITEMS, OF_RECORDS, Limit, Window


def after(limit: Limit, *pieces: tuple[int, int], allowance: int = 0) -> Window:
    window = Window((), allowance)
    for items, failed in pieces:
        window = window.after(items, {"failed": failed}, limit.window)
    return window


def too_many(limit: Limit, *pieces: tuple[int, int], allowance: int = 0) -> bool:
    return bool(after(limit, *pieces, allowance=allowance).beyond(limit))


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([(19, 19)], False),
        ([(20, 20)], True),
        ([(400, 20)], False),
        ([(399, 20)], True),
        ([(2000, 100)], False),
        ([(2000, 101)], True),
    ],
)
def test_what_is_too_much_of_records(pieces: list[tuple[int, int]], expected: bool) -> None:
    assert too_many(OF_RECORDS, *pieces) is expected


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([(19, 19)], False),
        ([(20, 20)], True),
        ([(500, 125)], False),
        ([(500, 126)], True),
        ([(500, 0)] + [(1, 1)] * 19, False),
        ([(500, 0)] + [(1, 1)] * 20, True),
        ([(1, 0), (1, 0), (1, 1)] * 19, False),
    ],
)
def test_what_is_too_much_of_items(pieces: list[tuple[int, int]], expected: bool) -> None:
    assert too_many(OF_ITEMS, *pieces) is expected


def test_failures_add_up_over_pieces() -> None:
    assert not too_many(OF_RECORDS, (10, 10), (10, 9))
    assert too_many(OF_RECORDS, (10, 10), (10, 10))


def test_each_outcome_is_judged_for_itself() -> None:
    window = Window().after(100, {"refused": 19, "unreachable": 40}, OF_ITEMS.window)
    assert window.beyond(OF_ITEMS) == {"unreachable": (40, 100)}


def test_what_is_older_than_the_window_is_forgotten_and_its_edge_counts_by_its_share() -> None:
    assert not too_many(OF_RECORDS, (50, 19), (1000, 0), (50, 19))
    assert after(OF_RECORDS, (50, 19), (999, 0)).pieces == ((1, {"failed": 0.38}), (999, {"failed": 0}))
    assert after(OF_RECORDS, (50, 19), (1000, 0)).pieces == ((1000, {"failed": 0}),)


def test_a_piece_of_nothing_says_nothing() -> None:
    assert after(OF_ITEMS, (0, 0), (30, 3), (0, 0), (30, 3)) == after(OF_ITEMS, (30, 3), (30, 3))


def test_failures_that_a_human_allowed_are_not_counted() -> None:
    assert not too_many(OF_RECORDS, (100, 100), allowance=100)


def test_beyond_what_was_allowed_they_are() -> None:
    window = after(OF_RECORDS, (100, 60), (100, 60), allowance=100)
    assert window.allowance == 0
    assert window.pieces == ((100, {"failed": 0}), (100, {"failed": 20}))
    assert window.beyond(OF_RECORDS) == {"failed": (20, 200)}
