"""Karens alone against a ledger of two million persons: how fast it decides, and how soon it goes on when killed."""

import hashlib
import time
from collections.abc import Iterator

import asyncpg

from shared.events import PatientIncluded
from shared.events.topics import PARTITIONS
from tests.bench import floors
from tests.bench.figures import Figure, Row, Used
from tests.bench.floors import KeyAndValue
from tests.bench.run import BenchRun
from tests.bench.stage import Log, Stage
from tests.support.builders import an_invitation, included

MARKS = PARTITIONS
"""What a relay that starts writes besides, once: one to each partition."""
PERSONS, DECISIONS, AFTER_A_KILL = 2_000_000, 200_000, 50_000

LEDGER = """
INSERT INTO decision (invitation, person, survey, wave, unit, decided_at, outcome, rule, rule_version, rule_days)
SELECT md5('earlier ' || n)::uuid, md5('person ' || n), 'lup-somatik', 'lup-somatik-2026-01', '130000001016',
       timestamptz '2026-11-01 UTC' - make_interval(days => n % 1080), 'cleared', 'person_across_surveys', 1, 180
FROM generate_series(1, $1::int) AS n
"""
"""One earlier invitation for each person, spread evenly over three years: one in six still counts."""
SETTLE = "VACUUM ANALYZE decision"
TAKEN = "SELECT sum(next_offset) FROM runtime.consumer_offset"


async def measure(run: BenchRun) -> Row:
    persons, many = run.size(PERSONS), run.size(DECISIONS)
    more = run.size(AFTER_A_KILL)
    async with (
        run.stage("karens", "karens") as stage,
        stage.database("karens") as session,
        stage.log("karens") as log,
    ):
        await session.execute(LEDGER, persons)
        await session.execute(SETTLE)
        await _include(stage, persons, range(many))
        a_second, used = await _decided_a_second(stage, session, log, many)
        await _include(stage, persons, range(many, many + more))
        gap = await _gap_after_a_kill(stage, log)
        await stage.rest()
    return _row(a_second, gap, await run.floors(), used, (persons, many))


def _row(a_second: float, gap: float, raw: floors.Floors, used: list[Used], sizes: tuple[int, int]) -> Row:
    floor = 1 / raw.seconds(produced=1, consumed=1, copied=2)
    figures = [
        Figure("decided, kept and told", a_second, "decisions a second", budget=10_000, aim=20_000, floor=floor),
        Figure("tells again after a kill -9, seconds later", gap, "seconds", "less", budget=10, aim=10),
    ]
    remarks = [
        f"{sizes[1]:,} patients against a ledger of {sizes[0]:,} persons, all of whom were asked before.",
        "Floor: each record consumed, copied twice (ledger and outbox) and produced, one after the other.",
    ]
    return Row("Karens, one process", figures, used, remarks)


async def _include(stage: Stage, persons: int, numbers: range) -> None:
    await floors.produce(
        stage.stack.addresses.kafka, stage.topic("inclusion"), PatientIncluded.kind(), _records(persons, numbers)
    )


def _records(persons: int, numbers: range) -> Iterator[KeyAndValue]:
    """Persons of the ledger, each once, from all over it."""
    for number in numbers:
        place = number * 7919 % persons + 1
        event = included(an_invitation(person=hashlib.md5(f"person {place}".encode()).hexdigest()))
        yield event.key.encode(), event.to_json()


async def _decided_a_second(stage: Stage, session: asyncpg.Connection, log: Log, many: int) -> tuple[float, list[Used]]:
    """From the first batch taken to the last decision told; what that batch took is not counted."""
    before = await log.length()
    stage.start("karens")
    with stage.meter() as meter:
        await stage.until(lambda: _has_taken(session), "karens' first batch")
        first, began = await _taken(session), time.monotonic()
        await stage.until(lambda: _has_told(log, before + MARKS + many), "karens' decisions")
        seconds = time.monotonic() - began
    return (many - first) / seconds, list(meter.used)


async def _gap_after_a_kill(stage: Stage, log: Log) -> float:
    """Seconds from the kill, in the midst of work, to the first decision that the next process tells."""
    told = await log.length()
    await stage.until(lambda: _has_told(log, told + 1), "the batch to be broken off")
    stage.stack.kill("karens")
    began, told = time.monotonic(), await log.length()
    stage.start("karens")
    await stage.until(lambda: _has_told(log, told + MARKS + 1), "karens to go on")
    return time.monotonic() - began


async def _has_taken(session: asyncpg.Connection) -> bool:
    return await _taken(session) > 0


async def _taken(session: asyncpg.Connection) -> int:
    return int(await session.fetchval(TAKEN) or 0)


async def _has_told(log: Log, records: int) -> bool:
    return await log.length() >= records
