"""Waiting: for what is not up, and for a reason to look again."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog

from shared.runtime import metrics

log = structlog.get_logger()

T = TypeVar("T")

SHORTEST = 0.1
LONGEST = 10.0


async def pauses() -> AsyncIterator[float]:
    """Back-off without end: yields after each pause, first 0.1 s, at most 10 s, with jitter."""
    pause = SHORTEST
    while True:
        await asyncio.sleep(pause * random.uniform(0.8, 1.2))
        yield pause
        pause = min(pause * 2, LONGEST)


async def until_it_passes(
    attempt: Callable[[], Awaitable[T]], passes: Callable[[BaseException], bool], where: str
) -> T:
    """Tries until it works, as long as what fails passes by itself. Anything else is raised."""
    waits = pauses()
    while True:
        try:
            return await attempt()
        except Exception as error:
            if not passes(error):
                raise
            metrics.OUTAGES.labels(where).inc()
            log.warning("waiting", where=where, error=type(error).__name__)
        await anext(waits)


class Wake:
    """Something may have come up: whoever waits looks again. Also looks by itself now and then."""

    def __init__(self, at_least_every: float) -> None:
        self._event = asyncio.Event()
        self._at_least_every = at_least_every

    def __call__(self) -> None:
        self._event.set()

    async def wait(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), self._at_least_every)
        self._event.clear()
