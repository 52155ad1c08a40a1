"""Every setting and every figure has its sentence, and a use."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.house.source import Module, modules, names, where

OURS = modules("services", "shared", "deploy")


def settings(module: Module) -> Iterator[ast.AnnAssign]:
    """The fields of classes that are read from the environment."""
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Settings") for base in node.bases):
            yield from (field for field in node.body if isinstance(field, ast.AnnAssign))


def keyword(call: ast.expr | None, name: str) -> str:
    """A text given to a call by name; empty where it is not."""
    given = call.keywords if isinstance(call, ast.Call) else []
    texts = [word.value.value for word in given if word.arg == name and isinstance(word.value, ast.Constant)]
    return str(texts[0]) if texts else ""


def without_sentence(module: Module) -> Iterator[str]:
    for field in settings(module):
        if not keyword(field.value, "description").endswith("."):
            yield ast.unparse(field.target)
    for call in ast.walk(module.tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"Counter", "Gauge", "Histogram"} and call.args:
            sentence = ast.unparse(call.args[1]) if len(call.args) > 1 else ""
            if sentence and not sentence.strip("'\"").endswith("."):
                yield ast.unparse(call.args[0])


@cache
def read() -> set[str]:
    """Every name that our programs read."""
    return set().union(*(names(module.tree) for module in OURS))


def unused(module: Module) -> Iterator[str]:
    return (ast.unparse(field.target) for field in settings(module) if ast.unparse(field.target) not in read())


def test_a_setting_without_a_sentence_is_found() -> None:
    text = "class S(Settings):\n    a: str\n    b: int = Field(description='What b is.')"
    assert list(without_sentence(Module("m.py", text))) == ["a"]


def test_a_figure_without_a_sentence_is_found() -> None:
    assert list(without_sentence(Module("m.py", "A = Counter('a_total', 'told')"))) == ["'a_total'"]


def test_a_setting_that_nobody_reads_is_found() -> None:
    assert list(unused(Module("m.py", "class S(Settings):\n    read_by_nobody: str"))) == ["read_by_nobody"]


def test_every_setting_and_every_figure_has_its_sentence() -> None:
    assert where(without_sentence, OURS) == {}


def test_every_setting_is_read() -> None:
    assert where(unused, OURS) == {}
