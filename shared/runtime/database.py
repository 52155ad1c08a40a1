"""The service's database, and the transaction that the runtime opens for whoever decides."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import asyncpg
from pydantic_core import from_json, to_json

Record = asyncpg.Record

STANDSTILL = 15
"""Seconds that a process which stands still keeps its locks from the others."""
LONGEST_TRANSACTION = 8
"""In standstills: what ends a transaction whose process stands still in the middle of a statement."""
CLOSE_WITHIN = 5.0
"""Seconds."""


class Transaction:
    """A transaction somebody else opened and will end. SQL in, rows out."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, sql: str, *arguments: Any) -> list[Record]:
        return await self._connection.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: Any) -> Record | None:
        return await self._connection.fetchrow(sql, *arguments)

    async def fetchval(self, sql: str, *arguments: Any) -> Any:
        return await self._connection.fetchval(sql, *arguments)

    async def execute(self, sql: str, *arguments: Any) -> str:
        """Runs it, and says what it did: `UPDATE 3`."""
        return await self._connection.execute(sql, *arguments)

    async def copy(self, table: str, columns: Sequence[str], records: Iterable[tuple[Any, ...]]) -> None:
        """Adds rows by COPY. `table` may be `schema.table`."""
        schema, _, name = table.rpartition(".")
        await self._connection.copy_records_to_table(name, schema_name=schema or None, columns=columns, records=records)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What fails inside leaves what came before as it was."""
        async with self._connection.transaction():
            yield


class Pools(NamedTuple):
    """Connections to one database."""

    writers: asyncpg.Pool
    readers: asyncpg.Pool
    """The server lets them change nothing."""


class Database:
    """Connections to one database, opened when first needed."""

    def __init__(self, url: str, *, connections: int = 8, standstill: int = STANDSTILL) -> None:
        self._url = url
        self._connections = connections
        self.standstill = standstill
        """Seconds after which the server ends the session of a process that stands still."""
        self._pools: Pools | None = None
        self._opening = asyncio.Lock()
        self.after_commit: list[Callable[[], None]] = []
        """Called after every commit: what may have been told or become due."""

    async def open(self) -> None:
        """Opens both pools. Raises what `is_transient` knows of while the server is away."""
        async with self._opening:
            if self._pools is None:
                writers = await self._pool(at_least=1)
                self._pools = Pools(writers, await self._pool(at_least=0, default_transaction_read_only="on"))

    async def _pool(self, *, at_least: int, **server_settings: str) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._url,
            min_size=at_least,
            max_size=self._connections,
            init=_codecs,
            reset=_as_it_was,
            command_timeout=300,
            server_settings={
                "idle_in_transaction_session_timeout": f"{self.standstill}s",
                "transaction_timeout": f"{LONGEST_TRANSACTION * self.standstill}s",
                **server_settings,
            },
        )

    async def close(self) -> None:
        """Waits for what is under way, a few seconds at most."""
        pools, self._pools = self._pools or (), None
        for pool in pools:
            try:
                await asyncio.wait_for(pool.close(), CLOSE_WITHIN)
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commits at the end, rolls back if anything is raised."""
        pools = await self._opened()
        async with pools.writers.acquire() as connection, connection.transaction():
            yield Transaction(connection)
        for called in self.after_commit:
            called()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """Looks only: each statement is a transaction of its own, with no way to and fro to begin and to end it.

        The server refuses to change anything, so nobody needs to look again after it.
        """
        pools = await self._opened()
        async with pools.readers.acquire() as connection:
            yield Transaction(connection)

    async def _opened(self) -> Pools:
        await self.open()
        assert self._pools is not None
        return self._pools

    @asynccontextmanager
    async def session(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of its own, outside the pool, for locks that last as long as the connection."""
        connection = await asyncpg.connect(
            self._url, command_timeout=300, server_settings={"idle_session_timeout": f"{self.standstill}s"}
        )
        try:
            await _codecs(connection)
            yield connection
        finally:
            if not connection.is_closed():
                connection.terminate()


def is_transient(error: BaseException) -> bool:
    """Whether it is an outage (wait and try again) and not a mistake in what was asked."""
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, asyncpg.DataError) and "clos" in str(error)
    return isinstance(error, OUTAGES)


def is_too_slow(error: BaseException) -> bool:
    """Whether it was ended because it took too long: the next piece of the same work should be smaller."""
    return isinstance(error, TOO_SLOW)


TOO_SLOW = (
    TimeoutError,
    asyncpg.QueryCanceledError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
)

OUTAGES: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    asyncpg.InternalClientError,  # what it says of a connection that the server ended a moment ago
)


async def _codecs(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=_json, decoder=from_json, schema="pg_catalog")


def _json(value: Any) -> str:
    return to_json(value).decode()


async def _as_it_was(connection: asyncpg.Connection) -> None:
    """A transaction leaves nothing behind in its connection, so there is nothing to ask the server to reset."""
