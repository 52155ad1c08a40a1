"""One clock for all processes: real, or stepped from slot to slot by whoever holds it.

A stepped clock is a file that holds one instant. It only moves forward, and every process reads the same file, so
that a month can pass in a minute and no outcome depends on the machine's speed.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")
SLOT_HOURS = (0, 6, 12, 18)
"""Danish hours at which the stepped clock may stop."""
ROUND_HOURS = (0, 12)
"""Of these, the hours at which services act; people act at the others."""


class Clock(Protocol):
    kind: Literal["real", "stepped"]

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def rounds_act(self) -> bool:
        """Whether the services' rounds act in this slot."""
        ...

    @staticmethod
    def of(text: str) -> "Clock":
        """`real`, or `stepped:<path of the clock's file>`. Raises ValueError for anything else."""
        if text == "real":
            return RealClock()
        if text.startswith("stepped:") and len(text) > len("stepped:"):
            return SteppedClock(Path(text.removeprefix("stepped:")))
        raise ValueError(f"clock: expected 'real' or 'stepped:<path>', found {text!r}")


class RealClock(Clock):
    kind = "real"

    def now(self) -> datetime:
        return datetime.now(UTC)

    def rounds_act(self) -> bool:
        return True


class SteppedClock(Clock):
    kind = "stepped"

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text("ascii"))

    def rounds_act(self) -> bool:
        return self.now().astimezone(DENMARK).hour in ROUND_HOURS

    def move_to(self, moment: datetime) -> None:
        """Sets the clock. Raises ValueError if that would be backwards."""
        if self.path.exists() and moment < self.now():
            raise ValueError(f"{self.path}: a clock only moves forward, from {self.now()}; asked for {moment}")
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        beside.write_text(moment.astimezone(UTC).isoformat(), "ascii")
        beside.replace(self.path)


def slot_at_or_after(moment: datetime, hours: tuple[int, ...] = SLOT_HOURS) -> datetime:
    """The first moment from this one on at which a slot with one of these Danish hours begins. UTC."""
    day = moment.astimezone(DENMARK).date()
    while True:
        for hour in hours:
            slot = datetime(day.year, day.month, day.day, hour, tzinfo=DENMARK).astimezone(UTC)
            if slot >= moment:
                return slot
        day += timedelta(days=1)
