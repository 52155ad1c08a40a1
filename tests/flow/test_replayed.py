"""Everything is consumed again from the beginning, and nothing comes of it."""

from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local.blocking import run_blocking
from deploy.local.programs import SERVICES
from tests.flow.snapshots import Snapshot, snapshot
from tests.flow.world import World

FROM_THE_BEGINNING = "UPDATE runtime.consumer_offset SET next_offset = 0"
CONSUMED = "SELECT sum(next_offset) FROM runtime.consumer_offset"


@dataclass(frozen=True)
class Replay:
    before: Snapshot
    after: Snapshot
    consumed: dict[str, int]
    """Service -> records that it has consumed since."""
    at_digital_post: tuple[Any, Any]
    """What was tried there, before and after."""


@pytest.fixture(scope="module")
def replay(world: World) -> Replay:
    return run_blocking(_replay(world))


async def _replay(world: World) -> Replay:
    await world.rest()
    before, tried = await snapshot(world), await world.mailboxes.listed("attempts")
    world.stack.stop(*SERVICES)
    for service in SERVICES:
        await world.rows(service, FROM_THE_BEGINNING)
    world.stack.start(*SERVICES)
    await world.rest()
    consumed = {service: (await world.rows(service, CONSUMED))[0][0] for service in SERVICES}
    return Replay(before, await snapshot(world), consumed, (tried, await world.mailboxes.listed("attempts")))


def test_every_service_consumed_everything_again(replay: Replay) -> None:
    assert all(records > 100 for records in replay.consumed.values())


def test_no_account_changes(replay: Replay) -> None:
    assert replay.after.accounts == replay.before.accounts


def test_no_letter_is_handed_over(replay: Replay) -> None:
    before, after = replay.at_digital_post
    assert after[0]["POST memos/"] == before[0]["POST memos/"]
    assert replay.after.mailboxes == replay.before.mailboxes


def test_nothing_is_published_again(replay: Replay) -> None:
    assert replay.after.published == replay.before.published
