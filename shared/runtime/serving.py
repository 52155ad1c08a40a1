"""Starts and stops everything a service stands on."""

import asyncio
import signal
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from starlette.types import ASGIApp

from shared.events import Event
from shared.events.topics import TOPIC_OF
from shared.runtime import circuit_breaker, garbage, logging, metrics, pages, topics
from shared.runtime.batches import BatchProcessor, Handler
from shared.runtime.circuit_breaker import CONSUME, Halted
from shared.runtime.clock import Clock
from shared.runtime.consumer import Consumer, is_away
from shared.runtime.copies import Copy
from shared.runtime.database import Database, is_transient
from shared.runtime.http_server import CannotListen, listen
from shared.runtime.internal_api import internal_app
from shared.runtime.logging import described
from shared.runtime.operations import Operations
from shared.runtime.positions import OffsetMismatch
from shared.runtime.relay import Relay
from shared.runtime.report import report, standing
from shared.runtime.retrying import retry_while_transient
from shared.runtime.rounds import Errand, Round
from shared.runtime.scheduler import Scheduler
from shared.runtime.settings import Settings
from shared.runtime.subscription import Subscription

log = structlog.get_logger()

POLL_MS = {"real": 100, "stepped": 15}
CLOCK_LOOK = 0.02
"""Seconds between looks at a stepped clock."""


async def serve(
    service: str,
    settings: Settings,
    *,
    reads: Mapping[type[Event], Handler],
    rounds: Sequence[Round | Errand] = (),
    pages: ASGIApp | None = None,
) -> None:
    """Runs the service until SIGTERM or SIGINT. Waits for what is not up yet; returns when all is put away.

    Raises SystemExit, having said why, when it cannot go on.
    """
    logging.begin(service, settings.log)
    running = Service(service, settings, reads, rounds, pages)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logging.say_of_task)
    main = asyncio.create_task(running.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, main.cancel)
    try:
        with garbage.collected_seldom():
            await main
    except asyncio.CancelledError:
        log.info("stopped")
    except Exception as error:
        for one in _each(error):
            log.error("cannot go on", because=str(one) if isinstance(one, CannotListen) else described(one))
        raise SystemExit(1) from None
    finally:
        await running.database.close()


def _each(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from _each(one)
    else:
        yield error


class Service:
    """One running service: its intake, relay, rounds and doors."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        reads: Mapping[type[Event], Handler],
        rounds: Sequence[Round | Errand],
        app: ASGIApp | None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.reads = reads
        self.app = app
        self.clock = Clock.of(settings.clock)
        self.database = Database(settings.database_url, standstill=settings.standstill)
        own_topic = topics.address(settings.topic_prefix, name)
        self.relay = Relay(self.database, settings.kafka, own_topic, self.clock)
        self.scheduler = Scheduler(name, self.database, self.clock, settings.topic_prefix, rounds)
        self.database.after_commit += [self.relay.wake, self.scheduler.wake]
        self.consumer: Consumer | None = None
        self.halted: str | None = None
        self.copy = Copy(self.database, self._how_it_stands)
        pages.install(self.database, self.clock, settings.topic_prefix)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._serve_internal())
            await retry_while_transient(self.database.open, is_transient, "database")
            group.create_task(self.copy.run())
            await self.copy.known.wait()
            if self.reads:
                group.create_task(self._consume())
            group.create_task(self.relay.run())
            group.create_task(self.scheduler.run())
            if self.clock.kind == "stepped":
                group.create_task(self._watch_clock())
            if self.app is not None:
                proxies = [str(one) for one in self.settings.trusted_proxies]
                group.create_task(listen(self.app, self.settings.host, self.settings.pages_port, proxies))
            log.info("started", clock=self.clock.kind)

    async def _consume(self) -> None:
        """Takes until a human has to look: then waits for the word to go on, or for ever where the log is wrong."""
        cluster = await retry_while_transient(lambda: topics.cluster_id(self.settings.kafka), is_away, "kafka")
        self.consumer = self._make_consumer(cluster)
        while True:
            await self._until_not_halted()
            try:
                await self.consumer.run()
            except OffsetMismatch as wrong:
                self._say_halted(str(wrong))
                return
            except Halted as halted:
                await retry_while_transient(partial(self._write_halt, str(halted)), is_transient, "database")

    def _make_consumer(self, cluster: str) -> Consumer:
        prefix = self.settings.topic_prefix
        subscription = Subscription(
            self.settings.kafka,
            f"{prefix}.{self.name}",
            lambda: self.copy.slot,
            sorted({topics.address(prefix, TOPIC_OF[kind]) for kind in self.reads}),
            self.settings.batch,
            POLL_MS[self.clock.kind],
        )
        batches = BatchProcessor(self.name, self.database, self.reads, prefix=prefix, cluster=cluster, clock=self.clock)
        return Consumer(subscription, batches, self.database, cluster)

    async def _until_not_halted(self) -> None:
        while because := await retry_while_transient(self._read_halt, is_transient, "database"):
            if self.halted != because:
                self._say_halted(because, f"puls resume {self.name}")
            await asyncio.sleep(0.5)
        self.halted = None
        metrics.HALTED.set(0)

    def _say_halted(
        self, because: str, then: str = "see to the log and the stored offsets, and start it again"
    ) -> None:
        self.halted = because
        metrics.HALTED.set(1)
        log.error("the service has stopped consuming", because=because, then=then)

    async def _read_halt(self) -> str | None:
        async with self.database.reading() as tx:
            return await circuit_breaker.halted(tx, CONSUME)

    async def _write_halt(self, because: str) -> None:
        async with self.database.transaction() as tx:
            await circuit_breaker.halt(tx, CONSUME, because)

    async def _watch_clock(self) -> None:
        """A stepped clock calls nobody: look, and wake whoever waits for time."""
        seen = self.clock.now()
        while True:
            await asyncio.sleep(CLOCK_LOOK)
            if (now := self.clock.now()) != seen:
                seen = now
                self.relay.wake()
                self.scheduler.wake()

    async def _serve_internal(self) -> None:
        app = internal_app(Operations(self.database), self.status, self.not_alive, self.settings.api_key)
        await listen(app, self.settings.host, self.settings.internal_port)

    def not_alive(self) -> str | None:
        if self.consumer is None or self.halted:
            return None
        return self.consumer.progress.not_alive()

    def _how_it_stands(self) -> dict[str, Any]:
        return standing(self.relay, self.scheduler, self.consumer, self.halted)

    async def status(self) -> dict[str, Any]:
        """Where the service stands. Raises what `is_transient` knows of while the database is away."""
        said = await report(self.database, self.clock, self.relay, self.scheduler, self.consumer)
        return {"service": self.name, "halted": self.halted} | said | {"consuming": said["consuming"] or not self.reads}
