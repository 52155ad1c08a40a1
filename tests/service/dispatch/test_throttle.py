import time
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from services.dispatch.throttle import Throttle

NOBODY = "redis://127.0.0.1:1/0"


def key() -> str:
    return f"test:{uuid4()}"


def paced_alone() -> float:
    return REGISTRY.get_sample_value("puls_letters_paced_alone_total") or 0


async def test_the_first_letters_leave_at_once_and_the_next_when_those_had_their_time(valkey: str):
    async with Throttle(valkey, per_second=10, alone_per_second=1, key=key()) as throttle:
        assert await throttle.reserve(20) == 0
        assert await throttle.reserve(20) == pytest.approx(2, abs=0.2)
        assert await throttle.reserve(1) == pytest.approx(4, abs=0.2)


async def test_replicas_share_one_limit(valkey: str):
    name = key()
    async with Throttle(valkey, 10, 1, name) as first, Throttle(valkey, 10, 1, name) as other:
        await first.reserve(20)
        assert await other.reserve(20) == pytest.approx(2, abs=0.2)


async def test_time_not_used_is_not_saved_up(valkey: str):
    name = key()
    async with (
        Throttle(valkey, per_second=1000, alone_per_second=1, key=name) as throttle,
        Redis.from_url(valkey) as server,
    ):
        await throttle.reserve(10)
        while await server.exists(name):
            pass
        assert await throttle.reserve(1000) == 0
        assert await throttle.reserve(1) == pytest.approx(1, abs=0.2)


async def test_waiting_takes_as_long_as_was_reserved(valkey: str):
    async with Throttle(valkey, per_second=100, alone_per_second=1, key=key()) as throttle:
        await throttle.reserve(20)
        begun = time.monotonic()
        await throttle.wait_for(1)
        assert time.monotonic() - begun == pytest.approx(0.2, abs=0.1)


async def test_without_valkey_letters_leave_at_the_replicas_own_rate_and_are_counted():
    before = paced_alone()
    async with Throttle(NOBODY, per_second=1000, alone_per_second=10) as throttle:
        assert await throttle.reserve(20) == 0
        assert await throttle.reserve(20) == pytest.approx(2, abs=0.2)
    assert paced_alone() - before == 40


async def test_it_is_said_once_that_valkey_is_away(capsys: pytest.CaptureFixture[str]):
    async with Throttle(NOBODY, per_second=1000, alone_per_second=10) as throttle:
        await throttle.reserve(1)
        await throttle.reserve(1)
    assert capsys.readouterr().out.count("pacing letters alone") == 1
