"""*Complete until*: what a relay writes to every partition of its topic once all told before a moment has been sent."""

from datetime import datetime

KIND = "watermark"


def write(watermark: datetime) -> bytes:
    return watermark.isoformat().encode()


def read(value: bytes) -> datetime:
    """Raises ValueError for anything that is not a moment with its zone."""
    moment = datetime.fromisoformat(value.decode())
    if moment.tzinfo is None:
        raise ValueError("a mark holds a moment with its zone")
    return moment
