"""Waiting: for what is not up, and for a reason to look again."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

import structlog

from shared.runtime import metrics
from shared.runtime.logging import described

log = structlog.get_logger()

T = TypeVar("T")

SHORTEST = 0.1
LONGEST = 10.0
FORGOTTEN_AFTER = 15.0
CLOSE_WITHIN = 6.0
"""Seconds."""


class Backoff:
    """Back-off without end: each pause twice as long as the one before, from 0.1 s to 10 s, with jitter."""

    def __init__(self) -> None:
        self._next = SHORTEST

    async def wait(self) -> None:
        pause, self._next = self._next, min(self._next * 2, LONGEST)
        await asyncio.sleep(pause * random.uniform(0.8, 1.2))

    def reset(self) -> None:
        self._next = SHORTEST


async def retry_while_transient(
    attempt: Callable[[], Awaitable[T]], passes: Callable[[BaseException], bool], where: str
) -> T:
    """Tries until it works, as long as what fails passes by itself. Anything else is raised."""
    pauses = Backoff()
    while True:
        try:
            done = await attempt()
        except Exception as error:
            if not passes(error):
                raise
            log_retry(where, error)
        else:
            settled(where)
            return done
        await pauses.wait()


class Waiting(NamedTuple):
    """Something is tried again and again: what, why it failed the last time, since when and when last (monotonic)."""

    where: str
    failure: str
    since: float
    last: float


_waiting: dict[str, Waiting] = {}


def log_retry(where: str, error: BaseException) -> None:
    metrics.OUTAGES.labels(where).inc()
    now = time.monotonic()
    before = _waiting.get(where)
    since = before.since if before and now - before.last < FORGOTTEN_AFTER else now
    _waiting[where] = Waiting(where, described(error), since, now)
    log.warning("waiting", where=where, failure=described(error))


def settled(where: str) -> None:
    """It works again, or nobody tries it any more."""
    _waiting.pop(where, None)


def waiting() -> list[dict[str, Any]]:
    """What is tried again just now: where, failure, and for how many seconds; the longest first."""
    now = time.monotonic()
    recent = [found for found in _waiting.values() if now - found.last < FORGOTTEN_AFTER]
    return [
        {"where": found.where, "failure": found.failure, "seconds": round(now - found.since, 1)}
        for found in sorted(recent, key=lambda found: found.since)
    ]


async def close_quietly(closing: Awaitable[object]) -> None:
    """Closes what is no longer wanted: a few seconds long, and whatever it says while it goes."""
    try:
        await asyncio.wait_for(closing, CLOSE_WITHIN)
    except Exception as error:
        log.info("put away unfinished", failure=described(error))


class Wakeup:
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
