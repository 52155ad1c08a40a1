"""Rules read no clock and throw no dice: time comes with the event, chance with a seed."""

import ast
from collections.abc import Iterator

from tests.house.source import Module, calls, imports, modules, where

SERVICES = modules("services")
DOMAINS = [module for module in SERVICES if module.room == "domain"]

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime"}
DICE = {"random", "secrets", "numpy.random"}


def clocks(module: Module) -> Iterator[str]:
    """Readings of the wall clock, however the classes are imported."""
    for call in calls(module.tree):
        if ".".join(call.split(".")[-2:]) in CLOCKS:
            yield call


def dice(module: Module) -> Iterator[str]:
    for origin, name in imports(module.tree):
        if origin in DICE or (origin == "uuid" and name in {"uuid1", "uuid4"}):
            yield f"{origin} {name}".strip()


def waiting(module: Module) -> Iterator[str]:
    return (node.name for node in ast.walk(module.tree) if isinstance(node, ast.AsyncFunctionDef))


def test_a_clock_is_found() -> None:
    assert list(clocks(Module("m.py", "import datetime\nx = datetime.datetime.now()"))) == ["datetime.datetime.now"]


def test_dice_are_found() -> None:
    assert list(dice(Module("m.py", "from random import choice\nfrom uuid import uuid4, uuid5"))) == [
        "random choice",
        "uuid uuid4",
    ]


def test_there_are_rules_to_look_at() -> None:
    assert DOMAINS != []


def test_no_service_reads_the_wall_clock() -> None:
    assert where(clocks, SERVICES) == {}


def test_no_rule_throws_dice() -> None:
    assert where(dice, DOMAINS) == {}


def test_no_rule_waits_for_anybody() -> None:
    assert where(waiting, DOMAINS) == {}
