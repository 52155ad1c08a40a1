"""The queues, service by service."""

from services.console.domain.service_status import (
    Halt,
    Outbox,
    PartitionLag,
    ServiceStatus,
    Stuck,
    TopicLag,
    Wait,
    Work,
    last_known,
)
from services.console.queues import ServiceQueues, queues

BEHIND = [TopicLag("t", [PartitionLag(0, 3, 10, 4.0)])]


def of(service: ServiceStatus) -> ServiceQueues:
    (found,) = queues([service])
    return found


def said(service: ServiceStatus) -> list[str]:
    return [trouble.what for trouble in of(service).troubles]


def test_a_service_that_stopped_itself_says_so_once_and_what_to_do() -> None:
    stopped = ServiceStatus("karens", halted="25 of the last 1000 records failed", reads=[*BEHIND, *BEHIND])
    (trouble,) = of(stopped).troubles
    assert trouble.what == "karens has stopped itself: 25 of the last 1000 records failed"
    assert "`puls resume karens`" in trouble.mend


def test_work_that_halted_is_told_to_go_on_by_its_name() -> None:
    (trouble,) = of(ServiceStatus("dispatch", halts=[Halt("hand_over", "20 of 60 were refused", None)])).troubles
    assert trouble.what == "dispatch has halted hand over: 20 of 60 were refused"
    assert "`puls resume dispatch --work hand_over`" in trouble.mend


def test_work_that_is_held_or_fails_says_why() -> None:
    held, failing = (
        Work("hand_over", None, None, None, "the red switch is on: Bo"),
        Work("pull", None, None, "KeyError"),
    )
    assert said(ServiceStatus("dispatch", work=[held, failing])) == [
        "dispatch: pull fails and is tried again (KeyError)",
        "dispatch holds hand over: the red switch is on: Bo",
    ]


def test_what_a_service_waits_for_is_said_with_its_place() -> None:
    waits = [Wait("read_deliveries", "PermissionError at folder.py:82", seconds=90.0)]
    assert said(ServiceStatus("inclusion", waits=waits)) == [
        "inclusion waits at read deliveries: PermissionError at folder.py:82"
    ]


def test_stuck_work_is_a_trouble_with_its_commands() -> None:
    (trouble,) = of(ServiceStatus("dispatch", stuck=[Stuck("hand_over", "unknown_code", 3)])).troubles
    assert trouble.what == "3 items of hand over stuck in dispatch: unknown code"
    assert "`puls stuck list dispatch --work hand_over --reason unknown_code`" in trouble.mend


def test_a_service_that_answers_no_more_keeps_its_queues_as_last_known_and_says_so_once() -> None:
    before = ServiceStatus("karens", reads=BEHIND, outbox=Outbox(5, 1.5, 0))
    found = of(last_known(ServiceStatus("karens", unreachable="does not answer: is it running?"), before))
    assert (found.answers, found.known) == (False, True)
    assert ([topic.records for topic in found.reads], found.outbox.records) == ([7], 5)
    assert [trouble.what for trouble in found.troubles] == ["karens does not answer: is it running?"]


def test_what_is_in_trouble_comes_first_and_then_what_is_behind() -> None:
    quiet, behind = ServiceStatus("a"), ServiceStatus("b", reads=BEHIND)
    troubled = ServiceStatus("c", unreachable="does not answer")
    assert [found.service for found in queues([quiet, behind, troubled])] == ["c", "b", "a"]
