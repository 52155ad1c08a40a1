"""Services stand on twelve names of the runtime, and on each of them."""

from collections.abc import Iterator

import pytest

from shared import runtime
from tests.house.source import Module, imports, modules, names, where

SERVICES = modules("services")


def beneath(module: Module) -> Iterator[str]:
    """What the module takes of the runtime from beneath its surface."""
    for origin, name in imports(module.tree):
        inner = origin.startswith("shared.runtime.")
        if inner or (origin == "shared.runtime" and name not in runtime.__all__):
            yield f"{origin} {name}".strip()


def test_what_is_taken_from_beneath_is_found() -> None:
    taken = "from shared.runtime import serve, outbox\nfrom shared.runtime.clock import Clock"
    assert list(beneath(Module("m.py", taken))) == ["shared.runtime outbox", "shared.runtime.clock Clock"]


def test_the_surface_has_twelve_names() -> None:
    assert len(runtime.__all__) == 12


def test_services_take_only_the_surface() -> None:
    assert where(beneath, SERVICES) == {}


@pytest.mark.parametrize("name", runtime.__all__)
def test_each_name_of_the_surface_is_used_by_a_service(name: str) -> None:
    assert any(name in names(module.tree) for module in SERVICES)
