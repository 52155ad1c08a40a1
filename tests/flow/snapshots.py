"""What a world came to: the console's accounts, the mailboxes, and everything that was published."""

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
class Snapshot:
    """Without sequence numbers and ciphertexts: they show no more than the order in which things happened."""

    accounts: dict[str, Any]
    mailboxes: list[dict[str, str]]
    published: list[Fact]
    """Each as often as it was published."""


async def snapshot(world: World) -> Snapshot:
    letters = [{**message, "sequence": ""} for message in await world.mailboxes.listed("messages")]
    waves = [wave["wave"] for wave in await world.console("GET", "waves")]
    return Snapshot(
        {wave: await world.account(wave) for wave in waves},
        sorted(letters, key=lambda letter: letter["messageUUID"]),
        sorted([fact async for fact in _published(world)]),
    )


async def _published(world: World) -> AsyncIterator[Fact]:
    async for record in places.records(world.stack.addresses.kafka):
        kind = next(((value or b"").decode("ascii", "replace") for name, value in record.headers if name == "kind"), "")
        if kind in EVENT_OF and record.value:
            event = EVENT_OF[kind].from_json(record.value)
            yield kind, str(event.identity()), event.occurred_at.astimezone(DENMARK).isoformat()
