"""Limits how many letters a second leave, over all replicas together. They share one number in Valkey.

Nothing there decides whether a letter is sent, only when. If Valkey is away, each replica goes on alone at a low rate
of its own, so that letters still leave, and all replicas together stay below the limit.
"""

import asyncio
import math
import time
from types import TracebackType
from typing import Self

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

PACED_ALONE = Counter("puls_letters_paced_alone_total", "Letters sent at a replica's own rate because Valkey was away.")

_KEY = "puls:dispatch:letters"
_TIMEOUT = 0.5

# KEYS: the moment at which all letters let through so far have left, in microseconds of Valkey's clock.
# ARGV: microseconds a letter, letters. Returns the microseconds to wait. The key goes when nobody has to wait.
_RESERVE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local free = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local taken = ARGV[1] * ARGV[2]
redis.call('SET', KEYS[1], string.format('%.0f', free + taken), 'PX', math.ceil((free + taken - now) / 1000) + 1)
return string.format('%.0f', free - now)
"""

log = structlog.get_logger()


class Throttle:
    """Lets `per_second` letters through, shared; `alone_per_second` while Valkey is away. Use with `async with`."""

    def __init__(self, valkey_url: str, per_second: float, alone_per_second: float, key: str = _KEY) -> None:
        self._valkey = Redis.from_url(valkey_url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
        self._script = self._valkey.register_script(_RESERVE)
        self._microseconds = 1_000_000 / per_second
        self._alone_seconds = 1 / alone_per_second
        self._alone_free = -math.inf
        self._key = key
        self._alone = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self._valkey.aclose()

    async def wait_for(self, letters: int) -> None:
        """Returns when so many letters may leave: after the time reserved for those before, or at once."""
        await asyncio.sleep(await self.reserve(letters))

    async def reserve(self, letters: int) -> float:
        """Reserves the next free time for so many letters; returns the seconds until it begins."""
        try:
            wait = float(await self._script(keys=[self._key], args=[self._microseconds, letters])) / 1_000_000
        except (RedisError, OSError, TimeoutError) as error:
            self._log_mode(alone=type(error).__name__)
            return self._reserve_alone(letters)
        self._log_mode(alone=None)
        return wait

    def _reserve_alone(self, letters: int) -> float:
        PACED_ALONE.inc(letters)
        now = time.monotonic()
        free = max(now, self._alone_free)
        self._alone_free = free + letters * self._alone_seconds
        return free - now

    def _log_mode(self, alone: str | None) -> None:
        if self._alone == (alone is not None):
            return
        self._alone = alone is not None
        if alone:
            log.warning("pacing letters alone", because=alone)
        else:
            log.info("pacing letters together again")
