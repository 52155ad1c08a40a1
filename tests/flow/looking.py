"""What a world came to: the console's accounts, the mailboxes, and everything that was told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from deploy.search import places
from shared.events.topics import EVENT_OF
from shared.runtime.clock import DENMARK
from tests.flow.world import World

Fact = tuple[str, str, str]
"""Kind, identity, moment."""


@dataclass(frozen=True)
class Looked:
    """Sequence numbers and ciphertexts aside: they tell of no more than of the order in which things happened."""

    accounts: dict[str, Any]
    mailboxes: list[dict[str, str]]
    told: list[Fact]
    """As often as it was."""


async def look(world: World) -> Looked:
    letters = [{**one, "sequence": ""} for one in await world.mailboxes.listed("messages")]
    waves = [one["wave"] for one in await world.console("GET", "waves")]
    return Looked(
        {wave: await world.account(wave) for wave in waves},
        sorted(letters, key=lambda one: one["messageUUID"]),
        sorted([fact async for fact in _told(world)]),
    )


async def _told(world: World) -> AsyncIterator[Fact]:
    async for record in places.records(world.stack.addresses.kafka):
        kind = next(((value or b"").decode("ascii", "replace") for name, value in record.headers if name == "kind"), "")
        if kind in EVENT_OF and record.value:
            event = EVENT_OF[kind].from_json(record.value)
            yield kind, str(event.identity()), event.occurred_at.astimezone(DENMARK).isoformat()
