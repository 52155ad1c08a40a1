"""DuckDB, as extracts are read with it: in this process, in bounded memory, and silent about what it reads."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import duckdb

P = ParamSpec("P")
R = TypeVar("R")

INTERRUPT_EVERY = 0.05
"""Seconds."""


class CannotRead(Exception):
    """DuckDB could not do what was asked, and it is not the disk or the memory."""


@contextmanager
def told_quietly() -> Iterator[None]:
    """DuckDB's errors may hold what stands in the extract: only their kind gets out.

    Raises OSError for what passes by itself, as a full disk does; else CannotRead.
    """
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise OSError(f"DuckDB: {type(error).__name__}; expected free memory and room in the drop folder") from None
    except duckdb.Error as error:
        raise CannotRead(f"DuckDB: {type(error).__name__}") from None


class Engine:
    """Opens databases in memory, and runs the work that is done with them beside the event loop."""

    def __init__(self, memory: str) -> None:
        """`memory` is what each database may use before it puts things down in its workplace, as `600MB`."""
        self._memory = memory
        self._open: list[duckdb.DuckDBPyConnection] = []

    @contextmanager
    def opened(self, workplace: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """An empty database."""
        config = {"memory_limit": self._memory, "threads": 2, "temp_directory": str(workplace / "spilled")}
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("SET enable_progress_bar = false")
            self._open.append(connection)
            try:
                yield connection
            finally:
                self._open.remove(connection)

    async def run(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """In a thread. Cancelled, it interrupts the work and waits for its end, so that none is left behind."""
        working = asyncio.ensure_future(asyncio.to_thread(work, *arguments, **named))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            while not working.done():
                self._interrupt()
                await asyncio.wait([working], timeout=INTERRUPT_EVERY)
            working.exception()
            raise

    def _interrupt(self) -> None:
        for connection in self._open:
            connection.interrupt()
