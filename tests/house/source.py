"""Our own source, as trees."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

CLONE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One file of ours."""

    path: str
    """In the clone."""
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def room(self) -> str:
        """Of a service's module: `domain`, `store`, …"""
        return self.path.split("/")[2].removesuffix(".py")


@cache
def modules(*folders: str) -> list[Module]:
    """Every module below the folders."""
    files = sorted(file for folder in folders for file in (CLONE / folder).rglob("*.py"))
    return [Module(file.relative_to(CLONE).as_posix(), file.read_text(encoding="utf-8")) for file in files]


def where(broken: Callable[[Module], Iterable[object]], among: Iterable[Module]) -> dict[str, list[object]]:
    """Path -> how a rule is broken there; modules that keep to it aside."""
    return {module.path: found for module in among if (found := list(broken(module)))}


def services() -> list[str]:
    """Those that are wired."""
    return sorted(file.parent.name for file in (CLONE / "services").glob("*/__main__.py"))


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(module, name) of everything imported; the name is empty where the module itself is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def names(tree: ast.AST) -> set[str]:
    """Every name that is read, also behind a dot; imports and assignments aside."""
    read = (node for node in ast.walk(tree) if isinstance(getattr(node, "ctx", None), ast.Load))
    return {node.id if isinstance(node, ast.Name) else getattr(node, "attr", "") for node in read}


def calls(tree: ast.AST) -> Iterator[str]:
    """What is called, as it is written: `datetime.now`."""
    return (ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))
