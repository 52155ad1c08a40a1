"""How consuming goes on: whether every partition moves, what it waits for, and how many records are taken at once."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition

Parts = Mapping[TopicPartition, Sequence[Any]]

SHOWN_AFTER = 30.0
"""Seconds after which a batch that is still under way, or a partition that stands, is shown."""
NOT_ALIVE_AFTER = 120.0
"""Seconds that a partition may stand with records waiting while nothing else is under way."""
BATCH_ENDS_WITHIN = 150.0
"""Seconds: the database ends a transaction before that, so a batch that takes longer hangs."""
LONG = 5.0
"""Seconds: a try that failed after them, whatever its connection says of it, was too large."""


class BatchSize:
    """Records taken in one transaction: half as many after a time-out, a quarter more after each success."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.now = most

    def first(self, parts: Parts, without: Iterable[TopicPartition]) -> dict[TopicPartition, Sequence[Any]]:
        """As many of these records; none once all that are left are of the partitions that are to be left out."""
        piece: dict[TopicPartition, Sequence[Any]] = {}
        room = self.now
        for place, part in parts.items():
            if part and room and place not in without:
                piece[place] = part[:room]
                room -= len(piece[place])
        return piece

    def failed(self, records: int, seconds: float) -> None:
        """So many were tried, for so long."""
        if seconds > LONG:
            self.now = max(1, min(self.now, records) // 2)

    def succeeded(self) -> None:
        self.now = min(self._most, self.now + max(1, self.now // 4))


class Progress:
    """Times only what nobody else is to blame for: not while a batch is under way, nor while something else is away."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds from any moment on."""
        self._clock = clock
        self._idle = 0.0
        self._changed = self._clock()
        self._records = 0
        self._stands: dict[TopicPartition, tuple[int, float]] = {}
        self.away: str | None = None
        """What does not answer or is missing."""

    def begin(self, records: int) -> None:
        """A try to take so many begins."""
        self._idle, self._records, self._changed = self._idle_time(), records, self._clock()

    def end(self) -> float:
        """Whatever came of it. Returns how long it took, in seconds."""
        took, self._records, self._changed = self._clock() - self._changed, 0, self._clock()
        return took

    def saw(self, waiting: Mapping[TopicPartition, int]) -> None:
        """Where each of the own partitions in which records wait stood at a look."""
        now = self._idle_time()
        known = {place: self._stands.get(place, (offset, now)) for place, offset in waiting.items()}
        self._stands = {
            place: (offset, known[place][1] if known[place][0] == offset else now) for place, offset in waiting.items()
        }

    def excuse(self) -> None:
        """It could not move, and that was not its fault."""
        self._stands = {}

    def standing(self) -> tuple[float, str]:
        """How long the partition has stood that has stood longest, and its name."""
        now = self._idle_time()
        return max(
            ((now - since, f"{place.topic}/{place.partition}") for place, (_, since) in self._stands.items()),
            default=(0.0, ""),
        )

    def waiting_for(self) -> str | None:
        """In words, what keeps it from consuming."""
        if self.away:
            return self.away
        if (took := self.batch_time()) > SHOWN_AFTER:
            return f"a batch of {self._records} records, under way for {took:.0f} seconds"
        seconds, place = self.standing()
        return f"{place}, which has not moved for {seconds:.0f} seconds" if seconds > SHOWN_AFTER else None

    def not_alive(self) -> str | None:
        """Why the process should be started anew."""
        if (took := self.batch_time()) > BATCH_ENDS_WITHIN:
            return f"a batch of {self._records} records has been under way for {took:.0f} seconds"
        seconds, place = self.standing()
        if seconds > NOT_ALIVE_AFTER:
            return f"{place} has not moved for {seconds:.0f} seconds with records waiting"
        return None

    def batch_time(self) -> float:
        """Seconds that the present try has taken."""
        return self._clock() - self._changed if self._records else 0.0

    def _idle_time(self) -> float:
        return self._idle + (0.0 if self._records else self._clock() - self._changed)
