"""What stands, what is slow, and what is nobody's fault here."""

import pytest
from aiokafka import TopicPartition

from shared.runtime.progress import LONG, BatchSize, Progress

ONE, OTHER = TopicPartition("puls.inclusion.v1", 3), TopicPartition("puls.inclusion.v1", 4)


class Moments:
    """A clock that the test moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Moments:
    return Moments()


def test_a_partition_that_stands_is_named_although_others_move(clock: Moments) -> None:
    seen = Progress(clock)
    for second in range(130):
        seen.saw({ONE: 7, OTHER: second})
        clock.now += 1
    assert seen.not_alive() == "puls.inclusion.v1/3 has not moved for 130 seconds with records waiting"
    assert seen.waiting_for() == "puls.inclusion.v1/3, which has not moved for 130 seconds"


def test_one_that_moved_or_has_nothing_waiting_does_not_stand(clock: Moments) -> None:
    seen = Progress(clock)
    seen.saw({ONE: 7, OTHER: 7})
    clock.now += 130
    seen.saw({ONE: 8})
    assert seen.not_alive() is None


def test_while_a_batch_is_under_way_nobody_stands(clock: Moments) -> None:
    """The others wait for their turn."""
    seen = Progress(clock)
    for _ in range(10):
        seen.saw({ONE: 7})
        seen.begin(2000)
        clock.now += 29
        seen.end()
    assert (seen.not_alive(), seen.waiting_for()) == (None, None)


def test_a_slow_batch_is_shown_as_what_it_is(clock: Moments) -> None:
    seen = Progress(clock)
    seen.begin(2000)
    clock.now += 45
    assert seen.waiting_for() == "a batch of 2000 records, under way for 45 seconds"
    assert seen.not_alive() is None


def test_a_batch_that_hangs_is_not_alive(clock: Moments) -> None:
    seen = Progress(clock)
    seen.begin(2000)
    clock.now += 151
    assert seen.not_alive() == "a batch of 2000 records has been under way for 151 seconds"


def test_what_is_away_excuses_what_stands(clock: Moments) -> None:
    seen = Progress(clock)
    seen.saw({ONE: 7})
    clock.now += 130
    seen.excuse()
    seen.away = "kafka"
    assert (seen.not_alive(), seen.waiting_for()) == (None, "kafka")


def test_after_a_time_out_half_as_many_are_taken_and_more_again_after_each_success() -> None:
    size = BatchSize(2000)
    size.failed(2000, LONG + 1)
    assert size.now == 1000
    size.failed(400, LONG + 1)
    assert size.now == 200
    size.succeeded()
    assert size.now == 250
    for _ in range(20):
        size.succeeded()
    assert size.now == 2000


def test_a_failure_at_once_says_nothing_of_the_size() -> None:
    size = BatchSize(2000)
    size.failed(2000, 0.1)
    assert size.now == 2000


def test_never_less_than_one_is_taken() -> None:
    size = BatchSize(3)
    for _ in range(5):
        size.failed(3, LONG + 1)
    assert size.first({ONE: ["a", "b"], OTHER: ["c"]}, without=[]) == {ONE: ["a"]}


def test_as_many_are_taken_as_the_size_allows_and_none_of_those_left_out() -> None:
    size = BatchSize(3)
    parts = {ONE: ["a", "b"], OTHER: ["c", "d"]}
    assert size.first(parts, without=[]) == {ONE: ["a", "b"], OTHER: ["c"]}
    assert size.first(parts, without=[ONE]) == {OTHER: ["c", "d"]}
    assert size.first({ONE: []}, without=[]) == {}
