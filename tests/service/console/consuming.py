"""Consuming events as the runtime brings them: batches of one kind, distinct by id."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import groupby

from services.console.__main__ import READS
from services.console.domain.account import Wave
from services.console.store import accounts
from shared.events import Event
from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.support.builders import WAVE


class Undone(Exception):
    """Ends a transaction without a trace."""


@asynccontextmanager
async def undone(rows: Database) -> AsyncIterator[Transaction]:
    """A transaction of which nothing is kept."""
    with suppress(Undone):
        async with rows.transaction() as tx:
            yield tx
            raise Undone


async def consume(tx: Transaction, *events: Event) -> None:
    """In this order; neighbours of one kind come in one batch."""
    for kind, batch in groupby(events, type):
        await READS[kind](tx, list({event.id: event for event in batch}.values()))


async def account_of(tx: Transaction, wave: str = WAVE) -> Wave:
    (found,) = await accounts.waves(tx, wave)
    return found


def terms_of(wave: Wave) -> dict[str, object]:
    """Only the terms under which an invitation stands."""
    counted = wave.model_dump(include={*INVITATION_TERMS})
    return {term: number for term, number in counted.items() if number}


INVITATION_TERMS: Iterable[str] = (
    "quarantined",
    "dropped",
    "cleared",
    "undecided",
    "stopped",
    "undeliverable",
    "unconfirmed",
    "delivered",
    "in_delivery",
    "complete",
    "opted_out",
    "declined",
    "partial",
    "withdrawn",
    "unanswered",
    "open",
)
