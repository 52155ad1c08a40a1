"""However the records of a kind are helped out, whole, one by one, twice or backwards: same rows, same facts.

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

Helpings = Sequence[Sequence[Event]]
Handler = Callable[[Transaction, Sequence[Event]], Awaitable[Sequence[Event]]]

HELPED: Mapping[str, Callable[[Sequence[Event]], Helpings]] = {
    "singly": lambda events: [[one] for one in events],
    "twice": lambda events: [events, events],
    "backwards": lambda events: [[one] for one in reversed(events)],
}
NOTHING_LISTENS = "http://127.0.0.1:1"

TABLES = (
    "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"
)
ROWS = "SELECT row_to_json(one)::jsonb FROM {} AS one"
BY_THE_WAY = {"changed_at", "heard_at", "heard_as", "leased_until"}
"""Columns that tell the real time, or which was heard first."""


def whole(events: Sequence[Event]) -> Helpings:
    return [events]


def of_kind(kind: str) -> Sequence[Event]:
    """The samples of a kind, each fact once: where two contradict one another, the first."""
    facts: dict[Any, Event] = {}
    for sample in samples.read(FOLDER):
        if sample.kind == kind:
            facts.setdefault(sample.event.identity(), sample.event)
    return list(facts.values())


class Kitchen:
    """Stands in the runtime's place: hands a service's routes the samples, and keeps what comes of it."""

    def __init__(self, database: Database, helped: Callable[[Sequence[Event]], Helpings]) -> None:
        self._database = database
        self._helped = helped
        self.told: list[tuple[str, str]] = []
        self.rows: dict[str, list[str]] = {}

    async def serve(
        self, _service: str, _settings: object, *, reads: Mapping[type[Event], Handler], **_: object
    ) -> None:
        for event, handler in reads.items():
            for helping in self._helped(of_kind(event.kind())):
                async with self._database.transaction() as tx:
                    self.told += [(one.kind(), one.to_json().decode()) for one in await handler(tx, helping)]
        async with self._database.transaction() as tx:
            for row in await tx.fetch(TABLES):
                self.rows[row[0]] = sorted(map(_shown, await tx.fetch(ROWS.format(row[0]))))


def _shown(row: Record) -> str:
    return json.dumps({name: value for name, value in row[0].items() if name not in BY_THE_WAY}, sort_keys=True)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = ("DATABASE_URL", "DIGITAL_POST_URL", "PERSON_REGISTER_URL", "ANSWER_URL")
    given = Keys.random() | {f"PULS_{place}": NOTHING_LISTENS for place in places}
    given |= {"PULS_KAFKA": "127.0.0.1:1", "PULS_VALKEY_URL": "redis://127.0.0.1:1/0", "PULS_DROP": str(tmp_path)}
    for name, value in (given | {"PULS_INTERNAL_URLS": "{}"}).items():
        monkeypatch.setenv(name, value)


async def outcome(
    service: str, database: Copies, helped: Callable[[Sequence[Event]], Helpings], patch: pytest.MonkeyPatch
) -> Kitchen:
    opened = Database(database(service), connections=2)
    kitchen, wiring = Kitchen(opened, helped), import_module(f"services.{service}.__main__")
    patch.setattr(wiring, "serve", kitchen.serve)
    await wiring.main()
    await opened.close()
    return kitchen


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("service", services())
async def test_any_helping(service: str, database: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = await outcome(service, database, whole, monkeypatch)
    assert any(expected.rows.values()), "the samples leave no rows"
    for way, helped in HELPED.items():
        came = await outcome(service, database, helped, monkeypatch)
        assert (came.rows, sorted(came.told)) == (expected.rows, sorted(expected.told)), way
