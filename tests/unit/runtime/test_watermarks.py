"""Marks: a moment with its zone, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.events import Refused
from shared.runtime import watermarks
from shared.runtime.watermarks import Watermark

MOMENT = datetime(2026, 11, 5, 11, 0, 0, 123456, UTC)


def test_what_is_written_is_read_again() -> None:
    assert watermarks.read(*watermarks.write(Watermark(MOMENT, 24)), MOMENT) == Watermark(MOMENT, 24)


@pytest.mark.parametrize("value", [b"", b"tomorrow", b"2026-11-05T11:00:00", b"\xff"])
def test_what_is_no_moment_with_its_zone_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        watermarks.read(value, [], MOMENT)


def test_clocks_may_be_a_minute_apart_and_no_more() -> None:
    written = watermarks.write(Watermark(MOMENT, 12))
    assert watermarks.read(*written, MOMENT - timedelta(minutes=1)).moment == MOMENT
    with pytest.raises(Refused, match="from_the_future"):
        watermarks.read(*written, MOMENT - timedelta(minutes=1, microseconds=1))


def test_one_that_does_not_say_to_how_many_partitions_it_was_written_is_read_all_the_same() -> None:
    value, _ = watermarks.write(Watermark(MOMENT, 12))
    assert watermarks.read(value, [("kind", b"watermark")], MOMENT) == Watermark(MOMENT, None)


@pytest.mark.parametrize("partitions", [b"", b"many", None])
def test_one_with_no_number_of_partitions_is_refused(partitions: bytes | None) -> None:
    value, _ = watermarks.write(Watermark(MOMENT, 12))
    with pytest.raises(ValueError, match="int"):
        watermarks.read(value, [("partitions", partitions)], MOMENT)
