"""The lines of the queues."""

from services.console.domain.service_status import Outbox, PartitionLag, ServiceStatus, TopicLag, Work, last_known
from services.console.queues import queues


def test_a_service_that_stopped_itself_says_so_though_nobody_knows_how_far_it_is_behind() -> None:
    line, _ = queues([ServiceStatus("karens", halted="25 of the last 1000 records failed")])
    assert (line.service, line.side, line.records) == ("karens", "reads", None)
    assert line.trouble is not None
    assert "puls resume karens" in line.trouble


def test_work_that_is_held_has_a_line_that_says_why() -> None:
    _, line = queues(
        [ServiceStatus("dispatch", work=[Work("hand_over", None, None, None, "the red switch is on: Bo")])]
    )
    assert (line.side, line.trouble) == ("does", "hand_over is held: the red switch is on: Bo")


def test_a_service_that_answers_no_more_keeps_its_lines_with_what_was_last_known() -> None:
    before = ServiceStatus("karens", reads=[TopicLag("t", [PartitionLag(0, 3, 10, 4.0)])], outbox=Outbox(5, 1.5, 0))
    reads, tells = queues([last_known(ServiceStatus("karens", unreachable="does not answer: is it running?"), before)])
    assert (reads.topic, reads.records, tells.records) == ("t", 7, 5)
    assert reads.trouble == tells.trouble == "does not answer: is it running? The figures are the last known."
