"""What goes wrong in a month: every service is killed and every server is lost, each in the middle of its work."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.flow.holding import relay_locked, suspended, table_locked, until_blocked, until_claimed
from tests.flow.month import Disturbance
from tests.flow.world import World
from tests.runtime.trial import until


def killed_at(service: str, table: str, statement: str) -> Disturbance:
    """The service is killed inside a transaction, before this statement."""

    @asynccontextmanager
    async def disturbance(world: World) -> AsyncIterator[None]:
        async with table_locked(world, service, table):
            yield
            await until_blocked(world, service, statement)
            world.stack.kill(service)
        world.stack.start(service)

    return disturbance


def one_after_the_other(*disturbances: Disturbance) -> Disturbance:
    """All in one slot; each ends before the one after it does."""

    @asynccontextmanager
    async def disturbance(world: World) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            for disturbed in reversed(disturbances):
                await opened.enter_async_context(disturbed(world))
            yield

    return disturbance


@asynccontextmanager
async def dispatch_killed_before_it_records(world: World) -> AsyncIterator[None]:
    """Digital Post has accepted letters, and dispatch does not know. It goes on with them before it gets receipts."""
    async with AsyncExitStack() as held:
        with suspended(world, "digital_post"):
            yield
            await until_claimed(world, "invitation")
            await held.enter_async_context(table_locked(world, "dispatch", "letter"))
        await until_blocked(world, "dispatch", "UPDATE letter SET state = moved.state")
        world.stack.kill("dispatch")
    async with table_locked(world, "dispatch", "receipt"):
        world.stack.start("dispatch")
        await until(lambda: world.mailboxes.listed("duplicates"), "letters to be handed over again")


@asynccontextmanager
async def responses_killed_before_it_publishes(world: World) -> AsyncIterator[None]:
    """What people did was confirmed to them and kept, and none of it has been published."""
    async with relay_locked(world, "responses"):
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
    with suspended(world, "digital_post"):
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
    "2026-11-05 18:00": responses_killed_before_it_publishes,
    "2026-11-15 00:00": kafka_lost,
    "2026-11-16 12:00": killed_at("reminders", "reminder", "UPDATE reminder"),
    "2026-11-25 12:00": postgres_lost_while_letters_are_on_their_way,
    "2026-11-26 12:00": valkey_lost,
}
