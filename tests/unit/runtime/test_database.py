"""Which failures pass by themselves, and which are a mistake in what was asked."""

import asyncpg
import pytest

from shared.runtime.database import is_transient


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.AdminShutdownError(),
        asyncpg.CrashShutdownError(),
        asyncpg.TooManyConnectionsError(),
        asyncpg.DeadlockDetectedError(),
        asyncpg.SerializationError(),
        asyncpg.LockNotAvailableError(),
        asyncpg.IdleInTransactionSessionTimeoutError(),
        asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InterfaceError("cannot call Transaction.__aexit__(): the underlying connection is closed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_outage_passes(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        KeyError(),
        asyncpg.UniqueViolationError(),
        asyncpg.UndefinedTableError(),
        asyncpg.InFailedSQLTransactionError(),
        asyncpg.InterfaceError("the server expects 1 argument for this query, 0 were passed"),
        asyncpg.DataError("invalid input for query argument $1: 'closed'"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_mistake_does_not(error: Exception) -> None:
    assert not is_transient(error)
