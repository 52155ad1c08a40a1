"""Karens on a real database: what is kept, what is published, and what a repetition changes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from services.karens import handlers
from shared import surveys
from shared.events import Event, InvitationCleared, InvitationDropped, InvitationQuarantined, PatientIncluded
from shared.runtime import Settings
from shared.runtime.database import Database
from tests.support.builders import (
    STARTED_AT,
    a_person,
    an_invitation,
    included,
    invitations,
    opted_out,
    unreached,
    wave_requested,
    withdrawn,
)
from tests.support.databases import Database as Copies

SURVEYS = surveys.load()
LATER = STARTED_AT + timedelta(days=30)
LARGEST_BATCH: int = Settings.model_fields["batch"].default
ADVISORY_LOCKS = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE datname = current_database() AND locktype = 'advisory' AND granted = $1
"""
LOCKS_OF_THE_SERVER = """
SELECT current_setting('max_connections')::int * current_setting('max_locks_per_transaction')::int
"""


@pytest.fixture
async def ledger(database: Copies) -> AsyncIterator[Database]:
    opened = Database(database("karens"), connections=3)
    yield opened
    await opened.close()


async def include(ledger: Database, *batch: PatientIncluded) -> Sequence[Event]:
    async with ledger.transaction() as tx:
        return await handlers.on_patient_included(tx, batch, surveys=SURVEYS)


async def test_a_decision_is_published_once(ledger: Database) -> None:
    batch = [included(invitation) for invitation in invitations(3)]
    assert len(await include(ledger, *batch)) == 3
    assert await include(ledger, *batch) == []


async def test_the_next_wave_finds_the_person_asked(ledger: Database) -> None:
    await include(ledger, included())
    [decision] = await include(ledger, included(wave="lup-somatik-2026-11", occurred_at=LATER))
    assert isinstance(decision, InvitationQuarantined)
    assert decision.because_of == an_invitation().id
    assert decision.until == STARTED_AT + timedelta(days=180)


async def test_an_invitation_that_never_reached_its_person_releases(ledger: Database) -> None:
    await include(ledger, included())
    async with ledger.transaction() as tx:
        await handlers.on_invitation_unreached(tx, [unreached()])
    [decision] = await include(ledger, included(wave="lup-somatik-2026-11", occurred_at=LATER))
    assert isinstance(decision, InvitationCleared)


async def test_a_release_consumed_before_its_decision_holds(ledger: Database) -> None:
    async with ledger.transaction() as tx:
        await handlers.on_invitation_unreached(tx, [unreached(), unreached()])
    await include(ledger, included())
    [decision] = await include(ledger, included(wave="lup-somatik-2026-11", occurred_at=LATER))
    assert isinstance(decision, InvitationCleared)


async def test_a_quarantined_invitation_does_not_count_as_asked(ledger: Database) -> None:
    await include(ledger, included())
    await include(ledger, included(wave="lup-somatik-2026-11", occurred_at=LATER))
    after = STARTED_AT + timedelta(days=181)
    [decision] = await include(ledger, included(wave="lup-somatik-2027-05", occurred_at=after))
    assert isinstance(decision, InvitationCleared)


async def test_whoever_opted_out_is_dropped_by_any_of_their_names(ledger: Database) -> None:
    async with ledger.transaction() as tx:
        await handlers.on_person_opted_out(tx, [opted_out(person=a_person(1)), opted_out(person=a_person(1))])
    renamed = an_invitation(person=a_person(2), earlier_persons=(a_person(1),))
    decisions = await include(ledger, included(), included(renamed))
    assert [decision.reason for decision in decisions if isinstance(decision, InvitationDropped)] == ["opted_out"] * 2


async def test_a_stopped_wave_is_not_decided_on_and_another_is(ledger: Database) -> None:
    async with ledger.transaction() as tx:
        await handlers.on_wave_requested(tx, [wave_requested(wanted="stopped")])
    stopped, other = await include(ledger, included(), included(person=a_person(2), wave="lup-somatik-2026-11"))
    assert isinstance(stopped, InvitationDropped)
    assert stopped.reason == "wave_stopped"
    assert isinstance(other, InvitationCleared)


async def test_a_stopped_unit_is_not_decided_on_and_another_is(ledger: Database) -> None:
    here, there = invitations(2)
    there = there.model_copy(update={"unit": "130000009016"})
    async with ledger.transaction() as tx:
        await handlers.on_wave_requested(tx, [wave_requested(wanted="stopped", units=(here.unit,))])
    decisions = {event.key: type(event) for event in await include(ledger, included(here), included(there))}
    assert decisions == {here.person: InvitationDropped, there.person: InvitationCleared}


async def test_a_pause_stops_no_decision(ledger: Database) -> None:
    async with ledger.transaction() as tx:
        await handlers.on_wave_requested(tx, [wave_requested(wanted="paused")])
    [decision] = await include(ledger, included())
    assert isinstance(decision, InvitationCleared)


async def test_a_withdrawn_invitation_is_dropped(ledger: Database) -> None:
    async with ledger.transaction() as tx:
        await handlers.on_invitation_withdrawn(tx, [withdrawn()])
    [decision] = await include(ledger, included())
    assert isinstance(decision, InvitationDropped)
    assert decision.reason == "withdrawn"


async def test_two_batches_never_clear_the_same_person(ledger: Database) -> None:
    renamed = included(person=a_person(2), earlier_persons=(a_person(1),), occurred_at=LATER)
    async with ledger.transaction() as tx:
        await handlers.on_patient_included(tx, [included()], surveys=SURVEYS)
        other = asyncio.create_task(include(ledger, renamed))
        while not other.done() and not await tx.fetchval(ADVISORY_LOCKS, False):
            await asyncio.sleep(0.01)
    [decision] = await other
    assert isinstance(decision, InvitationQuarantined)


async def test_the_largest_batch_holds_few_of_the_locks_that_the_server_has(ledger: Database) -> None:
    """Every service shares the server's table of locks, and when it is full every service waits."""
    batch = [
        included(an_invitation(person=a_person(number), earlier_persons=(a_person(-number),)))
        for number in range(1, LARGEST_BATCH + 1)
    ]
    async with ledger.transaction() as tx:
        await handlers.on_patient_included(tx, batch, surveys=SURVEYS)
        held = await tx.fetchval(ADVISORY_LOCKS, True)
        assert 0 < held < await tx.fetchval(LOCKS_OF_THE_SERVER) / 20
