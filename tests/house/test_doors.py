"""All SQL stands in one room, whole and in sets; nobody opens a connection; nobody waits for the network inside."""

import ast
import re
from collections.abc import Iterator

from tests.house.exceptions import WALL_CLOCK
from tests.house.source import Module, calls, imports, modules, where

SERVICES = modules("services")
STATEMENT = re.compile(r"\s*(WITH\s+\w+|SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+|DELETE\s+FROM\s|TRUNCATE\s|COPY\s)")
STORES = {"store", "extract"}
"""The rooms for SQL; an extract is read with DuckDB, which holds nothing of ours."""
DRIVERS = {"asyncpg", "psycopg", "psycopg2", "sqlalchemy", "aiokafka", "faststream"}
CLIENTS = {"aiohttp", "httpx", "requests", "urllib.request", "http.client"}
ASKS = {"fetch", "fetchrow", "fetchval", "execute", "copy"}
LOOPS = ast.For | ast.AsyncFor | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def statements(module: Module) -> Iterator[str]:
    """Texts that are SQL."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            yield node.value


def put_together(module: Module) -> Iterator[int]:
    """Lines on which SQL is built from pieces."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.JoinedStr | ast.BinOp) and any(
            isinstance(piece, ast.Constant) and isinstance(piece.value, str) and STATEMENT.match(piece.value)
            for piece in ast.walk(node)
        ):
            yield node.lineno


def one_by_one(module: Module) -> Iterator[str]:
    """What is asked of the database within a loop."""
    for loop in ast.walk(module.tree):
        if isinstance(loop, LOOPS):
            yield from (call for call in _asked(loop) if call.split(".")[-1] in ASKS and call.startswith("tx."))


def _asked(loop: ast.AST) -> Iterator[str]:
    """Calls that are made anew in each turn; what a loop goes over is asked once."""
    once = {id(node) for part in _gone_over(loop) for node in ast.walk(part)}
    return (ast.unparse(n.func) for n in ast.walk(loop) if isinstance(n, ast.Call) and id(n) not in once)


def _gone_over(loop: ast.AST) -> list[ast.AST]:
    if isinstance(loop, ast.For | ast.AsyncFor):
        return [loop.iter]
    return [loop.generators[0].iter] if hasattr(loop, "generators") else []  # pyright: ignore[reportAttributeAccessIssue]


def clocks(module: Module) -> Iterator[str]:
    """SQL that reads the wall clock for anything but a lease, or throws dice."""
    read = re.compile(r"\b(now|clock_timestamp|statement_timestamp|random)\(\)|\bCURRENT_(DATE|TIME)")
    return (sql for sql in statements(module) if read.search(sql) and not re.search(r"\bleased_until\b", sql))


def drivers(module: Module) -> Iterator[str]:
    yield from (origin for origin, _ in imports(module.tree) if origin.split(".")[0] in DRIVERS)
    yield from (call for call in calls(module.tree) if call.split(".")[-1] in {"acquire", "create_pool"})


def clients(module: Module) -> Iterator[str]:
    """What a module that has a transaction could wait for inside it."""
    taken = list(imports(module.tree))
    if any(name in {"Transaction", "transaction"} for _, name in taken):
        yield from (origin for origin, _ in taken if CLIENTS & {origin, origin.split(".")[0]})


def test_sql_is_found() -> None:
    assert list(statements(Module("m.py", 'A = "SELECT 1"\nB = "Select a unit"'))) == ["SELECT 1"]


def test_sql_built_from_pieces_is_found() -> None:
    assert list(put_together(Module("m.py", 'a = f"SELECT {b}"\nc = "SELECT " + b\nd = "SELECT 1"'))) == [1, 2]


def test_sql_in_a_loop_is_found() -> None:
    assert list(one_by_one(Module("m.py", "for x in y:\n    tx.execute(A)"))) == ["tx.execute"]


def test_what_a_loop_goes_over_is_not() -> None:
    assert list(one_by_one(Module("m.py", "a = [f(x) for x in tx.fetch(A)]"))) == []


def test_a_client_beside_a_transaction_is_found() -> None:
    assert list(clients(Module("m.py", "import aiohttp\nfrom shared.runtime import Transaction"))) == ["aiohttp"]


def test_a_pool_is_found() -> None:
    assert list(drivers(Module("m.py", "import asyncpg\nasyncpg.create_pool()"))) == ["asyncpg", "asyncpg.create_pool"]


def test_sql_that_reads_the_clock_is_found() -> None:
    assert list(clocks(Module("m.py", 'A = "SELECT now()"'))) == ["SELECT now()"]


def test_sql_stands_in_the_store() -> None:
    assert where(statements, [module for module in SERVICES if module.room not in STORES]) == {}


def test_sql_is_never_built_from_pieces() -> None:
    assert where(put_together, SERVICES) == {}


def test_the_database_is_asked_in_sets_and_never_in_a_loop() -> None:
    assert where(one_by_one, SERVICES) == {}


def test_sql_reads_the_wall_clock_for_leases_only() -> None:
    assert where(clocks, SERVICES).keys() - WALL_CLOCK.keys() == set()


def test_every_exception_of_a_clock_is_still_needed() -> None:
    assert WALL_CLOCK.keys() - where(clocks, SERVICES).keys() == set()


def test_no_service_holds_a_driver_or_opens_a_connection() -> None:
    assert where(drivers, SERVICES) == {}


def test_no_module_can_wait_for_the_network_inside_a_transaction() -> None:
    assert where(clients, SERVICES) == {}
