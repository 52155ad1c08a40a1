"""Nothing stands about unused: every event has a publisher and a consumer, every constant, setting and metric a use."""

import ast
from collections.abc import Iterator
from functools import cache

from deploy.contracts import routes
from shared.events.topics import PUBLISHED_BY, SET_ASIDE
from tests.house.exceptions import PUBLISHED_BY_NOBODY
from tests.house.source import CLONE, Module, modules, names, where

OURS = modules("services", "shared", "deploy", "tests")
PUBLISHER_OF = {
    event.__name__: publisher
    for publisher, events in PUBLISHED_BY.items()
    for event in events
    if publisher != SET_ASIDE
}
CONSUMERS = routes.consumers(CLONE)


@cache
def code_of(service: str) -> set[str]:
    """Every name the service's modules use, its wiring aside."""
    inner = [module for module in modules(f"services/{service}") if not module.path.endswith("__main__.py")]
    return set().union(*(names(module.tree) for module in inner))


def constants(module: Module) -> Iterator[str]:
    """Names in capitals that are given a value at the top of the module."""
    for node in module.tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        yield from (target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper())


@cache
def used() -> set[str]:
    return set().union(*(names(module.tree) for module in OURS))


def test_a_constant_is_found() -> None:
    assert list(constants(Module("m.py", "A = 1\nb = 2\nC: int = 3"))) == ["A", "C"]


def idle(module: Module) -> Iterator[str]:
    return (name for name in constants(module) if name not in used())


def unpublished() -> set[str]:
    return {event for event, publisher in PUBLISHER_OF.items() if event not in code_of(publisher)}


def test_every_event_is_published_by_its_publisher() -> None:
    assert unpublished() - PUBLISHED_BY_NOBODY.keys() == set()


def test_every_exception_of_an_event_that_nobody_publishes_is_still_needed() -> None:
    assert PUBLISHED_BY_NOBODY.keys() - unpublished() == set()


def test_every_event_is_consumed() -> None:
    assert [event for event, consumers in CONSUMERS.items() if not consumers] == []


def test_a_record_set_aside_is_consumed_by_the_console_alone() -> None:
    assert CONSUMERS["RecordSetAside"] == ["console"]


def test_every_constant_is_used() -> None:
    assert where(idle, OURS) == {}
