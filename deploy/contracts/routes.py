"""Who takes what, read from the services' own wiring, so that nobody keeps a list of it.

A service's `__main__` calls `serve("karens", …, reads={PatientIncluded: …})`; nothing is imported or run to see it.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from shared.events.topics import EVENT_OF

KNOWN = {event.__name__ for event in EVENT_OF.values()}


class UnknownWiring(Exception):
    """A service whose reads cannot be seen in its `__main__`. Says where, and what was expected."""


def read(services: Path) -> Mapping[str, Sequence[str]]:
    """Service -> the names of the events it takes, in the order of its wiring."""
    return {file.parent.name: _reads(file) for file in sorted(services.glob("*/__main__.py"))}


def takers(services: Path) -> Mapping[str, Sequence[str]]:
    """Name of an event -> the services that take it."""
    wired = read(services)
    return {name: [service for service, reads in wired.items() if name in reads] for name in sorted(KNOWN)}


def _reads(file: Path) -> Sequence[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    tables = [reads for call in _calls_of_serve(tree) for reads in _keyword(call, "reads")]
    if len(tables) != 1:
        raise UnknownWiring(f"{file}: expected one call serve(…, reads={{Event: handler, …}}), found {len(tables)}")
    return [_event(file, key) for key in _keys(file, tables[0])]


def _calls_of_serve(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "serve":
            yield node


def _keyword(call: ast.Call, name: str) -> Iterator[ast.expr]:
    return (keyword.value for keyword in call.keywords if keyword.arg == name)


def _keys(file: Path, table: ast.expr) -> Sequence[ast.expr | None]:
    if not isinstance(table, ast.Dict):
        raise UnknownWiring(f"{file}:{table.lineno}: expected reads={{Event: handler, …}}, written out in the call")
    return table.keys


def _event(file: Path, key: ast.expr | None) -> str:
    if not isinstance(key, ast.Name) or key.id not in KNOWN:
        raise UnknownWiring(f"{file}:{key.lineno if key else 1}: expected the name of an event as a key of reads")
    return key.id
