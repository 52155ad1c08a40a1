"""Worlds: one that all tests share, and one in which everything goes wrong."""

from collections.abc import Iterator

import pytest

from deploy.local.blocking import run_blocking
from tests.flow import month
from tests.flow.disturbing import DISTURBANCES
from tests.flow.snapshots import Snapshot, snapshot
from tests.flow.world import World


@pytest.fixture(scope="session")
def _first_month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Snapshot]]:
    world = World(tmp_path_factory.mktemp("world"))
    with world.stack:
        world.start()
        run_blocking(month.live(world))
        yield world, run_blocking(snapshot(world))
    world.stack.remove()


@pytest.fixture(scope="session")
def world(_first_month: tuple[World, Snapshot]) -> World:
    """It has lived through its first month undisturbed, is at rest, and goes on with whatever a test does in it."""
    return _first_month[0]


@pytest.fixture(scope="session")
def undisturbed(_first_month: tuple[World, Snapshot]) -> Snapshot:
    """What the first month came to."""
    return _first_month[1]


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Another world, of the same seed, after the same month."""
    world = World(tmp_path_factory.mktemp("disturbed"))
    with world.stack:
        world.start()
        run_blocking(month.live(world, DISTURBANCES))
        yield world
    world.stack.remove()
