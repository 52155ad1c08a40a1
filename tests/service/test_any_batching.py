"""However the records of a kind are batched, all at once, one by one, twice or backwards: same rows, same events.

Every service is wired by its own `main`, on a database of its own; in place of Kafka stand the frozen samples.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from asyncpg import Record

from deploy.contracts import samples
from deploy.local.keys import Keys
from shared.events import Event
from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.house.source import services
from tests.support.databases import Database as Copies
from tests.support.meanings import FOLDER

Batches = Sequence[Sequence[Event]]
Handler = Callable[[Transaction, Sequence[Event]], Awaitable[Sequence[Event]]]

Batching = Callable[[Sequence[Event]], Batches]

BATCHINGS: Mapping[str, Batching] = {
    "singly": lambda events: [[event] for event in events],
    "twice": lambda events: [events, events],
    "backwards": lambda events: [[event] for event in reversed(events)],
}
NOTHING_LISTENS = "http://127.0.0.1:1"

TABLES = (
    "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"
)
ROWS = "SELECT row_to_json(entry)::jsonb FROM {} AS entry"
NOT_COMPARED = {"changed_at", "heard_at", "heard_as", "leased_until"}
"""Columns that hold the real time, or which event was consumed first."""


def all_at_once(events: Sequence[Event]) -> Batches:
    return [events]


def of_kind(kind: str) -> Sequence[Event]:
    """The samples of a kind, each fact once: where two contradict one another, the first."""
    facts: dict[Any, Event] = {}
    for sample in samples.read(FOLDER):
        if sample.kind == kind:
            facts.setdefault(sample.event.identity(), sample.event)
    return list(facts.values())


class Runtime:
    """Stands in the runtime's place: gives a service's handlers the samples, and keeps what comes of it."""

    def __init__(self, database: Database, batching: Batching) -> None:
        self._database = database
        self._batching = batching
        self.published: list[tuple[str, str]] = []
        self.rows: dict[str, list[str]] = {}

    async def serve(
        self, _service: str, _settings: object, *, reads: Mapping[type[Event], Handler], **_: object
    ) -> None:
        for event_type, handler in reads.items():
            for batch in self._batching(of_kind(event_type.kind())):
                async with self._database.transaction() as tx:
                    events = await handler(tx, batch)
                    self.published += [(event.kind(), event.to_json().decode()) for event in events]
        async with self._database.transaction() as tx:
            for row in await tx.fetch(TABLES):
                self.rows[row[0]] = sorted(map(_shown, await tx.fetch(ROWS.format(row[0]))))


def _shown(row: Record) -> str:
    return json.dumps({name: value for name, value in row[0].items() if name not in NOT_COMPARED}, sort_keys=True)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = ("DATABASE_URL", "DIGITAL_POST_URL", "PERSON_REGISTER_URL", "ANSWER_URL")
    given = Keys.random() | {f"PULS_{place}": NOTHING_LISTENS for place in places}
    given |= {"PULS_KAFKA": "127.0.0.1:1", "PULS_VALKEY_URL": "redis://127.0.0.1:1/0", "PULS_DROP": str(tmp_path)}
    for name, value in (given | {"PULS_INTERNAL_URLS": "{}"}).items():
        monkeypatch.setenv(name, value)


async def outcome(service: str, database: Copies, batching: Batching, patch: pytest.MonkeyPatch) -> Runtime:
    opened = Database(database(service), connections=2)
    runtime, wiring = Runtime(opened, batching), import_module(f"services.{service}.__main__")
    patch.setattr(wiring, "serve", runtime.serve)
    await wiring.main()
    await opened.close()
    return runtime


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("service", services())
async def test_any_batching(service: str, database: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = await outcome(service, database, all_at_once, monkeypatch)
    assert any(expected.rows.values()), "the samples leave no rows"
    for name, batching in BATCHINGS.items():
        result = await outcome(service, database, batching, monkeypatch)
        assert (result.rows, sorted(result.published)) == (expected.rows, sorted(expected.published)), name
