"""Kills processes all the while, as `make demo KILLS=1` asks for: what was promised must hold all the same."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

from deploy.demo.funnel import Progress
from deploy.demo.scenario import BEGINS, ENDS, Scenario
from deploy.local.processes import wait_until
from deploy.local.programs import is_ready
from deploy.local.stack import SERVERS

EVERY = (1.0, 4.0)
"""Seconds from when all services are ready until somebody is killed, and at least as long as they took to be: else a
slow machine would never be at rest."""
READY_WITHIN = 60.0
"""Seconds for which that is waited for."""
LOOK_EVERY = 0.2
STOPPED_FOR = (1.0, 4.0)
"""Seconds for which a process is stopped instead of killed."""
STOPPED_SHARE = 0.25
SERVERS_FALL = (0.05, 0.8)
"""The share of the months after which each server is killed, once."""


class Killer:
    """Whom it strikes, and in which order, follows from the seed; how far the months are by then does not."""

    def __init__(self, scenario: Scenario) -> None:
        self._stack, self._clock, self._services = scenario.stack, scenario.clock, scenario.services
        self._random = random.Random(f"kills/{scenario.options.seed}")
        self._server_falls = {server: self._random.uniform(*SERVERS_FALL) for server in SERVERS}
        self.killed: Counter[str] = Counter()
        self.stopped: Counter[str] = Counter()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            took = await asyncio.to_thread(self._wait_until_all_are_ready)
            await asyncio.sleep(max(took, self._random.uniform(*EVERY)))
            await self._strike()

    def _wait_until_all_are_ready(self) -> float:
        """The seconds that it took."""
        addresses, began = self._stack.addresses, time.monotonic()
        wait_until(
            lambda: all(is_ready(name, addresses.internal_url(name)) for name in self._services),
            READY_WITHIN,
            LOOK_EVERY,
        )
        return time.monotonic() - began

    async def _strike(self) -> None:
        share = Progress(BEGINS, ENDS, self._clock.now(), 0.0).share
        if server := next((name for name, falls in self._server_falls.items() if falls <= share), None):
            if self._kill(server):
                del self._server_falls[server]
            return
        service, stops = self._random.choice(self._services), self._random.random() < STOPPED_SHARE
        if stops:
            await self._stop_for_a_while(service, self._random.uniform(*STOPPED_FOR))
        else:
            self._kill(service)

    def _kill(self, name: str) -> bool:
        """Whether there was somebody to kill: it may just have been killed."""
        identity = self._stack.state.processes[name]
        if not identity.alive():
            return False
        with suppress(ProcessLookupError):
            os.kill(identity.pid, signal.SIGKILL)
        self.killed[name] += 1
        return True

    async def _stop_for_a_while(self, name: str, seconds: float) -> None:
        identity = self._stack.state.processes[name]
        if not identity.alive():
            return
        self.stopped[name] += 1
        try:
            os.kill(identity.pid, signal.SIGSTOP)
            await asyncio.sleep(seconds)
        finally:
            with suppress(ProcessLookupError):
                os.kill(identity.pid, signal.SIGCONT)

    def __str__(self) -> str:
        return f"killed: {_listed(self.killed)}; stopped for a while: {_listed(self.stopped)}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nobody"
