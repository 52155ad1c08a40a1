"""Every figure that a process of ours tells, read from where it is defined, so that nobody keeps a list of them."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Kind = Literal["Counter", "Gauge", "Histogram"]


@dataclass(frozen=True)
class Metric:
    kind: Kind
    name: str
    sentence: str
    labels: tuple[str, ...]


class UnknownMetric(Exception):
    """A figure whose definition cannot be read. Says where, and what was expected."""


def read(clone: Path) -> Sequence[Metric]:
    """All of them, in the order of their definition, the runtime's first."""
    files = [*sorted(clone.glob("shared/**/*.py")), *sorted(clone.glob("services/**/*.py"))]
    return [metric for file in files for metric in _of_file(file)]


def _of_file(file: Path) -> Iterator[Metric]:
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    known = {alias.name for node in _imports(tree) for alias in node.names}
    for node in tree.body:
        match node:
            case ast.Assign(value=ast.Call(func=ast.Name(id=kind)) as call) if kind in known & set(get_args(Kind)):
                yield _metric(kind, call, file)


def _imports(tree: ast.Module) -> Iterator[ast.ImportFrom]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "prometheus_client":
            yield node


def _metric(kind: str, call: ast.Call, file: Path) -> Metric:
    try:
        name, sentence, *labels = [ast.literal_eval(argument) for argument in call.args]
    except ValueError as error:
        raise UnknownMetric(
            f'{file}:{call.lineno}: expected {kind}("puls_…", "A sentence.", ["label"]), found {ast.unparse(call)}'
        ) from error
    return Metric(kind, name, sentence, tuple(labels[0]) if labels else ())  # pyright: ignore[reportArgumentType]
