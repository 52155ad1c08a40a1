"""DuckDB as extracts are read with it: it says nothing of what it reads, and leaves no work behind."""

import asyncio
import time
from pathlib import Path

import duckdb
import pytest

from services.inclusion.extract.database import CannotRead, Engine, told_quietly

ENGINE = Engine("100MB")
FOR_EVER = "SELECT count(*) FROM range(100000000000) AS numbers (number) WHERE hash(number) % 7 = 1"


def test_an_error_says_its_kind_and_nothing_that_was_read(tmp_path: Path) -> None:
    with ENGINE.opened(tmp_path) as connection, pytest.raises(CannotRead) as raised, told_quietly():
        connection.execute("SELECT CAST('2512489996x' AS BIGINT)")
    assert str(raised.value) == "DuckDB: ConversionException"
    assert raised.value.__suppress_context__


def test_want_of_memory_passes_by_itself(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="expected free memory"), told_quietly():
        raise duckdb.OutOfMemoryException("2512489996")


async def test_cancelled_work_is_interrupted_and_waited_for(tmp_path: Path) -> None:
    begun, ended = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def work() -> None:
        with ENGINE.opened(tmp_path) as connection:
            loop.call_soon_threadsafe(begun.set)
            try:
                connection.execute(FOR_EVER)
            finally:
                ended.append(time.monotonic())

    running = asyncio.ensure_future(ENGINE.run(work))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended
