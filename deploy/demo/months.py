"""The months pass, live in the terminal, whatever happens to the processes meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from rich.console import Console
from rich.live import Live

from deploy.demo.funnel import Progress, render
from deploy.demo.kills import Killer
from deploy.demo.scenario import BEGINS, ENDS, Scenario
from deploy.local.stepper import Stepper

LOOK_EVERY = 1.0
"""Seconds between looks at the funnel."""
ANSWER_WITHIN = aiohttp.ClientTimeout(total=5)


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group of which the first failure is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def live_through(scenario: Scenario, stepper: Stepper, console: Console) -> None:
    """Until nothing is due any more."""
    killer = Killer(scenario)
    with Live(console=console, auto_refresh=False, transient=not console.is_terminal) as live:
        async with together() as group:
            beside = [group.create_task(LiveFunnel(scenario, live).run())]
            if scenario.options.kills:
                beside.append(group.create_task(killer.run()))
            while await stepper.step():
                pass
            for task in beside:
                task.cancel()
    if scenario.options.kills:
        console.print(str(killer))
        while await stepper.step():
            pass


class LiveFunnel:
    """What the console says of the waves; while it does not answer, what it said last."""

    def __init__(self, scenario: Scenario, live: Live) -> None:
        self._scenario, self._live = scenario, live
        self._started = self._answered = time.monotonic()
        self._waves: Sequence[dict[str, Any]] = []

    async def run(self) -> None:
        """Shows until it is cancelled."""
        headers = {"Authorization": f"Bearer {self._scenario.stack.state.keys['PULS_API_KEY']}"}
        async with aiohttp.ClientSession(headers=headers, timeout=ANSWER_WITHIN) as session:
            while True:
                problem = await self._ask(session)
                seconds = time.monotonic() - self._started
                progress = Progress(BEGINS, ENDS, self._scenario.clock.now(), seconds)
                self._live.update(render(progress, self._waves, problem), refresh=True)
                await asyncio.sleep(LOOK_EVERY)

    async def _ask(self, session: aiohttp.ClientSession) -> str | None:
        """None, or why the figures are old."""
        try:
            async with session.get(f"{self._scenario.stack.addresses.url('console')}/api/waves") as answer:
                answer.raise_for_status()
                self._waves, self._answered = await answer.json(), time.monotonic()
                return None
        except aiohttp.ClientResponseError as error:
            why = f"status {error.status}"
        except (aiohttp.ClientError, TimeoutError) as error:
            why = type(error).__name__
        age = time.monotonic() - self._answered
        return f"The console does not answer ({why}): these figures are {age:.0f} seconds old."
