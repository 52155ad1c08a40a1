"""What a service says of itself, summed, and the pace between two looks."""

import pytest

from services.console.domain.service import Service, service, together
from services.console.visits import behind
from services.console.watch import Look, Pace, pace

STATUS = {
    "halted": None,
    "reads": [
        {"topic": "t", "partition": 0, "offset": 3, "end": 10, "oldest_seconds": 4.0},
        {"topic": "t", "partition": 1, "offset": None, "end": 2, "oldest_seconds": 9.0},
        {"topic": "u", "partition": 0, "offset": 5, "end": 5, "oldest_seconds": None},
    ],
    "outbox": {"records": 0, "oldest_seconds": None, "refused": 0},
    "rounds": [{"name": "tick", "due": "2026-11-05T11:00:00Z", "since": None, "failing": None}],
}


def moved(by: int, end_by: int) -> Service:
    reads = [
        {"topic": "t", "partition": 0, "offset": 3 + by, "end": 10 + end_by, "oldest_seconds": None},
    ]
    return service("karens", {**STATUS, "reads": reads})


def test_partitions_of_a_topic_are_summed_and_the_oldest_counts() -> None:
    first, second = service("karens", STATUS).reads
    assert (first.topic, first.records, first.oldest_seconds, first.taken, first.end) == ("t", 9, 9.0, 3, 12)
    assert (second.records, second.oldest_seconds) == (0, None)


def test_a_service_that_looks_no_more_is_behind_by_what_others_see() -> None:
    stopped, going = together([moved(0, 0), moved(7, 20)])
    assert (stopped.waiting, going.waiting) == (27, 20)


def test_what_waits_since_a_last_look_is_as_old_as_what_was_heard_last() -> None:
    part = {"topic": "t", "partition": 0, "offset": 5, "end": 5, "oldest_seconds": None}
    heard = {**part, "watermark": "2026-11-05T10:00:00Z"}
    stopped = service("karens", {**STATUS, "now": "2026-11-05T10:05:00Z", "reads": [heard]})
    going = service("console", {**STATUS, "reads": [{**part, "end": 6}]})
    assert (stopped.oldest_seconds, together([stopped, going])[0].oldest_seconds) == (None, 300.0)


def test_what_is_no_status_is_said_to_be_none() -> None:
    with pytest.raises(LookupError):
        service("karens", {"halted": None})


def test_the_pace_is_what_came_and_what_was_taken_a_second() -> None:
    earlier, later = Look(100.0, {"karens": moved(0, 0)}), Look(104.0, {"karens": moved(8, 20)})
    assert pace(earlier, later, "karens", "t") == Pace(arriving=5.0, taken=2.0)


def test_nobody_knows_the_pace_of_what_was_seen_once() -> None:
    away, later = Look(100.0, {"karens": Service("karens", away="gone")}), Look(104.0, {"karens": moved(0, 0)})
    assert pace(away, later, "karens", "t") is None
    assert pace(later, later, "karens", "t") is None


def test_a_console_that_hears_everything_is_not_behind() -> None:
    assert behind(service("console", STATUS)) is None
    assert behind(None) is None


@pytest.mark.parametrize(
    ("console", "says"),
    [
        (service("console", {**STATUS, "reads": [{**STATUS["reads"][0], "oldest_seconds": 300.0}]}), "for up to 5 min"),
        (Service("console", halted="25 failed"), "stays as it was then"),
        (Service("console", waiting_for="kafka"), "waits for kafka"),
        (Service("console", away="does not answer"), "cannot see how far it is behind"),
    ],
)
def test_a_console_that_is_behind_says_so(console: Service, says: str) -> None:
    assert says in str(behind(console))


def test_what_is_held_is_heard_with_its_reason() -> None:
    rounds = [{"name": "tick", "due": None, "since": None, "failing": None, "held": "the red switch is on"}]
    assert service("dispatch", {**STATUS, "rounds": rounds}).rounds[0].held == "the red switch is on"
