"""Marks: a moment with its zone, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.events import Refused
from shared.runtime import watermarks

MOMENT = datetime(2026, 11, 5, 11, 0, 0, 123456, UTC)


def test_what_is_written_is_read_again() -> None:
    assert watermarks.read(watermarks.write(MOMENT), MOMENT) == MOMENT


@pytest.mark.parametrize("value", [b"", b"tomorrow", b"2026-11-05T11:00:00", b"\xff"])
def test_what_is_no_moment_with_its_zone_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        watermarks.read(value, MOMENT)


def test_clocks_may_be_a_minute_apart_and_no_more() -> None:
    assert watermarks.read(watermarks.write(MOMENT), MOMENT - timedelta(minutes=1)) == MOMENT
    with pytest.raises(Refused, match="from_the_future"):
        watermarks.read(watermarks.write(MOMENT), MOMENT - timedelta(minutes=1, microseconds=1))
