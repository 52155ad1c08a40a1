"""DuckDB, as extracts are read with it: in this process, in bounded memory, and silent about what it reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


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


@contextmanager
def opened(workplace: Path, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty DuckDB in memory, which puts down in the workplace what does not fit."""
    with duckdb.connect(
        ":memory:",
        config={"memory_limit": memory, "threads": 2, "temp_directory": str(workplace / "spilled")},
    ) as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection
