"""A limit on unknown codes, for whoever tries them at random: counted per client address in Valkey, for all replicas.

A code has 80 bits, so this protects no single code: it keeps a guesser from costing the database a look-up each time.
Valkey only counts. While it is away nobody is refused who was not before, known codes and unknown ones alike.
"""

import contextlib
import ipaddress
import time

from redis.asyncio import Redis
from redis.exceptions import RedisError

LARGEST_MEMORY = 10_000


class UnknownCodeLimit:
    """At most so many unknown codes from one address; who goes beyond is refused until the time has passed.

    The block is kept in the process, so an answer costs Valkey nothing. `seconds` are real ones.
    """

    def __init__(self, valkey: Redis, *, at_most: int, seconds: int) -> None:
        self._valkey = valkey
        self._at_most = at_most
        self._seconds = seconds
        self._refused_until: dict[str, float] = {}

    def refuses(self, address: str) -> bool:
        return bool(self._refused_until) and self._refused_until.get(_network(address), 0.0) > time.monotonic()

    async def count(self, address: str) -> None:
        """Counts one unknown code."""
        network = _network(address)
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            async with self._valkey.pipeline(transaction=True) as counting:
                counting.incr(f"responses:unknown-codes:{network}")
                counting.expire(f"responses:unknown-codes:{network}", self._seconds, nx=True)
                counting.ttl(f"responses:unknown-codes:{network}")
                count, _, left = await counting.execute()
            if count > self._at_most:
                self._refuse(network, left)

    def _refuse(self, network: str, seconds: int) -> None:
        now = time.monotonic()
        if len(self._refused_until) >= LARGEST_MEMORY:
            self._refused_until = {refused: until for refused, until in self._refused_until.items() if until > now}
        self._refused_until[network] = now + seconds


def _network(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 subscriber has to themselves."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False).network_address)
