"""The lines of the queues."""

from services.console.domain.service import Service
from services.console.queues import queues


def test_a_service_that_stopped_itself_says_so_though_nobody_knows_how_far_it_is_behind() -> None:
    line, _ = queues([Service("karens", halted="25 of the last 1000 records failed")])
    assert (line.service, line.side, line.records) == ("karens", "reads", None)
    assert line.trouble is not None
    assert "puls resume karens" in line.trouble
