"""Facts come in any order, early, late and repeated: the rows are the same, and every line adds up all the way."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events import Event, Invitation
from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.service.console.consuming import account_of, consume, undone
from tests.support.builders import (
    a_person,
    a_unit,
    an_invitation,
    cleared,
    closed,
    closing_due,
    danish,
    declined,
    delivered,
    delivery_read,
    dropped,
    failed,
    included,
    opted_out,
    quarantined,
    reminder_cancelled,
    reminder_due,
    response_received,
    selection_finished,
    stopped,
    submitted,
    unreached,
    wave_held,
    wave_requested,
    wave_started,
    withdrawn,
)

LATER = danish("2026-11-20 12:00")
EVERYBODY = [an_invitation(person=a_person(n), unit=a_unit(n % 2).code) for n in range(3)]


def about(one: Invitation) -> list[Event]:
    """All that can be told of one invitation, more than can be true of it."""
    return [
        included(one),
        withdrawn(one),
        cleared(one),
        quarantined(one),
        dropped(one),
        *(kind(one, number) for kind in (submitted, delivered, failed, stopped) for number in range(3)),
        unreached(one),
        response_received(one),
        response_received(one, version=2, occurred_at=LATER),
        declined(one),
        opted_out(one),
        opted_out(one, occurred_at=LATER),
        reminder_due(one),
        reminder_due(one, number=2),
        reminder_cancelled(one),
        closing_due(one),
        closed(one, outcome="partial"),
    ]


POSSIBLE: list[Event] = [
    *(selection_finished(unit=a_unit(n).code, parts=2, included=n, not_sampled=40 - n) for n in range(2)),
    delivery_read(),
    wave_started(),
    wave_held(),
    wave_requested(revision=1),
    wave_requested(revision=2, wanted="paused"),
    *(fact for invitation in EVERYBODY for fact in about(invitation)),
]
LIVES = st.just(about(EVERYBODY[0])) | st.lists(st.sampled_from(POSSIBLE), min_size=1, max_size=30)
ON_A_DATABASE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ALL_ROWS = """
SELECT jsonb_build_object(
    'waves', (SELECT jsonb_agg(wave ORDER BY wave) FROM wave),
    'held', (SELECT jsonb_agg(wave_held ORDER BY wave) FROM wave_held),
    'requests', (SELECT jsonb_agg(to_jsonb(asked) - 'heard_as' ORDER BY wave, revision) FROM wave_request AS asked),
    'deliveries', (SELECT jsonb_agg(delivery ORDER BY delivery) FROM delivery),
    'selections', (SELECT jsonb_agg(selection ORDER BY unit) FROM selection),
    'invitations', (SELECT jsonb_agg(standing ORDER BY id) FROM standing),
    'reminders', (SELECT jsonb_agg(reminder ORDER BY invitation, number) FROM reminder_standing AS reminder)
)
"""
"""But for what says which request was heard first."""


async def rows_after(rows: Database, facts: list[Event]) -> object:
    async with undone(rows) as tx:
        await consume(tx, *facts)
        return await tx.fetchval(ALL_ROWS)


@ON_A_DATABASE
@given(st.data())
async def test_any_order_and_repetition_gives_the_same_rows(rows: Database, data: st.DataObject) -> None:
    life = data.draw(LIVES)
    again = data.draw(st.permutations([*life, *data.draw(st.lists(st.sampled_from(life), max_size=10))]))
    assert await rows_after(rows, again) == await rows_after(rows, life)


@ON_A_DATABASE
@given(LIVES)
async def test_every_line_adds_up_after_every_fact(rows: Database, life: list[Event]) -> None:
    async with undone(rows) as tx:
        await consume(tx, wave_started())
        for fact in life:
            await consume(tx, fact)
            assert await lines_that_fail(tx) == []


async def lines_that_fail(tx: Transaction) -> list[str]:
    """All but the one that holds at rest only."""
    return [line for line in (await account_of(tx)).does_not_add_up if not line.startswith("included")]
