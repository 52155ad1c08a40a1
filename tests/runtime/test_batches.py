"""A batch, its effects, what is told and the stored offsets: one transaction, on a real database."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
from aiokafka import ConsumerRecord
from structlog.testing import capture_logs

from shared.events import Event, PatientIncluded, RecordSetAside, Refused
from shared.events.topics import EVENT_OF
from shared.runtime import circuit_breaker, offsets
from shared.runtime.batches import BatchProcessor, Handler
from shared.runtime.circuit_breaker import CONSUME, Halted
from shared.runtime.clock import RealClock
from shared.runtime.database import LONGEST_TRANSACTION, OUTAGES, Database, Transaction
from shared.runtime.offsets import TopicPartition
from tests.runtime.trial import until
from tests.support.builders import a_person, cleared, included, invitations
from tests.support.databases import Database as Copies

PARTITION = TopicPartition("puls.inclusion.v1", 3)
KEPT_BY = "CREATE TABLE kept (invitation uuid, transaction xid8 NOT NULL DEFAULT pg_current_xact_id())"
KEPT = "SELECT invitation FROM kept ORDER BY invitation"
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
KEEP = "INSERT INTO kept VALUES ($1)"


def records(*events: Event, start: int = 0) -> list[Any]:
    return [
        ConsumerRecord(
            topic=PARTITION.topic,
            partition=PARTITION.partition,
            offset=start + number,
            timestamp=0,
            timestamp_type=0,
            key=one.key.encode(),
            value=one.to_json(),
            checksum=None,
            serialized_key_size=0,
            serialized_value_size=0,
            headers=[("kind", one.kind().encode())],
        )
        for number, one in enumerate(events)
    ]


@dataclass
class Subject:
    """Keeps every person it hears of, and tells so; `bad` ones it cannot take."""

    database: Database
    bad: set[str] = field(default_factory=set)
    failure: Callable[[], Exception] = lambda: Refused("not_wanted")
    attempts: int = 0

    def batches(self, cluster: str = "here") -> BatchProcessor:
        reads: dict[type[Event], Handler] = {PatientIncluded: self.keep}
        return BatchProcessor("karens", self.database, reads, prefix="puls", cluster=cluster, clock=RealClock())

    async def keep(self, tx: Transaction, arrived: Sequence[PatientIncluded]) -> Sequence[Event]:
        self.attempts += 1
        for one in arrived:
            await tx.execute(KEEP, one.invitation.id)
        if self.bad & {one.invitation.person for one in arrived}:
            raise self.failure()
        return [cleared(one) for one in arrived]

    async def process(self, *events: Event, start: int = 0) -> dict[TopicPartition, int]:
        return await self.batches().process({PARTITION: records(*events, start=start)})

    async def rows(self, sql: str) -> list[Any]:
        async with self.database.reading() as tx:
            return [tuple(row) for row in await tx.fetch(sql)]

    async def waits(self, task: asyncio.Task[Any]) -> bool:
        """Whether it stands before a lock, or did not wait for one."""
        return task.done() or bool(await self.rows(WAITING))

    async def told(self) -> list[Event]:
        rows = await self.rows("SELECT kind, value FROM runtime.outbox ORDER BY id")
        return [EVENT_OF[kind].from_json(value) for kind, value in rows]

    async def stored(self) -> int:
        async with self.database.reading() as tx:
            return (await offsets.read(tx))[PARTITION].next_offset


@pytest.fixture
async def subject(database: Copies) -> AsyncIterator[Subject]:
    opened = Database(database("karens"), connections=3)
    async with opened.transaction() as tx:
        await tx.execute(KEPT_BY)
        await offsets.begin(tx, "here", {PARTITION: 0})
    yield Subject(opened)
    await opened.close()


async def test_effects_what_is_told_and_the_stored_offset_are_one_transaction(subject: Subject) -> None:
    assert await subject.process(included()) == {}
    kept = await subject.rows("SELECT transaction::text FROM kept")
    assert await subject.rows("SELECT xmin::text FROM runtime.outbox") == kept
    assert await subject.rows("SELECT xmin::text FROM runtime.consumer_offset") == kept


@pytest.mark.parametrize("start", [1, 7])
async def test_a_part_that_does_not_start_at_the_stored_offset_is_left_alone(subject: Subject, start: int) -> None:
    assert await subject.process(included(), start=start) == {PARTITION: 0}
    assert await subject.rows(KEPT) == []
    assert await subject.stored() == 0


async def test_what_was_taken_is_not_taken_again(subject: Subject) -> None:
    await subject.process(included())
    assert await subject.process(included()) == {PARTITION: 1}
    assert len(await subject.rows(KEPT)) == 1


async def test_a_stored_offset_of_another_cluster_is_nothing_to_take_from(subject: Subject) -> None:
    assert await subject.batches("elsewhere").process({PARTITION: records(included())}) == {PARTITION: 0}
    assert await subject.rows(KEPT) == []


async def test_of_two_who_take_the_same_part_one_waits_and_is_late(subject: Subject) -> None:
    async with subject.database.transaction() as tx:
        await offsets.lock(tx, [PARTITION])
        other = asyncio.create_task(subject.process(included()))
        await until(lambda: subject.waits(other), "the other to wait")
        assert not other.done()
        await offsets.move(tx, {PARTITION: (1, None)})
    assert await other == {PARTITION: 1}
    assert await subject.rows(KEPT) == []


async def test_a_fact_that_comes_twice_in_one_batch_is_handed_over_once(subject: Subject) -> None:
    await subject.process(included(), included())
    assert len(await subject.rows(KEPT)) == 1
    assert await subject.stored() == 2


async def test_what_a_failing_part_did_is_undone_and_the_others_are_kept(subject: Subject) -> None:
    events = [included(one) for one in invitations(40)]
    subject.bad = {events[17].key}
    await subject.process(*events)
    good = sorted(one.invitation.id for one in events if one.key not in subject.bad)
    assert await subject.rows(KEPT) == [(one,) for one in good]
    told = await subject.told()
    assert sum(isinstance(one, RecordSetAside) for one in told) == 1
    assert len(told) == 40
    assert await subject.stored() == 40


async def test_one_bad_record_in_two_thousand_takes_some_twenty_attempts(subject: Subject) -> None:
    events = [included(one) for one in invitations(2000)]
    subject.bad = {events[1234].key}
    await subject.process(*events)
    assert subject.attempts <= 25


async def test_a_refusal_keeps_its_reason(subject: Subject) -> None:
    subject.bad = {a_person()}
    await subject.process(included())
    [aside] = await subject.told()
    assert isinstance(aside, RecordSetAside)
    assert (aside.failure, aside.reason, aside.offset) == ("refused", "not_wanted", 0)


async def test_any_other_failure_is_named_by_its_class_and_never_by_its_text(subject: Subject) -> None:
    subject.bad = {a_person()}
    subject.failure = lambda: KeyError("2512489996")
    await subject.process(included())
    [aside] = await subject.told()
    assert isinstance(aside, RecordSetAside)
    assert (aside.failure, aside.reason) == ("failed", "keyerror")
    assert aside.detail.startswith("tests/runtime/test_batches.py:")
    assert "2512489996" not in aside.detail


async def test_an_outage_is_not_a_bad_record(subject: Subject) -> None:
    subject.bad = {a_person()}
    subject.failure = asyncpg.DeadlockDetectedError
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await subject.process(included())
    assert await subject.told() == []
    assert await subject.stored() == 0


async def test_too_many_failures_say_what_the_latest_was(subject: Subject) -> None:
    events = [included(one) for one in invitations(40)]
    subject.bad = {one.key for one in events[:20]}
    subject.failure = lambda: KeyError("2512489996")
    with pytest.raises(Halted, match=r"failed, the latest for keyerror at tests/runtime/test_batches\.py:\d+$"):
        await subject.process(*events)


async def test_a_record_that_is_set_aside_is_in_the_log_with_its_place_and_reason_alone(subject: Subject) -> None:
    event = included()
    subject.bad = {event.key}
    subject.failure = lambda: Refused("not_wanted", f"it is about {event.key}")
    with capture_logs() as said:
        await subject.process(event)
    [line] = [one for one in said if one["event"] == "a record is set aside"]
    assert (line["log_level"], line["reason"], line["failure"]) == ("warning", "not_wanted", "refused")
    assert (line["topic"], line["partition"], line["offset"]) == (PARTITION.topic, PARTITION.partition, 0)
    assert event.key not in str(line)


async def test_too_many_failures_keep_nothing_of_their_batch(subject: Subject) -> None:
    events = [included(one) for one in invitations(40)]
    subject.bad = {one.key for one in events[:20]}
    with pytest.raises(Halted, match="20 of the last 40 records failed"):
        await subject.process(*events)
    assert await subject.rows(KEPT) == []
    assert await subject.told() == []
    assert await subject.stored() == 0


async def test_the_halt_outlives_the_process_until_a_human_ends_it(subject: Subject) -> None:
    async with subject.database.transaction() as tx:
        await circuit_breaker.halt(tx, CONSUME, "the first reason")
        await circuit_breaker.halt(tx, CONSUME, "another")
        assert await circuit_breaker.halted(tx, CONSUME) == "the first reason"
        assert await circuit_breaker.resume(tx, None, 5)
        assert await circuit_breaker.halted(tx, CONSUME) is None


async def test_who_has_not_stopped_is_allowed_nothing_by_the_word_to_go_on(subject: Subject) -> None:
    async with subject.database.transaction() as tx:
        assert not await circuit_breaker.resume(tx, None, 5)
        assert await tx.fetchval("SELECT allowance FROM runtime.circuit") == 0


async def test_whoever_stands_still_in_a_transaction_loses_it_and_what_it_held(database: Copies) -> None:
    impatient = Database(database("karens"), connections=2, standstill=1)
    async with impatient.transaction() as tx:
        await offsets.begin(tx, "here", {PARTITION: 0})
    began = time.monotonic()
    with pytest.raises((asyncpg.InterfaceError, *OUTAGES)):
        await standing_still_before_another(impatient)
    assert time.monotonic() - began < LONGEST_TRANSACTION
    await impatient.close()


async def standing_still_before_another(database: Database) -> None:
    """Holds a stored offset, and stands still until somebody else has it."""
    async with database.transaction() as tx:
        await offsets.lock(tx, [PARTITION])
        async with database.transaction() as another:
            assert await offsets.lock(another, [PARTITION])
