"""What a service says of itself, summed, and the pace between two looks."""

import pytest

from services.console.domain.service_status import ServiceStatus, Stuck, Wait, with_latest_ends
from services.console.domain.status_parsing import parse_status
from services.console.monitor import Rates, Snapshot, rates
from services.console.overview import behind

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


def moved(by: int, end_by: int) -> ServiceStatus:
    reads = [
        {"topic": "t", "partition": 0, "offset": 3 + by, "end": 10 + end_by, "oldest_seconds": None},
    ]
    return parse_status("karens", {**STATUS, "reads": reads})


def test_partitions_of_a_topic_are_summed_and_the_oldest_counts() -> None:
    first, second = parse_status("karens", STATUS).reads
    assert (first.topic, first.records, first.oldest_seconds, first.offset, first.end) == ("t", 9, 9.0, 3, 12)
    assert (second.records, second.oldest_seconds) == (0, None)


def test_a_service_that_looks_no_more_is_behind_by_what_others_see() -> None:
    stopped, going = with_latest_ends([moved(0, 0), moved(7, 20)])
    assert (stopped.records, going.records) == (27, 20)


def test_what_waits_since_a_last_look_is_as_old_as_what_was_heard_last() -> None:
    part = {"topic": "t", "partition": 0, "offset": 5, "end": 5, "oldest_seconds": None}
    heard = {**part, "watermark": "2026-11-05T10:00:00Z"}
    stopped = parse_status("karens", {**STATUS, "now": "2026-11-05T10:05:00Z", "reads": [heard]})
    going = parse_status("console", {**STATUS, "reads": [{**part, "end": 6}]})
    assert (stopped.oldest_seconds, with_latest_ends([stopped, going])[0].oldest_seconds) == (None, 300.0)


def test_what_is_no_status_is_said_to_be_none() -> None:
    with pytest.raises(LookupError):
        parse_status("karens", {"halted": None})


def test_the_pace_is_what_came_and_what_was_taken_a_second() -> None:
    earlier, later = Snapshot(100.0, {"karens": moved(0, 0)}), Snapshot(104.0, {"karens": moved(8, 20)})
    assert rates(earlier, later, "karens", "t") == Rates(arriving=5.0, consumed=2.0)


def test_nobody_knows_the_pace_of_what_was_seen_once() -> None:
    away, later = (
        Snapshot(100.0, {"karens": ServiceStatus("karens", unreachable="gone")}),
        Snapshot(104.0, {"karens": moved(0, 0)}),
    )
    assert rates(away, later, "karens", "t") is None
    assert rates(later, later, "karens", "t") is None


def test_a_console_that_hears_everything_is_not_behind() -> None:
    assert behind(parse_status("console", STATUS)) is None
    assert behind(None) is None


@pytest.mark.parametrize(
    ("console", "says"),
    [
        (
            parse_status("console", {**STATUS, "reads": [{**STATUS["reads"][0], "oldest_seconds": 300.0}]}),
            "for up to 5 min",
        ),
        (ServiceStatus("console", halted="25 failed"), "stays as it was then"),
        (ServiceStatus("console", waits=[Wait("kafka")]), "waits for kafka"),
        (ServiceStatus("console", unreachable="does not answer"), "cannot see how far it is behind"),
    ],
)
def test_a_console_that_is_behind_says_so(console: ServiceStatus, says: str) -> None:
    assert says in str(behind(console))


def test_what_is_held_is_heard_with_its_reason() -> None:
    rounds = [{"name": "tick", "due": None, "since": None, "failing": None, "held": "the red switch is on"}]
    assert parse_status("dispatch", {**STATUS, "rounds": rounds}).work[0].held == "the red switch is on"


def test_what_a_service_waits_for_has_halted_and_has_stuck_is_heard() -> None:
    said = {
        "waiting_for": "kafka",
        "waiting": [
            {"where": "read_deliveries", "failure": "PermissionError at folder.py:82", "since": "2026-11-05T11:00:00Z"},
            {"where": "registers", "failure": "TimeoutError at client.py:9", "seconds": 12.5},
        ],
        "halts": [{"work": "hand_over", "because": "20 of 60 were refused", "at": "2026-11-05T11:00:00Z"}],
        "stuck": [{"work": "hand_over", "reason": "unknown_code", "count": 3}],
    }
    heard = parse_status("dispatch", {**STATUS, **said})
    assert [(wait.where, wait.failure, wait.seconds) for wait in heard.waits] == [
        ("kafka", None, None),
        ("read_deliveries", "PermissionError at folder.py:82", None),
        ("registers", "TimeoutError at client.py:9", 12.5),
    ]
    assert [(halt.work, halt.because) for halt in heard.halts] == [("hand_over", "20 of 60 were refused")]
    assert heard.stuck == [Stuck("hand_over", "unknown_code", 3)]


def test_a_service_that_says_nothing_of_these_has_none() -> None:
    heard = parse_status("karens", STATUS)
    assert (list(heard.waits), list(heard.halts), list(heard.stuck)) == ([], [], [])


def test_the_halt_of_the_whole_service_is_said_once() -> None:
    halts = [{"work": "consume", "because": "25 failed", "at": "2026-11-05T11:00:00Z"}]
    assert list(parse_status("karens", {**STATUS, "halted": "25 failed", "halts": halts}).halts) == []


def test_what_one_copy_says_of_another_counts_as_well() -> None:
    """Any copy answers; what another of them waits for, or fails at, must not be hidden by that."""
    other = {
        "halted": None,
        "waiting_for": "kafka",
        "waiting": [{"where": "read_deliveries", "failure": "PermissionError at folder.py:82", "seconds": 9.0}],
        "failing": {"tick": "Broken"},
    }
    copies = [{"id": "a", "status": {}}, {"id": "b", "status": other}, {"id": "c", "status": {}}]
    heard = parse_status("inclusion", {**STATUS, "copy": "a", "copies": copies})
    assert [wait.where for wait in heard.waits] == ["kafka", "read_deliveries"]
    assert heard.work[0].failing == "Broken"


def test_a_halt_that_only_another_copy_knows_of_is_heard() -> None:
    copies = [{"id": "b", "status": {"halted": "the log is another one"}}]
    assert parse_status("karens", {**STATUS, "copy": "a", "copies": copies}).halted == "the log is another one"
