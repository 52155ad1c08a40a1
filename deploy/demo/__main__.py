"""Lives through two months: `make demo`. Ends with status 0 only if everybody is accounted for."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.live import Live

from deploy.demo import checks, observations, report
from deploy.demo.funnel import Progress, render
from deploy.demo.scenario import BEGINS, ENDS, Options, Scenario, open_scenario, prepare, remove_earlier
from deploy.local.errors import CannotStart
from deploy.local.first_account import first_account
from deploy.local.stepper import Stepper

FOLDER = Path("var/demo")
LOOK_EVERY = 1.0
"""Seconds between looks at the funnel."""


def main() -> int:
    options, console = _options(), Console()
    try:
        remove_earlier(FOLDER)
        FOLDER.mkdir(parents=True, exist_ok=True)
        with open_scenario(FOLDER.absolute(), options) as scenario:
            return asyncio.run(_live(scenario, options, console))
    except CannotStart as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _options() -> Options:
    asked = argparse.ArgumentParser(prog="make demo", description=__doc__)
    asked.add_argument("--seed", default="1", help="the same seed gives the same months")
    asked.add_argument("--patients", type=int, default=5000, help="included a month, about")
    asked.add_argument("--faults", action="store_true", help="rough weather at Digital Post")
    asked.add_argument("--exit", action="store_true", help="end when the months are over")
    given = asked.parse_args()
    return Options(given.seed, given.patients, given.faults, given.exit)


async def _live(scenario: Scenario, options: Options, console: Console) -> int:
    began = time.monotonic()
    with console.status("starting Kafka, PostgreSQL, Valkey, the sandbox and the services"):
        await prepare(scenario, options)
    up = time.monotonic()
    console.print(f"up after {up - began:.0f} seconds; November begins")
    async with scenario.stepper() as stepper:
        await _pass_time(scenario, stepper, console)
        lived = time.monotonic()
        held = await _check(scenario, console)
        console.print(
            f"\nstarted in {up - began:.0f} s, lived in {lived - up:.0f} s, all in {time.monotonic() - began:.0f} s"
        )
        if not options.leave:
            await _stay(scenario, stepper, console)
    return 0 if held else 1


async def _pass_time(scenario: Scenario, stepper: Stepper, console: Console) -> None:
    started = time.monotonic()
    with Live(console=console, auto_refresh=False, transient=not console.is_terminal) as live:
        async with asyncio.TaskGroup() as group:
            showing = group.create_task(_show(scenario, live, started))
            while await stepper.step():
                scenario.stack.check()
            showing.cancel()


async def _show(scenario: Scenario, live: Live, started: float) -> None:
    address, key = scenario.stack.addresses.url("console"), scenario.stack.state.keys["PULS_API_KEY"]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session:
        while True:
            waves = await _waves(session, address)
            progress = Progress(BEGINS, ENDS, scenario.clock.now(), time.monotonic() - started)
            live.update(render(progress, waves), refresh=True)
            await asyncio.sleep(LOOK_EVERY)


async def _waves(session: aiohttp.ClientSession, address: str) -> Sequence[dict[str, Any]]:
    async with session.get(f"{address}/api/waves") as answer:
        return await answer.json()


async def _check(scenario: Scenario, console: Console) -> bool:
    """Prints the whole account, and what others say of it. Whether all of it holds."""
    seen = await observations.collect(scenario.sources())
    console.print(report.account(seen.waves))
    results = checks.run_checks(seen)
    console.print(report.checks(results))
    console.print(report.verdict(results))
    return all(result.held for result in results)


async def _stay(scenario: Scenario, stepper: Stepper, console: Console) -> None:
    """Time goes on only while something is due, so that the months stay as they ended until somebody does something."""
    addresses = scenario.stack.addresses
    account = await asyncio.to_thread(first_account, scenario.stack)
    console.print(f"\nThe stack goes on until Ctrl-C. Console: {addresses.url('console')}\n{account}")
    console.print(f"Key and addresses: {scenario.stack.folder / 'stack.json'}")
    console.print(
        f"A delivery that you put into {scenario.stack.folder / 'drop'} is read: time goes on while it has work."
    )
    await stepper.run_forever(console.print)


if __name__ == "__main__":
    sys.exit(main())
