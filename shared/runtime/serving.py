"""Starts and stops everything a service stands on."""

import asyncio
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI

from shared.events import Event
from shared.events.topics import TOPIC_OF
from shared.runtime import bookmarks, failures, logging, metrics, outbox, pages, relay, topics
from shared.runtime.clock import Clock
from shared.runtime.database import Database, passes_by_itself
from shared.runtime.failures import Halted
from shared.runtime.intake import Intake, WrongLog, is_away
from shared.runtime.internal import internal_app
from shared.runtime.rounds import Errand, Round, Rounds
from shared.runtime.settings import Settings
from shared.runtime.taking import Handler, Taking
from shared.runtime.waiting import until_it_passes

log = structlog.get_logger()

POLL_MS = {"real": 100, "stepped": 15}
CLOCK_LOOK = 0.02
"""Seconds between looks at a stepped clock."""
STOP_WITHIN = 5.0
"""Seconds that requests under way have to be answered when the service stops."""
NOT_ALIVE_AFTER = 120.0
"""Seconds without progress, with records waiting."""


async def serve(
    service: str,
    settings: Settings,
    *,
    reads: Mapping[type[Event], Handler],
    rounds: Sequence[Round | Errand] = (),
    pages: FastAPI | None = None,
) -> None:
    """Runs the service until SIGTERM or SIGINT. Waits for what is not up yet; returns when all is put away."""
    logging.begin(service, settings.log)
    running = Service(service, settings, reads, rounds, pages)
    loop = asyncio.get_running_loop()
    main = asyncio.create_task(running.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, main.cancel)
    try:
        await main
    except asyncio.CancelledError:
        log.info("stopped")
    finally:
        await running.database.close()


class Service:
    """One running service: its intake, relay, rounds and doors."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        reads: Mapping[type[Event], Handler],
        rounds: Sequence[Round | Errand],
        app: FastAPI | None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.reads = reads
        self.app = app
        self.clock = Clock.of(settings.clock)
        self.database = Database(settings.database_url)
        own_topic = topics.address(settings.topic_prefix, name)
        self.relay = relay.Relay(self.database, settings.kafka, own_topic, self.clock)
        self.rounds = Rounds(self.database, self.clock, settings.topic_prefix, rounds)
        self.database.after_commit += [self.relay.wake, self.rounds.wake]
        self.intake: Intake | None = None
        self.halted: str | None = None
        pages.install(self.database, self.clock, settings.topic_prefix)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._serve_internal())
            await until_it_passes(self.database.open, passes_by_itself, "database")
            if self.reads:
                group.create_task(self._take())
            group.create_task(self.relay.run())
            group.create_task(self.rounds.run())
            if self.clock.kind == "stepped":
                group.create_task(self._watch_clock())
            if self.app is not None:
                group.create_task(_listen(self.app, self.settings.host, self.settings.pages_port))
            log.info("started", clock=self.clock.kind)

    async def _take(self) -> None:
        cluster = await until_it_passes(lambda: topics.cluster_id(self.settings.kafka), is_away, "kafka")
        prefix = self.settings.topic_prefix
        self.intake = Intake(
            self.name,
            self.settings.kafka,
            sorted({topics.address(prefix, TOPIC_OF[kind]) for kind in self.reads}),
            Taking(self.name, self.database, self.reads, prefix=prefix, cluster=cluster, clock=self.clock),
            self.database,
            cluster=cluster,
            replica=self.settings.replica,
            batch=self.settings.batch,
            poll_ms=POLL_MS[self.clock.kind],
        )
        while True:
            await self._until_not_halted()
            try:
                await self.intake.run()
            except WrongLog as wrong:
                self._say_halted(str(wrong))
                return
            except Halted as halted:
                await until_it_passes(partial(self._write_halt, str(halted)), passes_by_itself, "database")

    async def _until_not_halted(self) -> None:
        while because := await until_it_passes(self._read_halt, passes_by_itself, "database"):
            if self.halted != because:
                self._say_halted(because)
            await asyncio.sleep(0.5)
        self.halted = None
        metrics.HALTED.set(0)

    def _say_halted(self, because: str) -> None:
        self.halted = because
        metrics.HALTED.set(1)
        log.error("the service has stopped taking records", because=because, then=f"puls resume {self.name}")

    async def _read_halt(self) -> str | None:
        async with self.database.transaction() as tx:
            return await failures.halted(tx)

    async def _write_halt(self, because: str) -> None:
        async with self.database.transaction() as tx:
            await failures.halt(tx, because)

    async def _resume(self, allowance: int) -> None:
        async with self.database.transaction() as tx:
            await failures.resume(tx, allowance)

    async def _watch_clock(self) -> None:
        """A stepped clock calls nobody: look, and wake whoever waits for time."""
        seen = self.clock.now()
        while True:
            await asyncio.sleep(CLOCK_LOOK)
            if (now := self.clock.now()) != seen:
                seen = now
                self.relay.wake()
                self.rounds.wake()

    async def _serve_internal(self) -> None:
        app = internal_app(self.status, self.not_alive, self._resume, self.settings.api_key)
        await _listen(app, self.settings.host, self.settings.internal_port)

    def not_alive(self) -> str | None:
        if self.intake is None or self.halted:
            return None
        still = time.monotonic() - self.intake.progress_at
        return f"no progress for {still:.0f} seconds with records waiting" if still > NOT_ALIVE_AFTER else None

    async def _ends(self) -> dict[bookmarks.Place, int]:
        """The log's ends; none while the broker is away."""
        if self.intake is None:
            return {}
        try:
            return await self.intake.ends()
        except Exception as error:
            if not is_away(error):
                raise
            return {}

    async def status(self) -> dict[str, Any]:
        """Where the service stands: what waits to be taken, told and done. Ages in seconds, moments in UTC."""
        async with self.database.transaction() as tx:
            held = await bookmarks.read(tx)
            depth = await outbox.depth(tx)
            dues = [(one.name, await one.due(tx)) for one in self.rounds.rounds]
        now = self.clock.now()
        ends = await self._ends()
        return {
            "service": self.name,
            "now": now,
            "clock": self.clock.kind,
            "halted": self.halted,
            "reads": [_reading(place, held.get(place), end, now) for place, end in sorted(ends.items())],
            "taking": not self.reads or bool(ends),
            "outbox": depth,
            "marked_until": self.relay.marked_until,
            "rounds": [
                {
                    "name": name,
                    "due": due,
                    "since": due if due and due <= now else None,
                    "failing": self.rounds.failing.get(name),
                }
                for name, due in dues
            ],
            "busy": self.rounds.busy + pages.busy(),
        }


def _reading(place: bookmarks.Place, bookmark: bookmarks.Bookmark | None, end: int, now: datetime) -> dict[str, Any]:
    return {
        "topic": place.topic,
        "partition": place.partition,
        "bookmark": bookmark.next_offset if bookmark else None,
        "end": end,
        "complete_until": bookmark.complete_until if bookmark else None,
        "oldest_seconds": _age(bookmark, end, now),
    }


def _age(bookmark: bookmarks.Bookmark | None, end: int, now: datetime) -> float | None:
    """How long the oldest waiting record may have waited: since the last mark that was taken."""
    if bookmark is None or bookmark.next_offset >= end or bookmark.complete_until is None:
        return None
    return max(0.0, (now - bookmark.complete_until).total_seconds())


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The service stops as a whole; a server of it does not stop it."""
        yield


async def _listen(app: FastAPI, host: str, port: int) -> None:
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, loop="none", server_header=False
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await asyncio.wait([serving], timeout=STOP_WITHIN)
        raise
