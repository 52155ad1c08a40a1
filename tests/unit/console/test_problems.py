"""How mistakes in a request are told."""

from collections.abc import Iterator
from typing import Any

from services.console.api.app import api
from services.console.api.problems import EXAMPLES
from services.console.context import Context
from services.console.monitor import Monitor
from services.console.passwords import Passwords
from shared import surveys


def patterned(node: Any, name: str = "") -> Iterator[str]:
    """Every field and parameter of a description that has to follow a pattern."""
    if isinstance(node, list):
        for inner in node:
            yield from patterned(inner, name)
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield name
        for key, inner in node.items():
            yield from patterned(inner, node.get("name", name) if key == "schema" else name if key == "anyOf" else key)


def test_whatever_follows_a_pattern_is_told_by_an_example() -> None:
    described = api(Context(surveys.load(), {}, "a key of sixteen letters", Monitor({}), Passwords())).openapi()
    assert set(patterned(described)) == EXAMPLES.keys()
