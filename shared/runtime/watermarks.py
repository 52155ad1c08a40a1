"""*Complete until*: what a relay writes to every partition of its topic once all told before a moment has been sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.events.refused import Refused

KIND = "watermark"
PARTITIONS = "partitions"
"""The header that says to how many partitions it was written: until all of them are heard, nothing is complete."""

Headers = Sequence[tuple[str, bytes | None]]


class Watermark(NamedTuple):
    moment: datetime
    partitions: int | None = None
    """How many the topic had; None from a relay of before this was said."""


AHEAD_AT_MOST = timedelta(minutes=1)
"""By how much another machine's clock may be ahead of this one's."""


def write(watermark: Watermark) -> tuple[bytes, Headers]:
    """Its record's value and headers."""
    headers = [("kind", KIND.encode()), (PARTITIONS, str(watermark.partitions).encode())]
    return watermark.moment.isoformat().encode(), headers


def read(value: bytes, headers: Headers, now: datetime) -> Watermark:
    """Raises ValueError for anything that is not a moment with its zone, and Refused for one that is still to come.

    A watermark that nothing real ever passes would say for ever that all has been heard.
    """
    moment = datetime.fromisoformat(value.decode())
    if moment.tzinfo is None:
        raise ValueError("a mark holds a moment with its zone")
    if moment > now + AHEAD_AT_MOST:
        raise Refused("from_the_future", "expected a watermark that is at most a minute ahead of the clock")
    return Watermark(moment, next((int(said or b"") for name, said in headers if name == PARTITIONS), None))
