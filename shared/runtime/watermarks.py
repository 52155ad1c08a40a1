"""*Complete until*: what a relay writes to every partition of its topic once all told before a moment has been sent."""

from datetime import datetime, timedelta

from shared.events.refused import Refused

KIND = "watermark"

AHEAD_AT_MOST = timedelta(minutes=1)
"""By how much another machine's clock may be ahead of this one's."""


def write(watermark: datetime) -> bytes:
    return watermark.isoformat().encode()


def read(value: bytes, now: datetime) -> datetime:
    """Raises ValueError for anything that is not a moment with its zone, and Refused for one that is still to come.

    A watermark that nothing real ever passes would say for ever that all has been heard.
    """
    moment = datetime.fromisoformat(value.decode())
    if moment.tzinfo is None:
        raise ValueError("a mark holds a moment with its zone")
    if moment > now + AHEAD_AT_MOST:
        raise Refused("from_the_future", "expected a watermark that is at most a minute ahead of the clock")
    return moment
