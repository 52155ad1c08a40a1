"""The demo's live funnel goes on while the console is away."""

import asyncio
import os
import signal
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.live import Live

from deploy.demo.months import LiveFunnel, together
from deploy.demo.scenario import BEGINS, Options, Scenario
from deploy.local.errors import CannotStart
from deploy.local.stack import Stack
from deploy.local.supervisor import Supervisor
from shared.runtime.clock import SteppedClock
from tests.runtime.trial import until


class Screen:
    """What the terminal shows at the moment."""

    def __init__(self) -> None:
        self.live = Live(console=Console(file=StringIO(), width=120), auto_refresh=False)

    def text(self) -> str:
        printed = Console(file=StringIO(), width=120)
        printed.print(self.live.renderable)
        assert isinstance(printed.file, StringIO)
        return printed.file.getvalue()

    async def shows(self, part: str) -> bool:
        return part in self.text()

    async def shows_no(self, part: str) -> bool:
        return part not in self.text()


@pytest.fixture
def scenario(stack: Stack, tmp_path: Path) -> Scenario:
    """Of the services only the console runs, with its database."""
    clock = SteppedClock(tmp_path / "clock")
    clock.move_to(BEGINS)
    stack.start_servers("postgres")
    stack.migrate(["console"])
    stack.launch("console")
    return Scenario(tmp_path, stack, clock, Options("1", 1))


AWAY = "The console does not answer"


@pytest.mark.parametrize(
    ("killed", "why"),
    [("console", "(ClientConnectorError): these figures are"), ("postgres", "(status 50")],
)
async def test_it_says_in_one_line_that_the_console_or_its_database_is_away_until_that_is_back(
    scenario: Scenario, killed: str, why: str
) -> None:
    screen, said = Screen(), list[str]()
    async with together() as group:
        tasks = [group.create_task(LiveFunnel(scenario, screen.live).run())]
        await until(lambda: screen.shows("November 2026"), "the funnel")
        await until(lambda: screen.shows_no(AWAY), "the console to be up")
        os.kill(scenario.stack.process(killed).pid, signal.SIGKILL)
        await until(lambda: screen.shows(f"{AWAY} {why}"), f"that {killed} is away")
        tasks.append(group.create_task(Supervisor(scenario.stack, said.append).run()))
        await until(lambda: screen.shows_no(AWAY), "the console to answer")
        for task in tasks:
            task.cancel()
    assert said == [f"{killed} was ended by SIGKILL: started again after 0.1 s, once so far"]


async def test_what_cannot_live_is_given_up_with_the_end_of_its_log(scenario: Scenario) -> None:
    scenario.stack.addresses.settings_of("console")
    scenario.stack.state.ports["console PULS_INTERNAL_PORT"] = scenario.stack.addresses.port("postgres")
    os.kill(scenario.stack.process("console").pid, signal.SIGKILL)
    with pytest.raises(CannotStart, match="A port of console is taken by another process"):
        async with asyncio.timeout(60), together() as group:
            group.create_task(Supervisor(scenario.stack, print, give_up_after=1).run())
