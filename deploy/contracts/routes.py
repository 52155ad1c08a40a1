"""Who consumes what, read from the services' own wiring, so that nobody keeps a list of it.

A service's `__main__` calls `serve("karens", …, reads={PatientIncluded: …})`. The table stands there, or under a name
that is followed to where it is given; nothing is imported or run to see it.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from shared.events.topics import EVENT_OF

KNOWN = {event.__name__ for event in EVENT_OF.values()}


class UnknownWiring(Exception):
    """A service whose reads cannot be seen in its `__main__`. Says where, and what was expected."""


def read(clone: Path) -> Mapping[str, Sequence[str]]:
    """Service -> the names of the events it consumes, in the order of its wiring."""
    return {file.parent.name: _reads(clone, file) for file in sorted(clone.glob("services/*/__main__.py"))}


def consumers(clone: Path) -> Mapping[str, Sequence[str]]:
    """Name of an event -> the services that consume it."""
    wired = read(clone)
    return {name: [service for service, reads in wired.items() if name in reads] for name in sorted(KNOWN)}


def _reads(clone: Path, file: Path) -> Sequence[str]:
    tables = [word.value for call in _calls_of_serve(_tree(file)) for word in call.keywords if word.arg == "reads"]
    if len(tables) != 1:
        raise UnknownWiring(f"{file}: expected one call serve(…, reads={{Event: handler, …}}), found {len(tables)}")
    return list(_keys(clone, file, tables[0]))


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def _calls_of_serve(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "serve":
            yield node


def _keys(clone: Path, file: Path, table: ast.expr) -> Iterator[str]:
    """The events that the expression names: a dict's keys, a list's elements, or what a name stands for."""
    match table:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                yield from _keys(clone, file, key or value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _keys(clone, file, element)
        case ast.Call(args=[first, *_]) if ast.unparse(table.func) == "dict.fromkeys":
            yield from _keys(clone, file, first)
        case ast.Name(id=name) if name in KNOWN:
            yield name
        case ast.Name(id=name):
            yield from _keys(clone, *_meaning(clone, file, name))
        case _:
            raise UnknownWiring(f"{file}:{table.lineno}: expected events by name, found {ast.unparse(table)}")


def _meaning(clone: Path, file: Path, name: str) -> tuple[Path, ast.expr]:
    """Where the name is given its value at the top of a module, and the value."""
    for node in _tree(file).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=given)], value=value) if given == name:
                return file, value
            case ast.AnnAssign(target=ast.Name(id=given), value=ast.expr() as value) if given == name:
                return file, value
            case ast.ImportFrom(module=str(module), names=names) if name in {alias.name for alias in names}:
                return _meaning(clone, clone.joinpath(*module.split(".")).with_suffix(".py"), name)
    raise UnknownWiring(f"{file}: {name}: expected a table of events at the top of the module")
