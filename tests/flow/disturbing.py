"""What goes wrong in a month: every service is killed and every server is lost, each in the middle of its work."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.flow.holding import relay_held, somebody_waits, standing_still, table_held, until_claimed
from tests.flow.month import Disturbance
from tests.flow.world import World
from tests.runtime.trial import until


def killed_at(service: str, table: str, statement: str) -> Disturbance:
    """The service is killed inside a transaction, before this statement."""

    @asynccontextmanager
    async def disturbance(world: World) -> AsyncIterator[None]:
        async with table_held(world, service, table):
            yield
            await somebody_waits(world, service, statement)
            world.stack.kill(service)
        world.stack.start(service)

    return disturbance


def one_after_the_other(*disturbances: Disturbance) -> Disturbance:
    """All in one slot; each ends before the one after it does."""

    @asynccontextmanager
    async def disturbance(world: World) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            for one in reversed(disturbances):
                await opened.enter_async_context(one(world))
            yield

    return disturbance


@asynccontextmanager
async def dispatch_killed_before_it_records(world: World) -> AsyncIterator[None]:
    """Digital Post has taken letters, and dispatch does not know. Before it hears of receipts it goes on with them."""
    async with AsyncExitStack() as held:
        with standing_still(world, "digital_post"):
            yield
            await until_claimed(world, "invitation")
            await held.enter_async_context(table_held(world, "dispatch", "letter"))
        await somebody_waits(world, "dispatch", "UPDATE letter SET state = moved.state")
        world.stack.kill("dispatch")
    async with table_held(world, "dispatch", "receipt"):
        world.stack.start("dispatch")
        await until(lambda: world.mailboxes.listed("duplicates"), "letters to be handed over again")


@asynccontextmanager
async def responses_killed_before_it_tells(world: World) -> AsyncIterator[None]:
    """What people did was confirmed to them and kept, and nobody has heard of it."""
    async with relay_held(world, "responses"):
        yield
        world.stack.kill("responses")
    world.stack.start("responses")


@asynccontextmanager
async def kafka_lost(world: World) -> AsyncIterator[None]:
    yield
    world.stack.kill("kafka")
    world.stack.start_servers("kafka")


@asynccontextmanager
async def postgres_lost_while_letters_are_on_their_way(world: World) -> AsyncIterator[None]:
    """They arrive, and what became of them cannot be kept."""
    before = len(await world.mailboxes.listed("messages"))
    with standing_still(world, "digital_post"):
        yield
        await until_claimed(world, "reminder")
        world.stack.kill("postgres")

    async def arrived() -> bool:
        return len(await world.mailboxes.listed("messages")) > before

    await until(arrived, "the letters that were on their way")
    world.stack.start_servers("postgres")


@asynccontextmanager
async def valkey_lost(world: World) -> AsyncIterator[None]:
    """For the whole slot."""
    world.stack.kill("valkey")
    yield
    await world.rest()
    world.stack.start_servers("valkey")


DISTURBANCES = {
    "2026-11-05 00:00": one_after_the_other(
        killed_at("inclusion", "told_unit", "INSERT INTO told_unit"),
        killed_at("karens", "decision", "INSERT INTO decision"),
        killed_at("console", "invitation", "INSERT INTO invitation"),
    ),
    "2026-11-05 12:00": dispatch_killed_before_it_records,
    "2026-11-05 18:00": responses_killed_before_it_tells,
    "2026-11-15 00:00": kafka_lost,
    "2026-11-16 12:00": killed_at("reminders", "reminder", "UPDATE reminder"),
    "2026-11-25 12:00": postgres_lost_while_letters_are_on_their_way,
    "2026-11-26 12:00": valkey_lost,
}
