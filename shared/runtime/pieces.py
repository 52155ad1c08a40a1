"""A piece of work: how many items it may have, and what came of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.events import Event, Refused
from shared.runtime import circuit_breaker, records
from shared.runtime.circuit_breaker import OF_ITEMS, Halted
from shared.runtime.database import Transaction
from shared.runtime.isolation import Isolated
from shared.runtime.logging import raised_at
from shared.runtime.rounds import STUCK, Errand
from shared.runtime.stuck_work import Stuck

SLOW = 5.0
"""Seconds: a piece that took longer is followed by a smaller one, far below what ends a transaction."""
QUICK = 1.0


class PieceSize:
    """The number of items of the next piece: halved when one was too slow, doubled again while they are quick."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self.now = largest

    def halve(self) -> None:
        self.now = max(1, self.now // 2)

    def took(self, seconds: float) -> None:
        if seconds > SLOW:
            self.halve()
        elif seconds < QUICK:
            self.now = min(self._largest, self.now * 2)


class Outcome:
    """What came of an errand's piece; after `judge`, without what nobody should believe."""

    def __init__(self, work: Errand[Any, Any], found: Isolated[Any, Any], items: int) -> None:
        """`items`: how many the piece had."""
        self.work = work
        self.results: list[Any] = found.results
        self.untouched: list[Any] = found.untouched
        self.outage = found.outage
        self._failed = found.failed
        self._done = items - len(found.failed) - len(found.untouched)

    async def judge(self, tx: Transaction) -> str | None:
        """Counts the outcomes. Those beyond the limit are taken out of the results. Returns why the work halts."""
        counts = self._counts()
        limited = {STUCK, *(self.work.brake.limited if self.work.brake else ())}
        found = {outcome: n for outcome, n in counts.items() if outcome in limited}
        try:
            beyond = await circuit_breaker.count(tx, self.work.name, counts.total(), found, OF_ITEMS)
        except Halted:
            self._leave_out(limited)
            return None
        if not beyond:
            return None
        because = beyond_in_words(beyond, self._why(beyond))
        self._leave_out(beyond)
        return because

    def apart(self, came: Sequence[Event | Stuck]) -> tuple[list[Event], list[Stuck]]:
        """What is to be published, and what is put aside."""
        stuck = [said for said in came if isinstance(said, Stuck)]
        return [said for said in came if isinstance(said, Event)], [*stuck, *self._stuck()]

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter({STUCK: len(self._failed)})
        if self.work.brake is None:
            counts["done"] = self._done
            return counts
        for result in self.results:
            counts.update(self.work.brake.outcomes(result))
        return counts

    def _why(self, beyond: Iterable[str]) -> dict[str, str]:
        """Outcome -> why the latest item came to it, where that is known."""
        brake = self.work.brake
        found = {
            outcome: why
            for result in self.results
            for outcome in beyond
            if brake and (why := brake.why(result, outcome))
        }
        return found | latest_stuck(self._stuck())

    def _stuck(self) -> list[Stuck]:
        key = self.work.key or str
        return [stuck_of(key(item), error) for item, error in self._failed]

    def _leave_out(self, outcomes: Mapping[str, object] | set[str]) -> None:
        if self.work.brake:
            self.results = [self.work.brake.without(result, set(outcomes)) for result in self.results]
        if STUCK in outcomes:
            self.untouched = [*self.untouched, *(item for item, _ in self._failed)]
            self._failed = []


def stuck_of(key: str, error: Exception) -> Stuck:
    if isinstance(error, Refused):
        return Stuck(key, records.as_reason(error.reason), error.detail)
    return Stuck(key, records.as_reason(type(error).__name__), raised_at(error))


def beyond_in_words(beyond: Mapping[str, tuple[int, int]], why: Mapping[str, str]) -> str:
    """`500 of the last 500 came to unreachable, the latest for unknown`"""
    return "; ".join(
        f"{n} of the last {items} came to {outcome}" + (f", the latest for {why[outcome]}" if outcome in why else "")
        for outcome, (n, items) in beyond.items()
    )


def latest_stuck(stuck: Sequence[Stuck]) -> dict[str, str]:
    if not stuck:
        return {}
    where = f" at {stuck[-1].detail}" if ":" in stuck[-1].detail else ""
    return {STUCK: f"{stuck[-1].reason}{where}"}
